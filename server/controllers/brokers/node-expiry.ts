/**
 * Nodes that are not heard of any more are given up. Heartbeats alone do not tell: a broker's round of
 * them ends at the first member of its list that is dark, and all brokers have the same list. So one
 * that is silent is asked before its time is over, and any answer of it, or that it took what it was
 * told, counts as much as a heartbeat.
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

/** A process that registered. */
interface Life {
  readonly node: BrokerNode;
  readonly epoch: bigint;
}

/** What came of asking one, in the silence that it is in. */
type Asked = 'inVain' | 'underWay';

export function createNodeExpiry(options: NodeExpiryOptions): Duty {
  const silence = createSilence(options);
  const asked = new Map<string, Asked>();
  /** Lives that have answered since the last look. */
  const answers = new Set<string>();
  return {
    look: (moment) => {
      const lives = livesIn(moment);
      const isShared = sharedAddresses(lives);
      hear(silence, lives, moment, answers, isShared);
      answers.clear();
      for (const [life, state] of asked) {
        const isOver = !lives.has(life) || silence.silentMs(life) < askAfterMs(options);
        if (isOver && state !== 'underWay') asked.delete(life);
      }
      return [...lives].flatMap(([life, of]) => {
        // Who answers there may be the other one.
        const state = isShared(of.node) ? 'inVain' : asked.get(life);
        const action = see(life, of, silence.silentMs(life), state, options);
        if (action?.kind !== 'call') return action ?? [];
        if (underWay(asked) >= ASKED_MAX) return [];
        asked.set(life, 'underWay');
        return action;
      });
    },
    answered: (life, answer) => {
      // Whatever else there is may be said by who is no broker, and has its address now.
      if (answer.kind === 'deleted') {
        asked.delete(life);
        answers.add(life);
      } else asked.set(life, 'inVain');
    },
  };
}

/** Late, but so that who does not answer is given up when its time is over. */
const askAfterMs = ({ timeoutMs, askMsMax }: NodeExpiryOptions): number =>
  Math.max(timeoutMs / 2, timeoutMs - askMsMax);

function see(
  life: string,
  { node, epoch }: Life,
  silentMs: number,
  asked: Asked | undefined,
  options: NodeExpiryOptions,
): Call | Proposal | undefined {
  const { timeoutMs, askMsMax } = options;
  // When too many are silent for all to be asked in time, those that were not wait no longer than others.
  if (silentMs >= timeoutMs && (asked === 'inVain' || silentMs >= timeoutMs + askMsMax)) {
    // Who has registered anew in the meantime has another epoch.
    return propose(life, expireNode, { node_id: node.node_id, epoch });
  }
  if (silentMs < askAfterMs(options) || asked !== undefined) return undefined;
  return { kind: 'call', name: life, to: node, request: { kind: 'askDeleted', items: [] } };
}

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
  [...asked.values()].filter((each) => each === 'underWay').length;
