import type { Clock } from '../ports/clock.ts';
import type { Applied, Machine, ReadRange, ReadRow } from '../ports/machine.ts';
import type { StateStore } from '../ports/state-store.ts';
import { decodeConfiguration } from '../raft/membership/configuration-codec.ts';
import type { Entry } from '../raft/entry.ts';
import { invariant } from '../raft/invariant.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { createFlusher } from './flusher.ts';
import type { FlushEvents, FlushLimits, StateDigest } from './flusher.ts';
import { createOverlay, putRows, rangeThrough, readThrough } from './overlay.ts';

export interface ApplierPorts {
  readonly state: StateStore;
  readonly machine: Machine;
  readonly clock: Clock;
}

/** What an entry has to say: a reply to its proposer, and what brokers are to be told of. */
export type Told = Pick<Applied, 'pushes' | 'reply'>;

/** The replicated state as this member has applied it. */
export interface Applier {
  readonly read: ReadRow;
  readonly range: ReadRange;
  /** What is applied, and the configuration in force there. */
  position(): SnapshotPosition;
  /** What of it would survive a crash. */
  durable(): StateDigest;
  /**
   * Applies the next committed entry; returns what it has to say to others. Throws a StorageError if a
   * row cannot be read: then the state is that before the entry.
   */
  apply(entry: Entry): Told;
  /** Brings rows to disk if they have become many: to be asked when what was applied is known. */
  flushLarge(): void;
  /** Brings old rows to disk. */
  tick(): void;
  /** While the state is being replaced nothing is applied. `replace` is called once no flush runs. */
  beginReplace(replace: () => void): void;
  /** The store now stands at `position`; nothing applied before counts any more. */
  replaced(position: SnapshotPosition): void;
  /** The log is in line with the state again. */
  endReplace(): void;
  isReplacing(): boolean;
  /** Begins and reports nothing any more. */
  stop(): void;
}

const NOTHING: Told = { reply: new Uint8Array(0) };

/** @param begin where the store stands. */
export function createApplier(
  { state, machine, clock }: ApplierPorts,
  limits: FlushLimits,
  begin: SnapshotPosition,
  events: FlushEvents,
): Applier {
  const overlay = createOverlay();
  const flusher = createFlusher(state, clock, overlay, limits, begin.index, events);
  const store: ReadRow = (key) => state.get(key);
  const read: ReadRow = (key) => readThrough(overlay, store, key);
  const storeRange: ReadRange = (prefix, after) => state.range(prefix, after);
  const range: ReadRange = (prefix, after) => rangeThrough(overlay, storeRange, prefix, after);
  let position = begin;
  let replacing = false;

  return {
    read,
    range,
    position: () => position,
    durable: () => flusher.durable(),
    apply: (entry) => {
      invariant(!replacing, 'nothing is applied to a state that is being replaced', {
        index: entry.index,
      });
      invariant(entry.index === position.index + 1, 'entries are applied in order, each once', {
        applied: position.index,
        index: entry.index,
      });
      let told = NOTHING;
      let check = false;
      if (entry.kind === 'command') {
        const applied = machine(read, entry.data, entry.index, range);
        putRows(overlay, applied.rows);
        told = applied;
        check = applied.check === true;
      }
      position = follow(position, entry);
      flusher.applied(position, check);
      return told;
    },
    flushLarge: () => flusher.flushLarge(),
    tick: () => flusher.tick(),
    beginReplace: (replace) => {
      replacing = true;
      flusher.pause(replace);
    },
    replaced: (replacement) => {
      Object.assign(overlay, createOverlay());
      flusher.restored(replacement.index);
      position = replacement;
    },
    endReplace: () => {
      replacing = false;
      flusher.resume();
    },
    isReplacing: () => replacing,
    stop: () => flusher.stop(),
  };
}

const follow = (
  position: SnapshotPosition,
  { index, term, kind, data }: Entry,
): SnapshotPosition =>
  kind === 'configuration'
    ? { index, term, configuration: decodeConfiguration(data), configurationIndex: index }
    : { ...position, index, term };
