/**
 * Who is told what, and when: from what was applied, who is registered, what came of earlier sends,
 * and the time. Every member keeps what has to be told; the one that leads tells it.
 */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { isLoaded } from './history.ts';
import { createLane, processOf } from './lane.ts';
import type {
  BrokerProcess,
  KnownProcess,
  Lane,
  LaneOptions,
  LaneParts,
  Opening,
  RegisteredProcess,
} from './lane.ts';
import { createOutbox } from './outbox.ts';
import type { LastTold } from './outbox.ts';
import { createProposals } from './proposals.ts';
import type { Proposal } from './proposals.ts';
import { createWaitingLane } from './waiting-lane.ts';
import type { WaitingOptions } from './waiting-lane.ts';

export type DispatchInput =
  | {
      readonly kind: 'applied';
      readonly index: Index;
      /** Now, in Unix ms. */
      readonly timeMs: number;
      readonly pushes: readonly Push[];
    }
  /** All that are registered now. */
  | { readonly kind: 'brokers'; readonly processes: readonly RegisteredProcess[] }
  /** This member leads; its lead began with this entry, and another one told what came before. */
  | { readonly kind: 'leads'; readonly from: Index }
  | { readonly kind: 'follows' }
  /** What came of a send; one of an earlier lead, or to a process that is gone, changes nothing. */
  | { readonly kind: 'acknowledged' | 'failed'; readonly send: number }
  /** Proposing cursors has ended, whatever came of it; or cursors are not kept as yet. */
  | { readonly kind: 'proposed'; readonly kept: boolean }
  /** Time has passed. */
  | { readonly kind: 'passed' };

export type DispatchEffect =
  | (BrokerProcess & {
      readonly kind: 'send';
      readonly send: number;
      readonly records: readonly Push[];
    })
  /** Nobody waits for this one any more. */
  | { readonly kind: 'abandon'; readonly send: number }
  | Proposal;

export interface DispatchOptions extends LaneOptions, WaitingOptions {
  /** What is held for brokers that are slow, or come later; as much again of what they load. */
  readonly outboxBytesMax: number;
  /** Between two proposals of cursors. */
  readonly cursorsMs: number;
}

export interface Dispatch {
  /** @param nowMs of a clock that never goes back. */
  step(input: DispatchInput, nowMs: number): readonly DispatchEffect[];
  /** When it is to be told that time has passed, if ever. */
  dueMs(): number | undefined;
  /**
   * Whether all brokers that are live have acknowledged what comes from entries up to this one; or
   * one, live or not. Of one that is not registered any more, nothing is expected.
   */
  has(index: Index, broker?: bigint): boolean;
  /** The last entry that told anything. */
  lastIndex(): Index;
}

/** @param before what was told before the first input. */
export function createDispatch(
  options: DispatchOptions,
  parts: Pick<LaneParts, 'history' | 'random'>,
  before: LastTold,
): Dispatch {
  const outbox = createOutbox(options.outboxBytesMax, before);
  const loaded = createOutbox(options.outboxBytesMax, before);
  const laneParts = { ...parts, outbox, loaded, options };
  const lanes = createLanes(laneParts, (process, { givenUp, ...opening }) =>
    isKnown(process)
      ? createLane(laneParts, process, opening)
      : createWaitingLane(laneParts, process, givenUp),
  );
  let leading = false;
  const proposals = createProposals(options.cursorsMs);

  function follow(): DispatchEffect[] {
    leading = false;
    proposals.ended();
    return lanes.restart(outbox.lastIndex());
  }

  /** What follows at once, and whose turn it is then. */
  function take(input: DispatchInput, nowMs: number): Turn {
    switch (input.kind) {
      case 'applied':
        outbox.append(input.index, input.timeMs, input.pushes);
        loaded.append(input.index, input.timeMs, input.pushes.filter(isLoaded));
        return { lanes: lanes.all() };
      case 'brokers': {
        const effects = lanes.register(input.processes);
        proposals.came(lanes.all());
        return { effects, lanes: lanes.all() };
      }
      case 'leads': {
        const effects = follow();
        leading = true;
        lanes.restart(toIndex(Math.max(input.from - 1, outbox.lastIndex())));
        proposals.came(lanes.all());
        return { effects, lanes: lanes.all() };
      }
      case 'follows':
        return { effects: follow() };
      case 'acknowledged':
      case 'failed': {
        const lane = lanes.finish(input.send, input.kind, nowMs);
        return lane === undefined ? {} : { lanes: [lane] };
      }
      case 'proposed':
        proposals.ended();
        if (!input.kept) lanes.register(lanes.all().map(begun), false);
        return { lanes: lanes.all() };
      case 'passed':
        return { lanes: lanes.all() };
    }
  }

  return {
    step: (input, nowMs) => {
      const { effects = [], lanes: turn = [] } = take(input, nowMs);
      const sends = leading ? turn.flatMap((lane) => lanes.advance(lane, nowMs)) : [];
      return [...effects, ...sends, ...(leading ? proposals.propose(lanes.all(), nowMs) : [])];
    },
    dueMs: () => (leading ? dueOf(lanes.all(), proposals.dueMs()) : undefined),
    lastIndex: () => outbox.lastIndex(),
    has: (index, broker) => haveAll(lanes.all(), index, broker),
  };
}

