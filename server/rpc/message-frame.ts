/** A message of gRPC on its stream: a byte that says whether it is compressed, its length, itself. */

const MESSAGE_HEAD_BYTES = 5;

export function frameMessage(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(MESSAGE_HEAD_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, MESSAGE_HEAD_BYTES);
  return framed;
}

/** Puts the one message of a request together. */
export interface MessageAssembly {
  /** Takes more of it. The bytes are a view, valid during the call. */
  add(bytes: Buffer): AssemblyState;
  /** The message, when it is whole and nothing follows it. */
  message(): Buffer | undefined;
}

/** `length`: the message is this long, and more of it is to come; said once. */
export type AssemblyState =
  | { readonly kind: 'going' | 'compressed' | 'tooMany' }
  | { readonly kind: 'length'; readonly bytes: number };

const GOING: AssemblyState = { kind: 'going' };

export function createMessageAssembly(): MessageAssembly {
  let chunks: Buffer[] = [];
  let have = 0;
  let need: number | undefined;

  return {
    add: (bytes) => {
      if (bytes.length === 0) return GOING;
      chunks.push(bytes);
      have += bytes.length;
      const known = need !== undefined;
      if (need === undefined && have >= MESSAGE_HEAD_BYTES) {
        const head = chunks.length === 1 ? bytes : Buffer.concat(chunks);
        if (head[0] !== 0) return { kind: 'compressed' };
        need = MESSAGE_HEAD_BYTES + head.readUInt32BE(1);
      }
      if (need !== undefined && have > need) return { kind: 'tooMany' };
      if (have === need) return GOING;
      // It has to outlive the call that brought it.
      chunks[chunks.length - 1] = Buffer.from(bytes);
      return known || need === undefined ? GOING : { kind: 'length', bytes: need };
    },
    message: () => {
      if (need === undefined || have !== need) return undefined;
      const [first] = chunks;
      const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
      chunks = [];
      return whole.subarray(MESSAGE_HEAD_BYTES);
    },
  };
}
