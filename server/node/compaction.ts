import type { LogStore } from '../ports/log-store.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { Compact } from '../raft/effect.ts';
import type { Index } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { LogSize } from './log-size.ts';
import type { LogWriter } from './log-writer.ts';

/** Bounds of the log, in bytes; see `NodeOptions`. */
export interface CompactionLimits {
  readonly logBytesMax: number;
  readonly logBytesHeldMax: number;
}

/**
 * What may go from a log whose state is durable through `durable`; undefined while it is short.
 *
 * Half of the bound stays. It lets a member that was away for a moment catch up from the log, under
 * this leader or, since followers keep it too, the next one; and it makes compactions few.
 */
export function planCompaction(
  size: LogSize,
  durable: Index,
  limits: CompactionLimits,
): { readonly through: Index; readonly floor: Index } | undefined {
  if (size.through(durable) <= limits.logBytesMax) return undefined;
  const through = size.leaving(limits.logBytesMax / 2, durable);
  const floor = size.leaving(limits.logBytesHeldMax, durable);
  return { through, floor: floor < through ? floor : through };
}

export interface CompactionParts {
  readonly log: LogStore;
  readonly writer: LogWriter;
  readonly size: LogSize;
}

export interface CompactionEvents {
  feed(input: Input): void;
  failed(error: StorageError): void;
}

/** Keeps the log short; in turn with its writes. */
export interface Compaction {
  /** More of the state has become durable. */
  flushed(durable: Index): void;
  compact(effect: Compact): void;
  /** What the log holds. */
  logBytes(): number;
  /** Asks for everything through `durable`; `done` once what may go is deleted, if anything. Not while the core is being stepped. */
  now(durable: Index, done: () => void): void;
  /** Begins and reports nothing any more. */
  stop(): void;
}

/** Compacts the log of one run: within `limits` as rows become durable, and on demand; one deletion at a time. */
export function createCompaction(
  { log, writer, size }: CompactionParts,
  limits: CompactionLimits,
  events: CompactionEvents,
): Compaction {
  let running = 0;
  let stopped = false;
  return {
    flushed: (durable) => {
      if (running > 0) return;
      const plan = planCompaction(size, durable, limits);
      if (plan !== undefined) events.feed({ kind: 'compact', ...plan });
    },
    compact: ({ through }) => {
      running += 1;
      writer.exclusive((release) => {
        log.compact(through, (outcome) => {
          if (stopped) return;
          running -= 1;
          if (!outcome.ok) {
            events.failed(outcome.error);
            return;
          }
          size.compact(through.index);
          release();
        });
      });
    },
    logBytes: () => size.total(),
    now: (durable, done) => {
      const floor = size.leaving(limits.logBytesHeldMax, durable);
      events.feed({ kind: 'compact', through: durable, floor: floor < durable ? floor : durable });
      // The writer works in turn: what the core has just asked for comes before this.
      writer.exclusive((release) => {
        done();
        release();
      });
    },
    stop: () => {
      stopped = true;
    },
  };
}
