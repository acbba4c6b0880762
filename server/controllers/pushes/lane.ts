/** How far one process of a broker has been told. */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { batchFrom } from './batch.ts';
import type { BatchLimits } from './batch.ts';
import type { History } from './history.ts';
import { createLookBack } from './look-back.ts';
import type { Outbox } from './outbox.ts';
import { createPatience } from './patience.ts';
import type { Pauses } from './patience.ts';

/** A process of a broker: it is the same when it registers again, with a new epoch. */
export interface BrokerProcess {
  readonly broker: bigint;
  /** When it started, in Unix seconds. */
  readonly startS: bigint;
  readonly epoch: bigint;
}

/** As replicated. */
export interface RegisteredProcess extends BrokerProcess {
  /** It has what comes from entries up to this one; undefined: nothing is known yet. */
  readonly cursor: Index | undefined;
  /**
   * How far the process was told that ran before it. What came behind that, this one may have been
   * told instead while it started.
   */
  readonly cursorBefore: Index | undefined;
  /** It can never be told something that it must know. */
  readonly missed: boolean;
}

/** One of which it is replicated where it is told from. */
export interface KnownProcess extends RegisteredProcess {
  readonly cursor: Index;
}

export interface Reached {
  readonly index: Index;
  readonly missed: boolean;
}

export interface LaneOptions extends Pauses {
  readonly batch: BatchLimits;
}

export interface LaneParts {
  readonly outbox: Outbox;
  /** Of what brokers load when they start: as there is less of it, this goes further back. */
  readonly loaded: Outbox;
  readonly history: History;
  readonly options: LaneOptions;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** What is known of a process when it begins to be told. */
export interface Opening {
  /** What comes from entries up to this one may have been received already. */
  readonly uncertainTo: Index;
  /**
   * Of what brokers do not load when they start, it has nothing that is older than this entry:
   * Infinity, if it has none of it; 0, if nobody knows.
   */
  readonly freshTo: number;
}

export interface Lane {
  process(): RegisteredProcess;
  /** The same process, as it is replicated by now. */
  renew(process: RegisteredProcess): void;
  /**
   * What to send now, under this number; nothing while a send is under way, or after a failure.
   */
  send(send: number, nowMs: number): readonly Push[];
  /** What came of the send. */
  finish(outcome: 'acknowledged' | 'failed', nowMs: number): void;
  /** The send that is under way. */
  sending(): number | undefined;
  /** Whether it has acknowledged what comes from entries up to this one. */
  has(index: Index): boolean;
  /** Whether it takes what it is sent, and is told what happens now. */
  isLive(): boolean;
  /** What it has reached, unless that is replicated. */
  unreplicated(): Reached | undefined;
  /** When to try again after a failure. */
  dueMs(): number | undefined;
  /** See `Opening`. */
  freshTo(): number;
}

interface Reach {
  /** The place of the first line that is not acknowledged. */
  readonly next: number;
  /** All that comes from entries up to this one is acknowledged. */
  readonly acknowledged: Index;
}

interface Taken {
  readonly records: readonly Push[];
  /** What is reached when these are acknowledged; undefined: nothing that counts as yet. */
  readonly then: Reach | undefined;
}

const NOTHING: Taken = { records: [], then: undefined };

export function createLane(
  parts: LaneParts,
  registered: KnownProcess,
  { uncertainTo, freshTo }: Opening,
): Lane {
  const { outbox, options, random } = parts;
  let process: RegisteredProcess = registered;
  let uncertain = uncertainTo;
  let reached = reachOf(outbox, registered.cursor);
  const back = createLookBack({ ...parts, broker: registered.broker, freshTo });
  let missed = registered.missed;
  let sending: { readonly send: number; readonly then: Reach | undefined } | undefined;
  const patience = createPatience(options, random);

  function take(nowMs: number): Taken {
    let told = back.next(reached.acknowledged);
    for (; told.kind === 'over'; told = back.next(reached.acknowledged)) {
      // Of what came meanwhile it has been told as well, in part.
      uncertain = toIndex(Math.max(uncertain, outbox.lastIndex()));
      reached = further(reached, reachOf(outbox, told.to));
    }
    missed ||= back.missed();
    if (told.kind === 'records') return { records: told.records, then: undefined };
    if (told.kind === 'later') {
      patience.failed(nowMs);
      return NOTHING;
    }
    const to = { broker: process.broker, uncertainTo: uncertain };
    const { records, end } = batchFrom(outbox, reached.next, to, options.batch);
    return { records, then: { next: end, acknowledged: outbox.indexBefore(end) } };
  }

  return {
    process: () => process,
    sending: () => sending?.send,
    renew: (renewed) => {
      if (renewed.epoch !== process.epoch) patience.renew();
      // Where cursors are not kept, it goes on from where it was begun.
      process = { ...renewed, cursor: renewed.cursor ?? process.cursor };
      missed ||= renewed.missed;
      if (renewed.cursor !== undefined && !back.isNeeded()) {
        reached = further(reached, reachOf(outbox, renewed.cursor));
      }
    },
    send: (send, nowMs) => {
      if (sending !== undefined || nowMs < (patience.dueMs() ?? 0)) return [];
      const { records, then } = take(nowMs);
      if (records.length > 0) sending = { send, then };
      else if (then !== undefined) reached = further(reached, then);
      return records;
    },
    finish: (outcome, nowMs) => {
      if (sending === undefined) return;
      const { then } = sending;
      sending = undefined;
      if (outcome === 'acknowledged') {
        patience.renew();
        if (then !== undefined) reached = further(reached, then);
        else back.acknowledged();
        return;
      }
      patience.failed(nowMs);
      // Nobody knows whether it has the records.
      if (then !== undefined) {
        uncertain = toIndex(Math.max(uncertain, outbox.at(then.next - 1)?.index ?? 0));
      }
    },
    has: (index) => !back.isNeeded() && reached.acknowledged >= index,
    isLive: () => !back.isNeeded() && patience.dueMs() === undefined,
    unreplicated: () =>
      unreplicated(process, back.isNeeded() ? undefined : reached.acknowledged, missed),
    dueMs: () => (sending === undefined ? patience.dueMs() : undefined),
    freshTo: () => 0,
  };
}

/** Never back: what an earlier leader heard may be applied late. */
const further = (one: Reach, other: Reach): Reach => ({
  next: Math.max(one.next, other.next),
  acknowledged: toIndex(Math.max(one.acknowledged, other.acknowledged)),
});

/** @param acknowledged undefined: nothing that counts. */
function unreplicated(
  { cursor, missed: isKnown }: RegisteredProcess,
  acknowledged: Index | undefined,
  missed: boolean,
): Reached | undefined {
  const isFurther = acknowledged !== undefined && acknowledged > (cursor ?? -1);
  if (!isFurther && missed === isKnown) return undefined;
  return { index: isFurther ? acknowledged : (cursor ?? toIndex(0)), missed };
}

const reachOf = (outbox: Outbox, acknowledged: Index): Reach => ({
  next: outbox.placeAfter(acknowledged),
  acknowledged,
});

/** The process that it is of, without what is replicated. */
export function processOf(lane: Lane): BrokerProcess {
  const { broker, startS, epoch } = lane.process();
  return { broker, startS, epoch };
}
