import type { Clock } from '../ports/clock.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { StateHash } from '../ports/state-hash.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Index } from '../raft/ids.ts';
import { invariant } from '../raft/invariant.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { beginFlush, cutOverlay, endFlush } from './overlay.ts';
import type { Overlay } from './overlay.ts';

export interface FlushLimits {
  readonly flushIntervalMs: number;
  readonly flushBytesMax: number;
}

/** A hash of the state, and up to where it was applied. */
export interface StateDigest {
  readonly index: Index;
  readonly hash: StateHash;
}

/** Whoever follows what becomes durable. */
export interface FlushEvents {
  flushed(durable: Index): void;
  /** The durable state stood where it was to be compared. */
  checked(digest: StateDigest): void;
  failed(error: StorageError): void;
}

/** Brings applied rows to disk. */
export interface Flusher {
  /** What would survive a crash. */
  durable(): StateDigest;
  /**
   * The overlay now stands at `position`. `check`: one flush ends right here, so that the hash of the
   * state at this index is known; an earlier one that still waits is given up.
   */
  applied(position: SnapshotPosition, check: boolean): void;
  /** Begins to bring rows to disk if they have become many, or the state is to be compared. */
  flushLarge(): void;
  /** Begins a flush if the oldest row has waited long enough. */
  tick(): void;
  /** Begins no flush until `resume`; calls `task` once none runs. */
  pause(task: () => void): void;
  resume(): void;
  /** The store was replaced and stands at `index`, with nothing over it. */
  restored(index: Index): void;
  /** Begins and reports nothing any more. */
  stop(): void;
}

/**
 * One batch at a time, together with the position it brings the state to: so what is found after a
 * crash is always the state after a prefix of the log.
 */
export function createFlusher(
  state: StateStore,
  clock: Clock,
  overlay: Overlay,
  limits: FlushLimits,
  begin: Index,
  events: FlushEvents,
): Flusher {
  let durable: StateDigest = { index: begin, hash: state.hash() };
  const due: Due = { cut: undefined, dirty: undefined };
  let paused = false;
  let stopped = false;
  let whenIdle: (() => void) | undefined;

  function flush(): void {
    if (overlay.flushing !== undefined || paused || stopped) return;
    const next = takeNext(due);
    if (next === undefined) return;
    const { position, check } = next;
    state.write(beginFlush(overlay), position, (outcome) => {
      if (stopped) return;
      if (!outcome.ok) {
        events.failed(outcome.error);
        return;
      }
      endFlush(overlay);
      durable = { index: position.index, hash: state.hash() };
      if (check) events.checked(durable);
      whenIdle?.();
      whenIdle = undefined;
      events.flushed(durable.index);
      flushLarge();
    });
  }

  function flushLarge(): void {
    if (due.cut !== undefined || overlay.current.bytes >= limits.flushBytesMax) flush();
  }

  return {
    durable: () => durable,
    applied: (position, check) => {
      if (check) cutOverlay(overlay);
      note(due, position, check, clock.nowMs());
    },
    flushLarge,
    tick: () => {
      const sinceMs = due.dirty?.sinceMs ?? Infinity;
      if (due.cut !== undefined || clock.nowMs() - sinceMs >= limits.flushIntervalMs) flush();
    },
    pause: (task) => {
      paused = true;
      if (overlay.flushing === undefined) task();
      else whenIdle = task;
    },
    resume: () => {
      paused = false;
    },
    restored: (index) => {
      invariant(overlay.flushing === undefined, 'no flush runs while the state is replaced', {
        index,
      });
      durable = { index, hash: state.hash() };
      Object.assign(due, { cut: undefined, dirty: undefined });
    },
    stop: () => {
      stopped = true;
    },
  };
}

/** What flushes would bring the state to: up to the cut of the overlay first. */
interface Due {
  cut: SnapshotPosition | undefined;
  /** … and since when it could. */
  dirty: { position: SnapshotPosition; readonly sinceMs: number } | undefined;
}

function note(due: Due, position: SnapshotPosition, check: boolean, nowMs: number): void {
  if (check) {
    due.cut = position;
    due.dirty = undefined;
  } else if (due.dirty === undefined) due.dirty = { position, sinceMs: nowMs };
  else due.dirty.position = position;
}

function takeNext(
  due: Due,
): { readonly position: SnapshotPosition; readonly check: boolean } | undefined {
  const { cut, dirty } = due;
  if (cut !== undefined) {
    due.cut = undefined;
    return { position: cut, check: true };
  }
  due.dirty = undefined;
  return dirty && { position: dirty.position, check: false };
}
