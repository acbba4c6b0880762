/**
 * Nodes that are not heard of any more are given up. Heartbeats alone do not tell: a broker's round of
 * them ends at the first member of its list that is dark, and all brokers have the same list. So one
 * that is silent is asked before its time is over, again and again, and any answer of it, or that it
 * took what it was told, counts as much as a heartbeat.
 */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { epochOfNode } from '../../state/registry/epoch.ts';
import { nodesById } from '../../state/registry/node.ts';
import { expireNode } from '../../state/registry/registration.ts';
import { propose } from './duty.ts';
import type { Call, Duty, Moment, Proposal } from './duty.ts';
import { createSilence } from './silence.ts';
import type { Silence, SilenceOptions } from './silence.ts';

export interface NodeExpiryOptions extends SilenceOptions {
  /** What a broker is asked has ended after this, with or without an answer. */
  readonly askMsMax: number;
}

/** So many are asked at a time: each on a connection of its own. */
const ASKED_MAX = 128;
/** Who does not answer at once is asked as often at most in the time that an answer may take. */
const ASKS_MAX = 8;

/** A process that registered. */
interface Life {
  readonly node: BrokerNode;
  readonly epoch: bigint;
}

/** The last time that one was asked in the silence that it is in, and what came of it. */
interface Asked {
  readonly state: 'inVain' | 'underWay';
  /** When it began, by a clock that never goes back. */
  readonly begunMs: number;
}

/** Who answers there may be the other one. */
const NOT_TO_BE_ASKED: Asked = { state: 'inVain', begunMs: Infinity };

export function createNodeExpiry(options: NodeExpiryOptions): Duty {
  const silence = createSilence(options);
  const asked = new Map<string, Asked>();
  /** Lives that have answered since the last look. */
  const answers = new Set<string>();

  /** Nobody is asked again before everybody was asked. */
  function ask(due: readonly Call[], nowMs: number): readonly Call[] {
    const begunMs = ({ name }: Call): number => asked.get(name)?.begunMs ?? -1;
    const room = Math.max(0, ASKED_MAX - underWay(asked));
    const calls = due.toSorted((one, other) => begunMs(one) - begunMs(other)).slice(0, room);
    for (const { name } of calls) asked.set(name, { state: 'underWay', begunMs: nowMs });
    return calls;
  }

  return {
    look: (moment) => {
      const { nowMs } = moment;
      const lives = livesIn(moment);
      const isShared = sharedAddresses(lives);
      hear(silence, lives, moment, answers, isShared);
      answers.clear();
      for (const [life, { state }] of asked) {
        const isHeard = !lives.has(life) || silence.silentMs(life) < askAfterMs(options);
        if (isHeard && state !== 'underWay') asked.delete(life);
      }
      const due: Call[] = [];
      const expired: Proposal[] = [];
      for (const [life, of] of lives) {
        const last = isShared(of.node) ? NOT_TO_BE_ASKED : asked.get(life);
        const standing = { silentMs: silence.silentMs(life), nowMs, last };
        if (isOver(standing, options)) expired.push(giveUp(life, of));
        else if (isToBeAsked(standing, options)) due.push(callOf(life, of));
      }
      return [...expired, ...ask(due, nowMs)];
    },
    answered: (life, answer) => {
      // Whatever else there is may be said by who is no broker, and has its address now.
      if (answer.kind === 'deleted') {
        asked.delete(life);
        answers.add(life);
        return;
      }
      const last = asked.get(life);
      if (last !== undefined) asked.set(life, { ...last, state: 'inVain' });
    },
  };
}

/** How it stands with one, at a look. */
interface Standing {
  readonly silentMs: number;
  readonly nowMs: number;
  readonly last: Asked | undefined;
}

/** Late, but so that who does not answer is given up when its time is over. */
const askAfterMs = ({ timeoutMs, askMsMax }: NodeExpiryOptions): number =>
  Math.max(timeoutMs / 2, timeoutMs - askMsMax);

/** When too many are silent for all to be asked in time, those that were not wait no longer than others. */
const isOver = (
  { silentMs, last }: Standing,
  { timeoutMs, askMsMax }: NodeExpiryOptions,
): boolean =>
  silentMs >= timeoutMs && (last?.state === 'inVain' || silentMs >= timeoutMs + askMsMax);

/**
 * One ask tells little: its answer may be lost, or its time be over while this process stood still. The
 * last one begins so long before the end that who is gone is given up then, or little later.
 */
function isToBeAsked({ silentMs, nowMs, last }: Standing, options: NodeExpiryOptions): boolean {
  if (silentMs < askAfterMs(options)) return false;
  if (last === undefined) return true;
  const pauseMs = options.askMsMax / ASKS_MAX;
  const isInTime = silentMs + pauseMs <= options.timeoutMs;
  return last.state === 'inVain' && nowMs - last.begunMs >= pauseMs && isInTime;
}

/** Who has registered anew in the meantime has another epoch. */
const giveUp = (life: string, { node, epoch }: Life): Proposal =>
  propose(life, expireNode, { node_id: node.node_id, epoch });

const callOf = (life: string, { node: to }: Life): Call => ({
  ...{ kind: 'call', name: life, to },
  request: { kind: 'askDeleted', items: [] },
});

function livesIn({ records }: Moment): ReadonlyMap<string, Life> {
  return new Map(
    nodesById(records).map((node) => {
      const epoch = epochOfNode(records, node.node_id);
      return [`${node.node_id}@${epoch}`, { node, epoch }];
    }),
  );
}

function hear(
  silence: Silence,
  lives: ReadonlyMap<string, Life>,
  { heard, nowMs }: Moment,
  answers: ReadonlySet<string>,
  isShared: (node: BrokerNode) => boolean,
): void {
  const names = new Map<string, string>();
  const all = new Set(heard.nodes);
  for (const [life, { node }] of lives) {
    const name = String(node.node_id);
    names.set(life, name);
    const isThere = heard.reached.has(name) || answers.has(life);
    if (isThere && !isShared(node)) all.add(name);
  }
  silence.pass(names, all, nowMs);
}

/** One that is gone, and one that was given its address. */
function sharedAddresses(lives: ReadonlyMap<string, Life>): (node: BrokerNode) => boolean {
  const counts = new Map<string, number>();
  for (const { node } of lives.values()) {
    counts.set(node.grpc_addr, (counts.get(node.grpc_addr) ?? 0) + 1);
  }
  return ({ grpc_addr }) => (counts.get(grpc_addr) ?? 0) > 1;
}

const underWay = (asked: ReadonlyMap<string, Asked>): number =>
  [...asked.values()].filter(({ state }) => state === 'underWay').length;
