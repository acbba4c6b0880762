/** What a request is made of, and whether its parts are too long. */
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Limits } from './limits.ts';
import { tooLong } from './status-of.ts';

interface RequestParts {
  /** Of all texts and bytes together. */
  readonly bytes: number;
  readonly longestTextBytes: number;
  readonly longestBytes: number;
}

/** Looks through a request, as deep as it goes. */
function partsOf(request: unknown): RequestParts {
  let bytes = 0;
  let longestTextBytes = 0;
  let longestBytes = 0;
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      const length = Buffer.byteLength(value);
      bytes += length;
      longestTextBytes = Math.max(longestTextBytes, length);
    } else if (value instanceof Uint8Array) {
      bytes += value.length;
      longestBytes = Math.max(longestBytes, value.length);
    } else if (typeof value === 'object' && value !== null) {
      for (const each of Object.values(value)) visit(each);
    }
  };
  visit(request);
  return { bytes, longestTextBytes, longestBytes };
}

/** What it takes in all. Names are held to the limit of keys, payloads to that of values. */
export function measureParts(request: unknown, limits: Limits): Answer<number> {
  const { bytes, longestTextBytes, longestBytes } = partsOf(request);
  const { keyBytesMax, valueBytesMax, messageBytesMax } = limits;
  if (longestTextBytes > keyBytesMax) {
    return fail(tooLong('limits.key', longestTextBytes, keyBytesMax));
  }
  if (longestBytes > valueBytesMax) {
    return fail(tooLong('limits.value', longestBytes, valueBytesMax));
  }
  return bytes > messageBytesMax
    ? fail(tooLong('limits.message', bytes, messageBytesMax))
    : accept(bytes);
}
