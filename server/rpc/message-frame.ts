/** A message of gRPC on its stream: a byte that says whether it is compressed, its length, itself. */

const MESSAGE_HEAD_BYTES = 5;
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
  let come: Buffer = NOTHING;
  let have = 0;
  let need: number | undefined;
  let heldBytes = 0;

  /** One buffer that grows: a message in a million pieces would be as many objects. */
  function keep(bytes: Buffer): void {
    const size = have + bytes.length;
    if (size > come.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(size, Math.min(2 * come.length, need ?? 0)));
      grown.set(come.subarray(0, have));
      come = grown;
    }
    come.set(bytes, have);
    have = size;
    heldBytes = come.length;
  }

  return {
    heldBytes: () => heldBytes,
    add: (bytes, last) => {
      if (last && have === 0) {
        come = bytes;
        have = bytes.length;
      } else if (bytes.length > 0) keep(bytes);
      if (need !== undefined) return have > need ? { kind: 'tooMany' } : GOING;
      if (have < MESSAGE_HEAD_BYTES) return GOING;
      if (come[0] !== 0) return { kind: 'compressed' };
      const length = come.readUInt32BE(1);
      need = MESSAGE_HEAD_BYTES + length;
      if (have > need) return { kind: 'tooMany' };
      return { kind: 'length', bytes: length, missingBytes: need - have };
    },
    message: () => (have === need ? come.subarray(MESSAGE_HEAD_BYTES, need) : undefined),
  };
}
