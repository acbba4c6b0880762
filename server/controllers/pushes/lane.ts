/** How far one process of a broker has been told. */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { batchFrom } from './batch.ts';
import type { BatchLimits } from './batch.ts';
import type { Outbox } from './outbox.ts';

/** A process of a broker: it has a new epoch each time it registers. */
export interface BrokerProcess {
  readonly broker: bigint;
  readonly epoch: bigint;
}

/** As replicated. */
export interface RegisteredProcess extends BrokerProcess {
  /** The entry with which it registered. */
  readonly registeredAt: Index;
  /** It has acknowledged what comes from entries up to this one. */
  readonly cursor: Index;
}

export interface LaneOptions {
  readonly batch: BatchLimits;
  /** The pause after a first failure; it doubles with each, up to `pauseMsMax`. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
}

export interface Lane {
  process(): RegisteredProcess;
  /** The same process, as it is replicated by now. */
  renew(process: RegisteredProcess): void;
  /** It skips what is not held any more; true if there was any. */
  skipGone(): boolean;
  /** What to send now, under this number; nothing while a send is under way, or after a failure. */
  send(send: number, nowMs: number): readonly Push[];
  /** What came of the send. */
  finish(outcome: 'acknowledged' | 'failed', nowMs: number): void;
  /** The send that is under way. */
  sending(): number | undefined;
  /** What is acknowledged, unless that is replicated. */
  unreplicated(): Index | undefined;
  /** When to try again after a failure. */
  dueMs(): number | undefined;
}

interface Reach {
  /** The place of the first line that is not acknowledged. */
  readonly next: number;
  /** All that comes from entries up to this one is acknowledged. */
  readonly acknowledged: Index;
}

/** @param uncertainTo what comes from entries up to this one may have been received already. */
export function createLane(
  outbox: Outbox,
  options: LaneOptions,
  registered: RegisteredProcess,
  uncertainTo: Index,
): Lane {
  let process = registered;
  let uncertain = uncertainTo;
  let reached = reachOf(outbox, registered.cursor);
  let sending: (Reach & { readonly send: number }) | undefined;
  let failures = 0;
  let notBeforeMs = 0;

  /** Never back: what an earlier leader heard may be applied late. */
  function reach({ next, acknowledged }: Reach): void {
    reached = {
      next: Math.max(reached.next, next),
      acknowledged: toIndex(Math.max(reached.acknowledged, acknowledged)),
    };
  }

  return {
    process: () => process,
    sending: () => sending?.send,
    renew: (renewed) => {
      process = renewed;
      reach(reachOf(outbox, renewed.cursor));
    },
    skipGone: () => {
      const gone = outbox.goneTo();
      if (sending !== undefined || reached.acknowledged >= gone) return false;
      reach(reachOf(outbox, gone));
      return true;
    },
    send: (send, nowMs) => {
      if (sending !== undefined || nowMs < notBeforeMs) return [];
      const to = { ...process, uncertainTo: uncertain };
      const { records, end } = batchFrom(outbox, reached.next, to, options.batch);
      const then = { next: end, acknowledged: indexBefore(outbox, end) ?? reached.acknowledged };
      if (records.length === 0) reach(then);
      else sending = { ...then, send };
      return records;
    },
    finish: (outcome, nowMs) => {
      if (sending === undefined) return;
      const { next } = sending;
      if (outcome === 'acknowledged') {
        failures = 0;
        reach(sending);
      } else {
        notBeforeMs = nowMs + Math.min(options.pauseMsMax, options.pauseMs * 2 ** failures);
        failures += 1;
        // Nobody knows whether it has the records.
        uncertain = toIndex(Math.max(uncertain, outbox.at(next - 1)?.index ?? 0));
      }
      sending = undefined;
    },
    unreplicated: () => (reached.acknowledged > process.cursor ? reached.acknowledged : undefined),
    dueMs: () => (failures > 0 && sending === undefined ? notBeforeMs : undefined),
  };
}

const reachOf = (outbox: Outbox, acknowledged: Index): Reach => ({
  next: outbox.placeAfter(acknowledged),
  acknowledged,
});

/** What is acknowledged with all lines before this place: an entry counts once all its lines do. */
function indexBefore(outbox: Outbox, end: number): Index | undefined {
  const last = outbox.at(end - 1)?.index;
  return last !== undefined && outbox.at(end)?.index === last ? toIndex(last - 1) : last;
}
