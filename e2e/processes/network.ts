/**
 * A network for the members of a run: each in a network namespace of its own, on one bridge, and
 * this program on it too. What is cut is lost without a word: nobody hears of a reset.
 *
 * A way is cut by giving the sender a wrong link address for the receiver, so that every pair has
 * two ways which fail on their own.
 */
import type { Place } from './places.ts';
import { command } from './namespaces.ts';
import type { Command, Workspace } from './workspace.ts';

export interface Node {
  readonly name: string;
  readonly place: Place;
  /** The same command, run there. */
  readonly within: (command: Command) => Command;
}

export interface Network {
  /** A machine more. Names are short: at most ten characters. */
  join(name: string): Node;
  leave(node: Node): void;
  /** From now on nothing that `from` sends arrives at `to`, until it was mended as often. */
  cut(from: Node, to: Node): void;
  mend(from: Node, to: Node): void;
}

const SUBNET = '10.89.0';
const BRIDGE = 'members0';
const OWN = 254;
const NOWHERE = '02:00:00:00:00:00';

const ip = (words: string): string => command('ip', words.split(' '));

/** Makes the bridge. The run must be in a network namespace of its own. */
export function createNetwork(workspace: Workspace): Network {
  const present = new Set<Node>();
  let joined = 0;
  ip(`link add ${BRIDGE} type bridge`);
  ip(`addr add ${SUBNET}.${OWN}/24 dev ${BRIDGE}`);
  ip(`link set ${BRIDGE} up`);
  workspace.atEnd(() => ip(`link del ${BRIDGE}`));
  /** How many have cut a way and not mended it. */
  const cuts = new Map<string, number>();
  const count = (from: Node, to: Node, by: number): number => {
    const way = `${from.name} ${to.name}`;
    const now = (cuts.get(way) ?? 0) + by;
    cuts.set(way, now);
    return now;
  };
  const leave = (node: Node): void => {
    if (!present.delete(node)) return;
    ip(`link del v-${node.name}`);
    ip(`netns del ${node.name}`);
  };
  const hostOf = ({ place }: Node): string => place.peer.split(':')[0] ?? '';
  return {
    join: (name) => {
      joined += 1;
      const host = `${SUBNET}.${joined}`;
      ip(`netns add ${name}`);
      ip(`link add v-${name} type veth peer name eth0 netns ${name}`);
      ip(`link set v-${name} master ${BRIDGE} up`);
      ip(`-n ${name} addr add ${host}/24 dev eth0`);
      ip(`-n ${name} link set lo up`);
      ip(`-n ${name} link set eth0 up`);
      const node: Node = {
        name,
        place: { client: `${host}:1228`, peer: `${host}:1230`, http: `${host}:58081` },
        within: ({ bin, args }) => ({
          bin: 'nsenter',
          args: [`--net=/run/netns/${name}`, bin, ...args],
        }),
      };
      present.add(node);
      workspace.atEnd(() => leave(node));
      return node;
    },
    leave,
    cut: (from, to) => {
      count(from, to, 1);
      ip(`-n ${from.name} neigh replace ${hostOf(to)} lladdr ${NOWHERE} dev eth0 nud permanent`);
    },
    mend: (from, to) => {
      // Somebody else may have cut the same way; and a machine that has left is not there any more.
      if (count(from, to, -1) > 0 || !present.has(from)) return;
      ip(`-n ${from.name} neigh del ${hostOf(to)} dev eth0`);
    },
  };
}

/** Which ways are cut. */
export type Manner = 'both ways' | 'what it sends' | 'what is sent to it';

/** Cuts a machine off from others, and from nobody else; returns what mends it. */
export function cutOff(
  network: Network,
  self: Node,
  others: readonly Node[],
  manner: Manner,
): () => void {
  const ways = others.flatMap((other) => [
    ...(manner === 'what is sent to it' ? [] : [[self, other] as const]),
    ...(manner === 'what it sends' ? [] : [[other, self] as const]),
  ]);
  for (const [from, to] of ways) network.cut(from, to);
  return () => {
    for (const [from, to] of ways) network.mend(from, to);
  };
}
