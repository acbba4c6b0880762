/** The messages of a stream, cut out of what arrives. */
import { createGathering } from './gathering.ts';
import type { Gathering } from './gathering.ts';
import { MESSAGE_HEAD_BYTES } from './message-frame.ts';

export interface MessageReader {
  /**
   * Calls `take` for each message that has come whole, as long as it says to go on; one that came
   * in one piece is a view of `bytes`. Returns why it cannot go on, if it cannot.
   */
  read(bytes: Buffer, take: (message: Buffer) => boolean): ReadProblem | undefined;
  /** How many messages have come whole. */
  count(): number;
  /** What is kept of one that has not. */
  heldBytes(): number;
}

/** `tooLong`: the message says that it is of so many bytes. */
export type ReadProblem =
  { readonly kind: 'compressed' } | { readonly kind: 'tooLong'; readonly bytes: number };

/** @param bytesMax longest message. */
export function createMessageReader(bytesMax: number): MessageReader {
  /** A message of which a part has come. */
  let part: Gathering | undefined;
  let count = 0;

  function problemOf(bytes: Buffer): ReadProblem | undefined {
    if (bytes.length < MESSAGE_HEAD_BYTES) return undefined;
    if (bytes[0] !== 0) return { kind: 'compressed' };
    const length = lengthOf(bytes);
    return length > bytesMax ? { kind: 'tooLong', bytes: length } : undefined;
  }

  /** Cuts the next piece off: a message with its head, or as much of it as is there. */
  function cut(bytes: Buffer): Buffer {
    if (part === undefined) return bytes.subarray(0, needOf(bytes));
    const come = part.bytes();
    return bytes.subarray(0, needOf(come) - come.length);
  }

  /** All that has come of the message that `piece` belongs to. */
  function join(piece: Buffer): Buffer {
    if (part === undefined && piece.length === needOf(piece)) return piece;
    part ??= createGathering();
    part.add(piece, needOf(part.bytes()));
    return part.bytes();
  }

  return {
    count: () => count,
    heldBytes: () => part?.heldBytes() ?? 0,
    read: (bytes, take) => {
      for (let rest = bytes; rest.length > 0;) {
        const piece = cut(rest);
        rest = rest.subarray(piece.length);
        const come = join(piece);
        const problem = problemOf(come);
        if (problem !== undefined) return problem;
        if (come.length < MESSAGE_HEAD_BYTES || come.length < needOf(come)) continue;
        part = undefined;
        count += 1;
        if (!take(come.subarray(MESSAGE_HEAD_BYTES))) return undefined;
      }
      return undefined;
    },
  };
}

const lengthOf = (head: Buffer): number => head.readUInt32BE(1);

/** How long a message will be with its head, as far as its beginning tells. */
const needOf = (beginning: Buffer): number =>
  beginning.length < MESSAGE_HEAD_BYTES
    ? MESSAGE_HEAD_BYTES
    : MESSAGE_HEAD_BYTES + lengthOf(beginning);
