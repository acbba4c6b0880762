/** What a request is made of, and whether its parts are too long. */
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Limits } from './limits.ts';
import { tooLong } from './status-of.ts';

interface RequestParts {
  /** Of all texts and bytes together. */
  readonly bytes: number;
  /** Of all lists together. */
  readonly entries: number;
  readonly longestTextBytes: number;
  readonly longestBytes: number;
}

/** What an entry of a list counts for beside its texts: in memory it takes some hundred, on the wire maybe two. */
const ENTRY_BYTES = 32;

/** Looks through a request, as deep as it goes. */
function partsOf(request: unknown): RequestParts {
  let bytes = 0;
  let entries = 0;
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
      if (Array.isArray(value)) entries += value.length;
      for (const each of Object.values(value)) visit(each);
    }
  };
  visit(request);
  return { bytes, entries, longestTextBytes, longestBytes };
}

/** What it takes in all, while it is in work. Names are held to the limit of keys, payloads to that of values. */
export function measureParts(request: unknown, limits: Limits): Answer<number> {
  const { bytes, entries, longestTextBytes, longestBytes } = partsOf(request);
  const heldBytes = bytes + entries * ENTRY_BYTES;
  const bounds: readonly (readonly [limit: string, is: number, most: number])[] = [
    ['limits.key', longestTextBytes, limits.keyBytesMax],
    ['limits.value', longestBytes, limits.valueBytesMax],
    ['limits.message', bytes, limits.messageBytesMax],
    // There would never be room for it.
    ['limits.request_bytes', heldBytes, limits.requestBytesMax],
  ];
  const exceeded = bounds.find(([, is, most]) => is > most);
  return exceeded === undefined ? accept(heldBytes) : fail(tooLong(...exceeded));
}