/** @param proposeMs when what lanes have reached can be proposed. */
function dueOf(lanes: readonly Lane[], proposeMs: number | undefined): number | undefined {
  const due = lanes.flatMap((lane) => lane.dueMs() ?? []);
  const news = lanes.some((lane) => lane.unreplicated() !== undefined);
  if (news && proposeMs !== undefined) due.push(proposeMs);
  return due.length === 0 ? undefined : Math.min(...due);
}

function haveAll(lanes: readonly Lane[], index: Index, broker: bigint | undefined): boolean {
  const isExpected = (lane: Lane): boolean =>
    broker === undefined ? lane.isLive() : lane.process().broker === broker;
  return lanes.filter(isExpected).every((lane) => lane.has(index));
}

interface Turn {
  readonly effects?: readonly DispatchEffect[];
  /** Those that may have something to send now. */
  readonly lanes?: readonly Lane[];
}

interface LaneOpening extends Opening {
  /** The last entry that told of what is loaded when the broker was given up; it was told nothing since. */
  readonly givenUp: Index | undefined;
}

/** One for each broker. @param open a lane that goes on from the process' cursor. */
function createLanes(
  { outbox, loaded }: Pick<LaneParts, 'loaded' | 'outbox'>,
  open: (process: RegisteredProcess, opening: LaneOpening) => Lane,
) {
  const lanes = new Map<bigint, Lane>();
  /** As in `LaneOpening`, in this lead. */
  const givenUp = new Map<bigint, Index>();
  /** Those that are under way. */
  const sending = new Map<number, Lane>();
  let sends = 0;

  function abandon(lane: Lane): DispatchEffect[] {
    const send = lane.sending();
    if (send === undefined) return [];
    sending.delete(send);
    return [{ kind: 'abandon', send }];
  }

  /** @param before where the process waited. */
  function begin(process: RegisteredProcess, before: Lane | undefined): Lane {
    const { broker } = process;
    // It may have read by itself what there is.
    const uncertainTo = outbox.lastIndex();
    const freshTo = before?.freshTo() ?? 0;
    const lane = open(process, { uncertainTo, freshTo, givenUp: givenUp.get(broker) });
    if (isKnown(process)) givenUp.delete(broker);
    return lane;
  }

  function advance(lane: Lane, nowMs: number): DispatchEffect[] {
    const records = lane.send(sends + 1, nowMs);
    if (records.length === 0) return [];
    sends += 1;
    sending.set(sends, lane);
    return [{ kind: 'send', send: sends, ...processOf(lane), records }];
  }

  return {
    all: () => [...lanes.values()],
    advance,
    /** All go on from what is replicated; a leader before may have got further, and told others. */
    restart: (uncertainTo: Index): DispatchEffect[] => {
      const effects = [...lanes.values()].flatMap(abandon);
      givenUp.clear();
      const opening = { uncertainTo, freshTo: 0, givenUp: undefined };
      for (const [broker, lane] of lanes) lanes.set(broker, open(lane.process(), opening));
      return effects;
    },
    /** @param kept whether it is known how far processes before were told. */
    register: (processes: readonly RegisteredProcess[], kept = true): DispatchEffect[] => {
      const now = new Map(processes.map((process) => [process.broker, process]));
      const gone = [...lanes].filter(([id, lane]) => now.get(id)?.startS !== lane.process().startS);
      for (const [broker] of gone) {
        lanes.delete(broker);
        if (!now.has(broker)) givenUp.set(broker, loaded.lastIndex());
      }
      for (const [broker, process] of now) {
        const lane = lanes.get(broker);
        const begins = lane === undefined || (!isKnown(lane.process()) && isKnown(process));
        if (begins) lanes.set(broker, begin(process, kept ? lane : undefined));
        else lane.renew(process);
      }
      return gone.flatMap(([, lane]) => abandon(lane));
    },
    /** The lane that it was of, unless nobody waits for it. */
    finish: (send: number, outcome: 'acknowledged' | 'failed', nowMs: number): Lane | undefined => {
      const lane = sending.get(send);
      sending.delete(send);
      lane?.finish(outcome, nowMs);
      return lane;
    },
  };
}

const isKnown = (process: RegisteredProcess): process is KnownProcess =>
  process.cursor !== undefined;

/** While cursors are not kept, what is proposed has to do. */
const begun = (lane: Lane): RegisteredProcess => ({
  ...lane.process(),
  cursor: lane.process().cursor ?? lane.unreplicated()?.index,
});
