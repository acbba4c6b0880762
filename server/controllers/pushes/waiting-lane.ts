/**
 * A process of a broker of which it is not replicated yet from where on it is told. It is told nothing
 * until then: the next process, which may be told in its place, is to be told on from there as well.
 */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Lane, LaneOptions, LaneParts, Opening, RegisteredProcess } from './lane.ts';
import type { Outbox } from './outbox.ts';
import { createPatience } from './patience.ts';

export interface WaitingOptions {
  /**
   * A process has read what there was at some time after it started: it is told of what changed since
   * this much before, for its clock is not ours.
   */
  readonly marginMs: number;
}

export interface WaitingParts extends LaneParts {
  readonly options: LaneOptions & WaitingOptions;
}

/**
 * Its `unreplicated` is where it is to be told from.
 *
 * @param givenUp the last entry that told of what is loaded when the process before it was given up,
 *   which was told nothing since; undefined: nobody knows.
 */
export function createWaitingLane(
  parts: WaitingParts,
  registered: RegisteredProcess,
  givenUp: Index | undefined,
): Lane {
  let process = registered;
  let begin: Begin | undefined;
  const patience = createPatience(parts.options, parts.random);

  return {
    process: () => process,
    renew: (renewed) => void (process = renewed),
    send: (_send, nowMs) => {
      if (nowMs < (patience.dueMs() ?? 0)) return [];
      begin ??= beginOf(parts, process, givenUp);
      if (begin === undefined) patience.failed(nowMs);
      else patience.renew();
      return [];
    },
    finish: () => undefined,
    sending: () => undefined,
    has: () => false,
    isLive: () => begin !== undefined,
    unreplicated: () => (begin === undefined ? undefined : { index: begin.index, missed: false }),
    dueMs: () => patience.dueMs(),
    freshTo: () => begin?.freshTo ?? 0,
  };
}

interface Begin extends Pick<Opening, 'freshTo'> {
  readonly index: Index;
}

/**
 * Up to where a process knows all of which nothing is known: by the time at which it started, and by
 * what the one before was told. Of what that one was told since, this one may have been told a part
 * in its place, unless it was given up before this one started. Undefined: it cannot be read now.
 */
function beginOf(
  { outbox, loaded, history, options }: WaitingParts,
  { cursorBefore, startS }: RegisteredProcess,
  givenUp: Index | undefined,
): Begin | undefined {
  // Not later than its own registration was told, by which it had started: its clock may be far ahead.
  const timeMs = Math.min(Number(startS) * 1_000, outbox.lastMs()) - options.marginMs;
  const gone = outbox.gone();
  const held = [outbox, loaded].find((lines) => reachesTo(lines, timeMs));
  const read = held
    ? (entryBefore(held, timeMs) ?? outbox.lastIndex())
    : history.goneBefore(timeMs);
  const dropped = history.droppedTo();
  if (read === undefined || dropped === undefined) return undefined;
  const isAlone = givenUp !== undefined && givenUp <= read;
  // All that the one before was told up to there came before what this one was told in its place.
  const freshTo = isAlone ? Infinity : (cursorBefore ?? Infinity);
  // What neither lines nor the state know any more, nobody is told.
  const before = Math.max(freshTo, Math.min(dropped, gone.index));
  return { index: toIndex(Math.min(read, before)), freshTo };
}

/** Whether all is held that is not older. */
function reachesTo(lines: Outbox, timeMs: number): boolean {
  const gone = lines.gone();
  return gone.index === 0 || gone.timeMs < timeMs;
}

/** The last entry before the first line that is not older; undefined: there is none. */
function entryBefore(lines: Outbox, timeMs: number): Index | undefined {
  const line = lines.at(lines.placeSince(timeMs));
  return line && toIndex(line.index - 1);
}
