/** What brokers are to be told, in the order of the log, for as long as one of them may need it. */
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';

/** A push, and the entry that it comes from. */
export interface Line {
  readonly index: Index;
  readonly push: Push;
}

export interface Outbox {
  /** Pushes of an entry, which come after those of all entries before. */
  append(index: Index, pushes: readonly Push[]): void;
  /** Drops what comes from entries up to this one. */
  forget(index: Index): void;
  /** The line at a place; places are counted from the first line ever held. */
  at(place: number): Line | undefined;
  /** The place of the first line held that comes from an entry after this one. */
  placeAfter(index: Index): number;
  /** The last entry of which lines are missing here. */
  goneTo(): Index;
}

/**
 * One queue for all brokers, whatever their number: each has a place in it. When there are more than
 * `bytesMax` of payloads, whole entries are dropped from the oldest on.
 *
 * @param goneTo the last entry with pushes that was applied before anything was appended.
 */
export function createOutbox(bytesMax: number, goneTo: Index): Outbox {
  const lines: Line[] = [];
  let first = 0;
  let bytes = 0;
  let goneIndex = goneTo;

  /** How many lines come from entries up to this one. */
  function countTo(index: Index): number {
    const after = lines.findIndex((line) => line.index > index);
    return after === -1 ? lines.length : after;
  }

  function forget(index: Index): void {
    const gone = lines.splice(0, countTo(index));
    goneIndex = gone.at(-1)?.index ?? goneIndex;
    first += gone.length;
    for (const { push } of gone) bytes -= push.payload.length;
  }

  return {
    forget,
    append: (index, pushes) => {
      for (const push of pushes) {
        lines.push({ index, push });
        bytes += push.payload.length;
      }
      for (let [oldest] = lines; bytes > bytesMax && oldest !== undefined; [oldest] = lines) {
        forget(oldest.index);
      }
    },
    at: (place) => lines[place - first],
    placeAfter: (index) => first + countTo(index),
    goneTo: () => goneIndex,
  };
}
