/** How far one process of a broker has been told. */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { batchFrom } from './batch.ts';
import type { BatchLimits } from './batch.ts';
import type { History, Since } from './history.ts';
import { createLookBack } from './look-back.ts';
import type { Outbox } from './outbox.ts';

/** A process of a broker: it is the same when it registers again, with a new epoch. */
export interface BrokerProcess {
  readonly broker: bigint;
  /** When it started, in Unix seconds. */
  readonly startS: bigint;
  readonly epoch: bigint;
}

/** As replicated. */
export interface RegisteredProcess extends BrokerProcess {
  /** It has acknowledged what comes from entries up to this one; undefined: nothing is known yet. */
  readonly cursor: Index | undefined;
  /**
   * How far the process was told that ran before it. What came behind that, this one may have been
   * told instead while it started.
   */
  readonly cursorBefore: Index | undefined;
  /** It can never be told something that it must know. */
  readonly missed: boolean;
}

export interface Reached {
  readonly index: Index;
  readonly missed: boolean;
}

export interface LaneOptions {
  readonly batch: BatchLimits;
  /** Most of the pause after a first failure; it doubles with each, up to `pauseMsMax`. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
  /**
   * A process has read what there was at some time after it started: it is told of what changed since
   * this much before, for its clock is not ours.
   */
  readonly marginMs: number;
}

export interface LaneParts {
  readonly outbox: Outbox;
  readonly history: History;
  readonly options: LaneOptions;
  /** From 0 to below 1. Without it, all whom a leader lost at once would be tried again at once. */
  readonly random: () => number;
}

export interface Lane {
  process(): RegisteredProcess;
  /** The same process, as it is replicated by now. */
  renew(process: RegisteredProcess): void;
  /** What to send now, under this number; nothing while a send is under way, or after a failure. */
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

/** @param uncertainTo what comes from entries up to this one may have been received already. */
export function createLane(
  { outbox, history, options, random }: LaneParts,
  registered: RegisteredProcess,
  uncertainTo: Index,
): Lane {
  let process = registered;
  let uncertain = uncertainTo;
  const began = beginOf({ outbox, history }, registered, options.marginMs);
  let reached = began.reach;
  const back = createLookBack({ outbox, history, limits: options.batch }, began.missing);
  let missed = registered.missed;
  let sending: { readonly send: number; readonly then: Reach | undefined } | undefined;
  const patience = createPatience(options, random);

  function take(nowMs: number): Taken {
    let look = back.next(reached.acknowledged);
    for (; look.kind === 'over'; look = back.next(reached.acknowledged)) {
      // Of what came meanwhile it has been told as well, in part.
      uncertain = toIndex(Math.max(uncertain, outbox.lastIndex()));
      reached = further(reached, reachOf(outbox, look.to));
    }
    missed ||= back.missed();
    if (look.kind === 'records') return { records: look.records, then: undefined };
    if (look.kind === 'later') {
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
      process = renewed;
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

/** Pauses that grow with each failure: half of the step to the whole. */
function createPatience({ pauseMs, pauseMsMax }: LaneOptions, random: () => number) {
  let failures = 0;
  let notBeforeMs = 0;
  return {
    failed: (nowMs: number): void => {
      const stepMs = Math.min(pauseMsMax, pauseMs * 2 ** failures);
      notBeforeMs = nowMs + stepMs * (0.5 + random() / 2);
      failures += 1;
    },
    renew: (): void => {
      failures = 0;
    },
    /** When to try again; undefined when nothing failed. */
    dueMs: () => (failures > 0 ? notBeforeMs : undefined),
  };
}

/** Where it begins, or since when it is to be told what no line tells. */
function beginOf(
  { outbox, history }: Pick<LaneParts, 'history' | 'outbox'>,
  { cursor, cursorBefore, startS }: RegisteredProcess,
  marginMs: number,
): { readonly reach: Reach; readonly missing: Since | undefined } {
  if (cursor !== undefined) return { reach: reachOf(outbox, cursor), missing: undefined };
  const timeMs = Number(startS) * 1_000 - marginMs;
  const { index, timeMs: goneMs } = outbox.gone();
  const since = outbox.placeSince(timeMs);
  if (cursorBefore !== undefined && cursorBefore < index) {
    // Of what the one before was told from the state, this one may have been told a part: what is gone, and not what is there.
    const before = { kind: 'either', index: cursorBefore, timeMs } as const;
    const isKnown = history.since(before).complete;
    return {
      reach: { next: since, acknowledged: toIndex(0) },
      missing: isKnown ? before : { kind: 'time', timeMs },
    };
  }
  const isHeld = index === 0 || goneMs < timeMs;
  const next = Math.min(
    since,
    cursorBefore === undefined ? since : outbox.placeAfter(cursorBefore),
  );
  return {
    reach: { next, acknowledged: isHeld ? outbox.indexBefore(next) : toIndex(0) },
    missing: isHeld ? undefined : { kind: 'time', timeMs },
  };
}

const reachOf = (outbox: Outbox, acknowledged: Index): Reach => ({
  next: outbox.placeAfter(acknowledged),
  acknowledged,
});
