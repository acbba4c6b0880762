/** Tells brokers what changes, while this member leads: carries out what `dispatch.ts` decides. */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
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
import { createDispatch } from './dispatch.ts';
import type { DispatchEffect, DispatchInput, DispatchOptions } from './dispatch.ts';
import { createHistory } from './history.ts';
import { registeredBrokers } from './registered.ts';

export interface PushControllerParts {
  readonly node: Pick<Node, 'propose' | 'range' | 'read' | 'row'>;
  readonly updates: CacheUpdates;
  readonly clock: Clock;
  /** Unix time in ms. */
  readonly wallMs: () => number;
  readonly defer: Defer;
  /** Runs a task later; returns how that is called off. */
  readonly after: (ms: number, task: () => void) => () => void;
}

export interface PushOptions extends DispatchOptions {
  /** Of records under way to all brokers together. */
  readonly flyingBytesMax: number;
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

/** Somebody who waits for brokers. */
interface Waiter {
  readonly index: Index;
  readonly broker: bigint | undefined;
  readonly done: () => void;
}

const NOTHING_TOLD = { index: toIndex(0), timeMs: 0 };
/** When the state could not be read. */
const RETRY_MS = 100;

export function createPushController(
  { node, updates, clock, wallMs, defer, after }: PushControllerParts,
  options: PushOptions,
): PushController {
  const history = createHistory(node);
  const sends = createConfirmedSends({
    node,
    updates,
    bytesMax: options.flyingBytesMax,
    done: (send, acknowledged) => step({ kind: acknowledged ? 'acknowledged' : 'failed', send }),
  });
  const waiters = new Set<Waiter>();
  let dispatch = createDispatch(options, history, NOTHING_TOLD);
  let addresses: ReadonlyMap<bigint, string> = new Map();
  /** Where the lead of this member begins, as its core says; and as brokers are told. */
  let role: Index | undefined;
  let lead: Index | undefined;
  let brokersChanged = false;
  let proposalEnded = false;
  /** What is to be carried out at the next turn. */
  let effects: DispatchEffect[] = [];
  let turnComes = false;
  let cancelAlarm = (): void => undefined;
  let stopped = false;

  function step(input: DispatchInput): void {
    effects.push(...dispatch.step(input, clock.nowMs()));
    comeToTurn();
  }

  function carryOut(effect: DispatchEffect): void {
    switch (effect.kind) {
      case 'send': {
        const { send, broker, records } = effect;
        sends.send({ send, records, address: addresses.get(broker) ?? '' });
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

  function propose(cursors: Extract<DispatchEffect, { kind: 'propose' }>['cursors']): void {
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
    const proposed = (): void => {
      brokersChanged = proposalEnded = true;
      comeToTurn();
    };
    if (activeVersion((key) => node.row(key)) < TOLD_SINCE) proposed();
    else node.propose(encodeCommand({ ...change, timeMs: Math.floor(wallMs()) }), proposed);
  }

  /** What came together is seen to together, and outside of what the node is doing. */
  function comeToTurn(): void {
    if (turnComes || stopped) return;
    turnComes = true;
    defer(() => {
      turnComes = false;
      turn();
    });
  }

  function turn(): void {
    if (stopped) return;
    try {
      if (role !== lead) follow();
      if (role !== lead) takeLead(role);
      if (lead !== undefined && brokersChanged) lookAtBrokers();
      if (proposalEnded) {
        proposalEnded = false;
        step({ kind: 'proposed' });
      }
      for (const effect of effects.splice(0)) carryOut(effect);
    } catch (error) {
      // Such as a state that is being replaced: it is looked at again.
      if (!(error instanceof StorageError)) throw error;
      cancelAlarm();
      cancelAlarm = after(RETRY_MS, comeToTurn);
      return;
    }
    answerWaiters();
    const dueMs = dispatch.dueMs();
    cancelAlarm();
    if (dueMs === undefined) return;
    cancelAlarm = after(Math.max(0, dueMs - clock.nowMs()), () => step({ kind: 'passed' }));
  }

  function answerWaiters(): void {
    let isOneWaiting = false;
    for (const waiter of waiters) {
      // Whoever came later waits for more.
      if (waiter.broker === undefined && isOneWaiting) continue;
      if (lead === undefined || dispatch.has(waiter.index, waiter.broker)) waiter.done();
      else isOneWaiting ||= waiter.broker === undefined;
    }
  }

  function follow(): void {
    if (lead === undefined) return;
    lead = undefined;
    step({ kind: 'follows' });
    step({ kind: 'brokers', processes: [] });
    effects = [];
    sends.abandonAll();
  }

  function takeLead(from: Index | undefined): void {
    if (from === undefined) return;
    lookAtBrokers();
    lead = from;
    step({ kind: 'leads', from });
  }

  function lookAtBrokers(): void {
    const brokers = registeredBrokers(node);
    brokersChanged = false;
    addresses = new Map(brokers.map(({ broker, address }) => [broker, address]));
    step({ kind: 'brokers', processes: brokers });
  }

  return {
    observer: {
      stepped: (_input, _effects, raft) => {
        const now = raft.role.kind === 'leader' ? raft.role.firstIndex : undefined;
        if (now === role) return;
        role = now;
        comeToTurn();
      },
      applied: ({ index }, pushes) => {
        if (pushes.length === 0) return;
        if (pushes.some(({ type }) => type === 'Node')) brokersChanged = true;
        step({ kind: 'applied', index, timeMs: wallMs(), pushes });
      },
      restored: ({ index }, cause, row) => {
        if (cause === 'opened') role = undefined;
        follow();
        const told = readTold(row);
        const before =
          told === undefined
            ? { index, timeMs: index === 0 ? 0 : wallMs() }
            : { index: toIndex(told.index), timeMs: told.timeMs };
        dispatch = createDispatch(options, history, before);
        comeToTurn();
      },
    },
    whenTold: ({ broker, withinMs }, done) => {
      const waiter: Waiter = {
        broker,
        index: dispatch.lastIndex(),
        done: () => {
          waiters.delete(waiter);
          cancel();
          done();
        },
      };
      const cancel = after(withinMs, waiter.done);
      waiters.add(waiter);
      comeToTurn();
    },
    stop: () => {
      stopped = true;
      cancelAlarm();
      sends.abandonAll();
    },
  };
}
