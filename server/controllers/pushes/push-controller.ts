/** Tells brokers what changes, while this member leads: carries out what `dispatch.ts` decides. */
import { toIndex } from '../../raft/ids.ts';
import type { Clock, Defer } from '../../ports/clock.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Node, NodeObserver } from '../../node/node.ts';
import { encodeCommand } from '../../state/command-codec.ts';
import { advanceCursors } from '../../state/registry/push-cursor.ts';
import { changeOf } from '../../state/resources/operation.ts';
import { readTold, TOLD_SINCE } from '../../state/resources/told.ts';
import { activeVersion } from '../../state/versions.ts';
import type { CacheUpdates } from './cache-updates.ts';
import { createConfirmedSends } from './confirmed-sends.ts';
import type { ConfirmedSends } from './confirmed-sends.ts';
import { createDispatch } from './dispatch.ts';
import type { DispatchEffect, DispatchInput, DispatchOptions } from './dispatch.ts';
import { createHistory } from './history.ts';
import { createLead } from './lead.ts';
import type { Lead } from './lead.ts';
import { createTurns } from './turns.ts';
import type { Turns } from './turns.ts';
import { createWaiters } from './waiters.ts';

export interface PushControllerParts {
  readonly node: Pick<Node, 'propose' | 'range' | 'read' | 'row' | 'status'>;
  readonly updates: CacheUpdates;
  /** A broker has acknowledged what it was sent. */
  readonly reached: (broker: bigint) => void;
  readonly clock: Clock;
  /** Unix time in ms. */
  readonly wallMs: () => number;
  readonly defer: Defer;
  /** Runs a task later; returns how that is called off. */
  readonly after: (ms: number, task: () => void) => () => void;
  /** From 0 to below 1. */
  readonly random: () => number;
}

export interface PushOptions extends DispatchOptions {
  /** Of records under way to all brokers together. */
  readonly flyingBytesMax: number;
  /** No other can lead earlier after this one began to make sure that it does: an election timeout. */
  readonly confirmedMs: number;
}

export interface PushController {
  readonly observer: Required<Pick<NodeObserver, 'applied' | 'restored' | 'stepped'>>;
  /**
   * Waits until brokers have acknowledged what was applied so far: those that are live, or the one
   * that is named, live or not. At once on a member that does not lead.
   *
   * @param done called once, later: also when it takes longer than this.
   */
  whenTold(of: { readonly broker?: bigint; readonly withinMs: number }, done: () => void): void;
  stop(): void;
}

type Cursors = Extract<DispatchEffect, { kind: 'propose' }>['cursors'];

const NOTHING_TOLD = { index: toIndex(0), timeMs: 0 };
/** When the state could not be read. */
const RETRY_MS = 100;

