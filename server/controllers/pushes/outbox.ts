/** What brokers are to be told, in the order of the log, for as long as there is room. */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';

/** A push, the entry that it comes from, and when this member saw it. */
export interface Line {
  readonly index: Index;
  readonly timeMs: number;
  readonly push: Push;
}

/** The last entry that told anything; when, in Unix ms. */
export interface LastTold {
  readonly index: Index;
  readonly timeMs: number;
}

export interface Outbox {
  /** Pushes of an entry, which come after those of all entries before. */
  append(index: Index, timeMs: number, pushes: readonly Push[]): void;
  /** The line at a place; places are counted from the first line ever held. */
  at(place: number): Line | undefined;
  /** The place of the first line held that comes from an entry after this one. */
  placeAfter(index: Index): number;
  /** The place of the first line held that is not older. */
  placeSince(timeMs: number): number;
  /** All that comes from entries up to this one is before this place. */
  indexBefore(place: number): Index;
  /** The last entry that told anything. */
  lastIndex(): Index;
  /** When that was, in Unix ms. */
  lastMs(): number;
  /** The last of which lines are missing here. */
  gone(): LastTold;
}

/** What a line takes beside its payload, in bytes, roughly. */
export const LINE_BYTES = 128;
/** So many lines that are gone are forgotten at once. */
const SWEEP = 1_024;

/**
 * One queue for all brokers, whatever their number: each has a place in it. When it takes more than
 * `bytesMax`, whole entries are dropped from the oldest on.
 *
 * @param before what was told before anything is appended.
 */
export function createOutbox(bytesMax: number, before: LastTold): Outbox {
  let lines: Line[] = [];
  /** The place of the first in `lines`, and of the first that is held. */
  let base = 0;
  let first = 0;
  let bytes = 0;
  let gone = before;

  /** The first place whose line is beyond; lines are in order. */
  function search(isBeyond: (line: Line) => boolean): number {
    let low = first - base;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const line = lines[middle];
      if (line === undefined || isBeyond(line)) high = middle;
      else low = middle + 1;
    }
    return base + low;
  }

  const at = (place: number): Line | undefined => (place < first ? undefined : lines[place - base]);
  const last = (): Line | undefined => lines.at(-1);
  /** Lines that are gone are in `lines` for a while. */
  const lastTold = (): LastTold => (first < base + lines.length ? last() : undefined) ?? gone;

  function dropOldest(): void {
    const oldest = at(first);
    if (oldest === undefined) return;
    for (let line = at(first); line?.index === oldest.index; line = at(first)) {
      bytes -= bytesOf(line);
      first += 1;
    }
    gone = oldest;
    if (first - base < SWEEP) return;
    lines = lines.slice(first - base);
    base = first;
  }

  return {
    at,
    append: (index, nowMs, pushes) => {
      // A clock that is set back does not bring lines out of order.
      const timeMs = Math.max(nowMs, last()?.timeMs ?? gone.timeMs);
      for (const push of pushes) {
        const line = { index, timeMs, push };
        lines.push(line);
        bytes += bytesOf(line);
      }
      while (bytes > bytesMax) dropOldest();
    },
    placeAfter: (index) => search((line) => line.index > index),
    placeSince: (timeMs) => search((line) => line.timeMs >= timeMs),
    indexBefore: (place) => {
      const line = at(place - 1);
      if (line === undefined) return gone.index;
      return at(place)?.index === line.index ? toIndex(line.index - 1) : line.index;
    },
    lastIndex: () => lastTold().index,
    lastMs: () => lastTold().timeMs,
    gone: () => gone,
  };
}

const bytesOf = ({ push }: Line): number => LINE_BYTES + push.payload.length;
