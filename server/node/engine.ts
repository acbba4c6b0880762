import type { Clock } from '../ports/clock.ts';
import { StorageError } from '../ports/outcome.ts';
import type { Boot } from '../raft/boot.ts';
import { start, step } from '../raft/core.ts';
import type { Effect } from '../raft/effect.ts';
import type { Input } from '../raft/input.ts';
import type { Options } from '../raft/options.ts';
import type { Raft } from '../raft/raft.ts';
import type { NodeObserver } from './node.ts';

export interface EngineSetup {
  readonly boot: Boot;
  readonly core: Options;
  readonly clock: Clock;
  readonly observer: NodeObserver;
}

export interface EngineEvents {
  /** Carry it out. A StorageError thrown here is a failure of the storage. */
  effect(effect: Effect): void;
  /** Nothing happens any more: stop everything, at once. */
  ended(end: End): void;
}

/** How a core ends by itself. */
export type End =
  /** The storage failed. What the core still wanted sent was sent. */
  | { readonly kind: 'failed'; readonly error: StorageError }
  /** An invariant is broken. The error is thrown on, once this is known. */
  | { readonly kind: 'broken'; readonly error: Error };

/** A core and the inputs that wait for it. */
export interface Engine {
  readonly raft: Raft;
  /** Hands the core an input: now, or after the one being handled and its effects. */
  readonly feed: (input: Input) => void;
  /** The storage failed: what was asked for before does not happen any more. */
  readonly fail: (error: StorageError) => void;
  /** Takes no more inputs. */
  stop(): void;
}

/** Starts a core. One input at a time, however they come; all effects of one before the next. */
export function createEngine(setup: EngineSetup, events: EngineEvents): Engine {
  const { boot, core, clock, observer } = setup;
  const raft = start(boot, core, clock.nowMs());
  let queue: Input[] = [];
  let busy = false;
  let stopped = false;
  let failure: StorageError | undefined;

  function feed(input: Input): void {
    if (stopped || failure !== undefined) return;
    queue.push(input);
    drain();
  }

  function drain(): void {
    if (busy) return;
    busy = true;
    try {
      for (let input = queue.shift(); input !== undefined; input = queue.shift()) take(input);
    } catch (error) {
      // Half a step was carried out. Nothing that follows could be trusted.
      stopped = true;
      events.ended({ kind: 'broken', error: toError(error) });
      throw error;
    }
    busy = false;
    if (failure !== undefined && !stopped) {
      stopped = true;
      events.ended({ kind: 'failed', error: failure });
    }
  }

  function take(input: Input): void {
    const effects = step(raft, clock.nowMs(), input);
    observer.stepped?.(input, effects, raft);
    for (const effect of effects) {
      if (stopped) return;
      // Without storage, a last word to others is all that can be carried out.
      if (failure === undefined || effect.kind === 'send') attempt(effect);
    }
  }

  function attempt(effect: Effect): void {
    try {
      events.effect(effect);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      fail(error);
    }
  }

  function fail(error: StorageError): void {
    if (stopped || failure !== undefined) return;
    failure = error;
    queue = [{ kind: 'storageFailed' }];
    drain();
  }

  return {
    raft,
    feed,
    fail,
    stop: () => {
      stopped = true;
      queue = [];
    },
  };
}

const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