export function createPushController(
  parts: PushControllerParts,
  options: PushOptions,
): PushController {
  const { node, updates, clock, after, random } = parts;
  const means = { history: createHistory(node), random };
  const waiters = createWaiters(after);
  const turns = createTurns(parts, turn);
  const sends = createConfirmedSends({
    node,
    updates,
    bytesMax: options.flyingBytesMax,
    nowMs: () => clock.nowMs(),
    confirmedMs: options.confirmedMs,
    reached: parts.reached,
    done: (send, acknowledged) => step({ kind: acknowledged ? 'acknowledged' : 'failed', send }),
  });
  /** What is to be carried out at the next turn. */
  let effects: DispatchEffect[] = [];
  const lead = createLead(node, step, () => {
    effects = [];
    sends.abandonAll();
  });
  let dispatch = createDispatch(options, means, NOTHING_TOLD);
  let proposalEnded: { readonly kept: boolean } | undefined;

  function step(input: DispatchInput): void {
    effects.push(...dispatch.step(input, clock.nowMs()));
    turns.come();
  }

  function proposed(kept: boolean): void {
    lead.brokersChanged();
    proposalEnded = { kept };
    turns.come();
  }

  function turn(): void {
    try {
      lead.tell();
      if (proposalEnded !== undefined) {
        const { kept } = proposalEnded;
        proposalEnded = undefined;
        step({ kind: 'proposed', kept });
      }
      for (const effect of effects.splice(0)) {
        carryOut(effect, { sends, lead, propose: (cursors) => propose(parts, cursors, proposed) });
      }
    } catch (error) {
      // Such as a state that is being replaced: it is looked at again.
      if (!(error instanceof StorageError)) throw error;
      turns.alarm(RETRY_MS, () => turns.come());
      return;
    }
    waiters.answer((index, broker) => !lead.isLeading() || dispatch.has(index, broker));
    const dueMs = dispatch.dueMs();
    const inMs = dueMs && Math.max(0, dueMs - clock.nowMs());
    turns.alarm(inMs, () => step({ kind: 'passed' }));
  }

  return {
    observer: createObserver(parts, {
      ...{ lead, turns, step },
      restored: (told) => (dispatch = createDispatch(options, means, told)),
    }),
    whenTold: ({ broker, withinMs }, done) => {
      waiters.add({ broker, withinMs, index: dispatch.lastIndex() }, done);
      turns.come();
    },
    stop: () => {
      turns.stop();
      sends.abandonAll();
    },
  };
}

interface Means {
  readonly sends: ConfirmedSends;
  readonly lead: Pick<Lead, 'addressOf'>;
  readonly propose: (cursors: Cursors) => void;
}

function carryOut(effect: DispatchEffect, { sends, lead, propose }: Means): void {
  switch (effect.kind) {
    case 'send': {
      const { send, broker, records } = effect;
      sends.send({ send, broker, records, address: lead.addressOf(broker) });
      return;
    }
    case 'abandon':
      sends.abandon(effect.send);
      return;
    case 'propose':
      propose(effect.cursors);
      return;
  }
}

interface Observed {
  readonly lead: Lead;
  readonly turns: Turns;
  readonly step: (input: DispatchInput) => void;
  /** The state begins anew, in which so much was told. */
  readonly restored: (told: typeof NOTHING_TOLD) => void;
}

const createObserver = (
  { node, wallMs }: PushControllerParts,
  { lead, turns, step, restored }: Observed,
): PushController['observer'] => ({
  stepped: (_input, _effects, raft) => {
    if (lead.took(raft.role.kind === 'leader' ? raft.role.firstIndex : undefined)) turns.come();
  },
  applied: ({ index }, pushes) => {
    if (lead.isComing()) turns.come();
    if (pushes.length === 0) return;
    if (pushes.some(({ type }) => type === 'Node')) lead.brokersChanged();
    // When it was proposed: all members are to begin at the same line, whenever they came to apply it.
    const told = readTold((key) => node.row(key));
    step({
      kind: 'applied',
      index,
      timeMs: told?.index === index ? told.timeMs : wallMs(),
      pushes,
    });
  },
  restored: ({ index }, cause, row) => {
    if (cause === 'opened') lead.took(undefined);
    lead.follow();
    const told = readTold(row);
    restored(
      told === undefined
        ? { index, timeMs: index === 0 ? 0 : wallMs() }
        : { index: toIndex(told.index), timeMs: told.timeMs },
    );
    turns.come();
  },
});

/** @param done called once, later or at once, whatever came of it. */
function propose(
  { node, wallMs }: PushControllerParts,
  cursors: Cursors,
  done: (kept: boolean) => void,
): void {
  if (activeVersion((key) => node.row(key)) < TOLD_SINCE) {
    done(false);
    return;
  }
  const change = changeOf(
    advanceCursors,
    cursors.map(({ broker, startS, epoch, index, missed }) => ({
      node_id: broker,
      start_time: startS,
      epoch,
      index: BigInt(index),
      missed,
    })),
  );
  node.propose(encodeCommand({ ...change, timeMs: Math.floor(wallMs()) }), () => done(true));
}
