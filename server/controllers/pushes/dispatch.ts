/**
 * Who is told what, and when: from what was applied, who is registered, what came of earlier sends,
 * and the time. Every member keeps what has to be told; the one that leads tells it.
 */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { createLane } from './lane.ts';
import type { BrokerProcess, Lane, LaneOptions, RegisteredProcess } from './lane.ts';
import { createOutbox } from './outbox.ts';

export type DispatchInput =
  | { readonly kind: 'applied'; readonly index: Index; readonly pushes: readonly Push[] }
  /** All that are registered now. */
  | { readonly kind: 'brokers'; readonly processes: readonly RegisteredProcess[] }
  /** This member leads; its lead began with this entry, and another one told what came before. */
  | { readonly kind: 'leads'; readonly from: Index }
  | { readonly kind: 'follows' }
  /** What came of a send; one of an earlier lead, or to a process that is gone, changes nothing. */
  | { readonly kind: 'acknowledged' | 'failed'; readonly send: number }
  /** Proposing cursors has ended, whatever came of it. */
  | { readonly kind: 'proposed' }
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
  /** To be refused for a process that is gone, or has got further. */
  | {
      readonly kind: 'propose';
      readonly cursors: readonly (BrokerProcess & { readonly cursor: Index })[];
    }
  /** It has missed what is not held any more: it must be restarted. Said once for what it missed. */
  | (BrokerProcess & { readonly kind: 'behind' });

export interface DispatchOptions extends LaneOptions {
  /** Payloads held for brokers that are slow. */
  readonly outboxBytesMax: number;
  /** Between two proposals of cursors. */
  readonly cursorsMs: number;
}

export interface Dispatch {
  /** @param nowMs of a clock that never goes back. */
  step(input: DispatchInput, nowMs: number): readonly DispatchEffect[];
  /** When it is to be told that time has passed, if ever. */
  dueMs(): number | undefined;
}

/** @param toldIndex the last entry with pushes that was applied before the first input. */
export function createDispatch(options: DispatchOptions, toldIndex: Index): Dispatch {
  const outbox = createOutbox(options.outboxBytesMax, toldIndex);
  const lanes = createLanes((process, uncertainTo) =>
    createLane(outbox, options, process, uncertainTo),
  );
  let applied = toldIndex;
  let leading = false;
  let proposing = false;
  let proposeNotBeforeMs = 0;

  function follow(): DispatchEffect[] {
    leading = false;
    proposing = false;
    return lanes.restart(toIndex(0));
  }

  function propose(nowMs: number): DispatchEffect[] {
    if (!leading || proposing || nowMs < proposeNotBeforeMs) return [];
    const cursors = lanes.all().flatMap((lane) => {
      const cursor = lane.unreplicated();
      return cursor === undefined ? [] : [{ ...processOf(lane), cursor }];
    });
    if (cursors.length === 0) return [];
    proposing = true;
    proposeNotBeforeMs = nowMs + options.cursorsMs;
    return [{ kind: 'propose', cursors }];
  }

  function take(input: DispatchInput, nowMs: number): DispatchEffect[] {
    switch (input.kind) {
      case 'applied':
        applied = input.index;
        outbox.append(applied, input.pushes);
        if (lanes.all().length === 0) outbox.forget(applied);
        return [];
      case 'brokers': {
        const effects = lanes.register(input.processes);
        // What all have acknowledged for good, no leader will need.
        outbox.forget(toIndex(Math.min(applied, ...input.processes.map((each) => each.cursor))));
        return effects;
      }
      case 'leads': {
        const effects = follow();
        leading = true;
        return [...effects, ...lanes.restart(toIndex(input.from - 1))];
      }
      case 'follows':
        return follow();
      case 'acknowledged':
      case 'failed':
        lanes.finish(input.send, input.kind, nowMs);
        return [];
      case 'proposed':
        proposing = false;
        return [];
      case 'passed':
        return [];
    }
  }

  return {
    step: (input, nowMs) => [
      ...take(input, nowMs),
      ...(leading ? lanes.advance(nowMs) : []),
      ...propose(nowMs),
    ],
    dueMs: () => {
      if (!leading) return undefined;
      const due = lanes.all().flatMap((lane) => lane.dueMs() ?? []);
      const news = lanes.all().some((lane) => lane.unreplicated() !== undefined);
      if (news && !proposing) due.push(proposeNotBeforeMs);
      return due.length === 0 ? undefined : Math.min(...due);
    },
  };
}

/** One for each broker. @param open a lane that goes on from the process' cursor. */
function createLanes(open: (process: RegisteredProcess, uncertainTo: Index) => Lane) {
  const lanes = new Map<bigint, Lane>();
  let sends = 0;

  function advance(lane: Lane, nowMs: number): DispatchEffect[] {
    const effects: DispatchEffect[] = [];
    if (lane.skipGone()) effects.push({ kind: 'behind', ...processOf(lane) });
    const records = lane.send(sends + 1, nowMs);
    if (records.length === 0) return effects;
    sends += 1;
    return [...effects, { kind: 'send', send: sends, ...processOf(lane), records }];
  }

  return {
    all: () => [...lanes.values()],
    advance: (nowMs: number) => [...lanes.values()].flatMap((lane) => advance(lane, nowMs)),
    /** All go on from what is replicated; a leader before may have got further. */
    restart: (uncertainTo: Index): DispatchEffect[] => {
      const effects = [...lanes.values()].flatMap(abandon);
      for (const [broker, lane] of lanes) lanes.set(broker, open(lane.process(), uncertainTo));
      return effects;
    },
    register: (processes: readonly RegisteredProcess[]): DispatchEffect[] => {
      const now = new Map(processes.map((process) => [process.broker, process]));
      const gone = [...lanes].filter(([id, lane]) => now.get(id)?.epoch !== lane.process().epoch);
      for (const [broker] of gone) lanes.delete(broker);
      for (const [broker, process] of now) {
        const lane = lanes.get(broker);
        if (lane === undefined) lanes.set(broker, open(process, process.cursor));
        else lane.renew(process);
      }
      return gone.flatMap(([, lane]) => abandon(lane));
    },
    finish: (send: number, outcome: 'acknowledged' | 'failed', nowMs: number): void => {
      const lane = [...lanes.values()].find((each) => each.sending() === send);
      lane?.finish(outcome, nowMs);
    },
  };
}

function abandon(lane: Lane): DispatchEffect[] {
  const send = lane.sending();
  return send === undefined ? [] : [{ kind: 'abandon', send }];
}

function processOf(lane: Lane): BrokerProcess {
  const { broker, epoch } = lane.process();
  return { broker, epoch };
}
