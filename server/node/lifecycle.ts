/**
 *   opening ──nobody yet──▶ waiting ──first write──▶ running
 *    │  ▲ └──────────member of a cluster───────────────▲ │
 *    │  ├───────pause────── reopening ◀──storage failed──┤
 *    │  └────────────────────────────────state rebuilt──┘
 *    └─corrupt─▶ refused         broken ◀──invariant─────┘  any ─▶ stopped
 */
import type { Identity } from '../ports/identity.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { Call, Calls } from './calls.ts';
import { deriveSeed } from './contexts.ts';
import type { FirstWrite } from './founding.ts';
import type { NodeObserver, NodeOptions, NodePorts } from './node.ts';
import { openFit } from './opening.ts';
import type { Opened } from './opening.ts';
import type { BootstrapOutcome } from './outcome.ts';
import { createRun } from './run.ts';
import type { Run } from './run.ts';

/** What a node is doing, and what belongs to that alone. */
export type Phase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'waiting' }
  /** Writes down who it is. */
  | { readonly kind: 'joining' }
  | { readonly kind: 'running'; readonly run: Run }
  /** `dueMs` is undefined until the stores are closed. */
  | { readonly kind: 'reopening'; readonly error: StorageError; dueMs: number | undefined }
  | { readonly kind: 'refused'; readonly error: StorageError }
  /** What this member holds in memory cannot be trusted; only a new process may go on. */
  | { readonly kind: 'broken'; readonly error: Error }
  | { readonly kind: 'stopped' };

export interface Lifecycle {
  phase(): Phase;
  /** From waiting to running. */
  join(first: FirstWrite, call: Call<BootstrapOutcome> | undefined): void;
  /** Remembered for cores to come. */
  storageSpace(low: boolean): void;
  tick(): void;
  stop(done: () => void): void;
}

export interface LifecycleSetup {
  readonly ports: NodePorts;
  readonly options: NodeOptions;
  readonly observer: NodeObserver;
  readonly calls: Calls;
}

/**
 * Damage does not heal; opening again would only find it again, or worse, not. And what another
 * process has open is its own.
 */
const mayHeal = ({ code }: StorageError): boolean =>
  code !== 'corrupt' && code !== 'foreign' && code !== 'locked';

/** Until the stores are closed under a state that was replaced. */
const REBUILT: Phase = { kind: 'opening' };

/** A node that is opening its stores; it begins when it is told to, and goes through its phases by itself. */
export function createLifecycle({ ports, options, observer, calls }: LifecycleSetup): Lifecycle {
  const { log, state, clock } = ports;
  let phase: Phase = { kind: 'opening' };
  let runs = 0;
  let spaceLow = false;

  function open(): void {
    const opening: Phase = { kind: 'opening' };
    phase = opening;
    openFit(ports, (outcome) => {
      if (phase !== opening) return;
      if (!outcome.ok) leave(outcome.error);
      else if (outcome.value.identity === undefined) phase = { kind: 'waiting' };
      else run(outcome.value, outcome.value.identity);
    });
  }

  function run(opened: Opened, identity: Identity): void {
    runs += 1;
    const seed = deriveSeed(options.seed, runs);
    const started = createRun({ ports, options, observer, identity, opened, seed }, (ended) => {
      if (ended.kind === 'failed') leave(ended.error);
      else if (ended.kind === 'rebuilt') end(REBUILT, reopen);
      else end(ended);
    });
    phase = { kind: 'running', run: started };
    if (spaceLow) started.feed({ kind: 'storageSpace', low: true });
  }

  /** The log stays as it is, under another state: what is behind that is applied again. */
  function reopen(): void {
    if (phase === REBUILT) open();
  }

  /** Storage failed: nothing is acknowledged until it was closed, opened and checked again. */
  function leave(error: StorageError): void {
    const reopening: Phase = { kind: 'reopening', error, dueMs: undefined };
    const wait = (): void => void (reopening.dueMs = clock.nowMs() + options.reopenPauseMs);
    if (mayHeal(error)) end(reopening, wait);
    else end({ kind: 'refused', error });
  }

  function end(next: Phase, closed = (): void => undefined): void {
    phase = next;
    log.close(() => {
      state.close(() => closed());
    });
    calls.endAll();
  }

  open();
  return {
    phase: () => phase,
    join: (first, call) => {
      const joining: Phase = { kind: 'joining' };
      phase = joining;
      log.append(first.batch, (outcome) => {
        if (phase !== joining) return;
        if (outcome.ok) {
          run(first.opened, first.opened.identity);
          call?.answer('bootstrapped');
        } else leave(outcome.error);
      });
    },
    storageSpace: (low) => {
      spaceLow = low;
      if (phase.kind === 'running') phase.run.feed({ kind: 'storageSpace', low });
    },
    tick: () => {
      if (phase.kind === 'running') phase.run.tick();
      if (phase.kind === 'reopening' && clock.nowMs() >= (phase.dueMs ?? Infinity)) open();
    },
    stop: (done) => {
      if (phase.kind === 'running') phase.run.stop();
      end({ kind: 'stopped' }, done);
    },
  };
}
