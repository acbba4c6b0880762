/** Bytes that come in pieces, in one buffer that grows: a message in a million pieces would be as many objects. */
export interface Gathering {
  /**
   * Keeps a copy of a piece.
   *
   * @param needBytes how many there will be, as far as it is known.
   */
  add(piece: Buffer, needBytes: number | undefined): void;
  /** What has come. A view, which may be kept once nothing is added any more. */
  bytes(): Buffer;
  /** What it takes. */
  heldBytes(): number;
}

const NOTHING = Buffer.alloc(0);

export function createGathering(): Gathering {
  let buffer: Buffer = NOTHING;
  let have = 0;
  return {
    bytes: () => buffer.subarray(0, have),
    heldBytes: () => buffer.length,
    add: (piece, needBytes = 0) => {
      const size = have + piece.length;
      if (size > buffer.length) {
        // Not all that it says it needs at once: a length is said quickly.
        const grown = Buffer.allocUnsafeSlow(
          Math.max(size, Math.min(2 * buffer.length, needBytes)),
        );
        grown.set(buffer.subarray(0, have));
        buffer = grown;
      }
      buffer.set(piece, have);
      have = size;
    },
  };
}
