/** A message of gRPC on its stream: a byte that says whether it is compressed, its length, itself. */

import { createGathering } from './gathering.ts';

export const MESSAGE_HEAD_BYTES = 5;
const NOTHING = Buffer.alloc(0);

export function frameMessage(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(MESSAGE_HEAD_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, MESSAGE_HEAD_BYTES);
  return framed;
}

/** Puts the one message of a request together. */
export interface MessageAssembly {
  /** Takes more of it, and all that there is when it is the last. The bytes are a view, valid during the call. */
  add(bytes: Buffer, last: boolean): AssemblyState;
  /** The message, when it is whole and nothing follows it; a view, when it came in one piece. */
  message(): Buffer | undefined;
  /** What is kept of it after the call. */
  heldBytes(): number;
}

/** `length`: the message is this long, and so much of it is to come; said once. */
export type AssemblyState =
  | { readonly kind: 'going' | 'compressed' | 'tooMany' }
  | { readonly kind: 'length'; readonly bytes: number; readonly missingBytes: number };

const GOING: AssemblyState = { kind: 'going' };

export function createMessageAssembly(): MessageAssembly {
  const gathering = createGathering();
  let come: Buffer = NOTHING;
  let need: number | undefined;

  return {
    heldBytes: () => gathering.heldBytes(),
    add: (bytes, last) => {
      if (last && come.length === 0) come = bytes;
      else if (bytes.length > 0) {
        gathering.add(bytes, need);
        come = gathering.bytes();
      }
      const have = come.length;
      if (need !== undefined) return have > need ? { kind: 'tooMany' } : GOING;
      if (have < MESSAGE_HEAD_BYTES) return GOING;
      if (come[0] !== 0) return { kind: 'compressed' };
      const length = come.readUInt32BE(1);
      need = MESSAGE_HEAD_BYTES + length;
      if (have > need) return { kind: 'tooMany' };
      return { kind: 'length', bytes: length, missingBytes: need - have };
    },
    message: () => (come.length === need ? come.subarray(MESSAGE_HEAD_BYTES, need) : undefined),
  };
}
