/** Takes part in the election: carries out what `election.ts` decides. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Candidate, LeaseTimings } from './election.ts';
import { afterRead, afterWrite, leads, mayWrite, newCandidate } from './election.ts';
import type { LeaseObject } from './lease-object.ts';

export interface Elector {
  /** Resolves when it leads for the first time; never when it is stopped before. */
  readonly elected: Promise<void>;
  /** Resolves when it led and leads no more, for whatever reason but `stop`. */
  readonly lost: Promise<void>;
  /** Whether it leads at this very moment: what is done must be done under it. */
  leads(): boolean;
  /** Takes part no more, and gives the Lease back when it has it, so that another one need not wait. */
  stop(): Promise<void>;
}

export interface ElectorSetup {
  readonly lease: LeaseObject;
  readonly identity: string;
  readonly timings: LeaseTimings;
  /** Monotonic, in ms. */
  readonly nowMs: () => number;
  /** Could not read or write the Lease. */
  readonly trouble: (error: unknown) => void;
}

export function startElector(setup: ElectorSetup): Elector {
  const { lease, identity, timings, nowMs, trouble } = setup;
  const stopping = new AbortController();
  const elected = Promise.withResolvers<undefined>();
  const lost = Promise.withResolvers<undefined>();
  let candidate: Candidate = newCandidate(identity);

  async function attempt(): Promise<void> {
    // A holder has its own last write: it need not read, and another one's is a conflict.
    if (candidate.leadsUntilMs === undefined) {
      candidate = afterRead(candidate, await lease.read(), nowMs());
    }
    const begunMs = nowMs();
    if (!mayWrite(candidate, begunMs)) return;
    const seconds = Math.ceil(timings.leaseMs / 1000);
    try {
      const record = await lease.write(identity, candidate.seen, seconds);
      candidate = afterWrite(candidate, record, begunMs, timings);
    } catch (error) {
      // After an answer that was lost it may be the own write that is there.
      candidate = afterRead(candidate, await lease.read(), nowMs());
      throw error;
    }
  }

  async function run(): Promise<void> {
    let led = false;
    while (!stopping.signal.aborted) {
      await attempt().catch(trouble);
      const leading = leads(candidate, nowMs());
      if (leading) {
        led = true;
        elected.resolve(undefined);
      } else if (led) break;
      const jitter = leading ? 1 : 1 + Math.random() / 5;
      await sleep(timings.retryMs * jitter, undefined, { signal: stopping.signal }).catch(
        () => undefined,
      );
      if (led && !leads(candidate, nowMs())) break;
    }
    if (!stopping.signal.aborted) lost.resolve(undefined);
  }

  const running = run();
  return {
    elected: elected.promise,
    lost: lost.promise,
    leads: () => leads(candidate, nowMs()),
    stop: async () => {
      stopping.abort();
      await running;
      const { leadsUntilMs, seen } = candidate;
      candidate = { ...candidate, leadsUntilMs: undefined };
      if (leadsUntilMs === undefined || seen?.holder !== identity) return;
      await lease.write('', seen, 1).catch(trouble);
    },
  };
}
