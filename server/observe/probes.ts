import type { Node, NodeStatus } from '../node/node.ts';
import type { ReadOutcome } from '../node/outcome.ts';
import { HEALTH_BOUNDS, livenessOf, readinessOf } from './health.ts';
import type { Check, HealthBounds, LiveFacts } from './health.ts';

/** Gathers the facts of health checks when somebody asks. */
export interface Probes {
  live(): readonly Check[];
  /** Answers within the bound of a read, whatever the cluster does. */
  ready(excluded?: ReadonlySet<string>): Promise<readonly Check[]>;
  /** The process is about to end: from here on it is not ready, also for those who have asked. */
  leave(): void;
}

export interface ProbesSetup {
  readonly status: () => NodeStatus;
  readonly read: Node['read'];
  readonly eventLoopDelayMs: () => number;
  readonly logWriteAgeMs: () => number | undefined;
  readonly stateWriteAgeMs: () => number | undefined;
  readonly bounds?: HealthBounds;
  /** Calls `task` once, later, unless it is cancelled; a real timer when absent. */
  readonly after?: After;
}

export type After = (delayMs: number, task: () => void) => () => void;

const realTimer: After = (delayMs, task) => {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
};

/** Sets up the probes of one member. */
export function createProbes(setup: ProbesSetup): Probes {
  const { status, bounds = HEALTH_BOUNDS, after = realTimer } = setup;
  const readOnce = createSharedRead(setup.read);
  let leaving = false;

  return {
    live: () => {
      const facts: LiveFacts = {
        status: status(),
        eventLoopDelayMs: setup.eventLoopDelayMs(),
        logWriteAgeMs: setup.logWriteAgeMs(),
        stateWriteAgeMs: setup.stateWriteAgeMs(),
      };
      return livenessOf(facts, bounds);
    },
    ready: async (excluded = new Set()) => {
      const now = status();
      const wanted = now.phase === 'running' && !excluded.has('read');
      const read = wanted ? await within(bounds.readMs, readOnce, after) : undefined;
      // Asked again: while the read was out, a leader may have come or gone.
      return readinessOf({ status: status(), read, leaving }, bounds);
    },
    leave: () => void (leaving = true),
  };
}

/** The outcome, or `late`. */
function within(
  boundMs: number,
  read: (done: (outcome: ReadOutcome) => void) => void,
  after: After,
): Promise<ReadOutcome | 'late'> {
  return new Promise((resolve) => {
    const cancel = after(boundMs, () => resolve('late'));
    read((outcome) => {
      cancel();
      resolve(outcome);
    });
  });
}

/**
 * One read at a time, however many ask: probes of a member in trouble must not add to it. Who asks
 * while one is out shares its answer, which comes after the question, so it proves as much.
 */
function createSharedRead(read: Node['read']): Node['read'] {
  let waiting: ((outcome: ReadOutcome) => void)[] = [];

  return (done) => {
    waiting.push(done);
    if (waiting.length > 1) return;
    read((outcome) => {
      const told = waiting;
      waiting = [];
      for (const tell of told) tell(outcome);
    });
  };
}
