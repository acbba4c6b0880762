/** The network of a cluster: every node in a namespace of its own, on one bridge. */
import { command } from '../../processes/namespaces.ts';
import { CONTROL_PLANE, type NodePlan } from './plan.ts';

/** What the nodes are linked to. */
export const BRIDGE = 'nodes0';

const ip = (words: string): string => command('ip', words.split(' '));

/** Makes it. The process must be in a network namespace of its own. */
export function makeNetwork(nodes: readonly NodePlan[]): void {
  ip('link set lo up');
  ip(`link add ${BRIDGE} type bridge`);
  ip(`addr add ${CONTROL_PLANE}/24 dev ${BRIDGE}`);
  ip(`link set ${BRIDGE} up`);
  for (const { name, address, podSubnet } of nodes) {
    ip(`netns add ${name}`);
    ip(`link add ${name} type veth peer name eth0 netns ${name}`);
    ip(`link set ${name} master ${BRIDGE} up`);
    ip(`-n ${name} addr add ${address}/24 dev eth0`);
    ip(`-n ${name} link set lo up`);
    ip(`-n ${name} link set eth0 up`);
    ip(`-n ${name} route add default via ${CONTROL_PLANE}`);
    ip(`route add ${podSubnet} via ${address}`);
    for (const other of nodes) {
      if (other.name !== name) ip(`-n ${name} route add ${other.podSubnet} via ${other.address}`);
    }
    forward(name);
  }
  forward();
}

/** Lets what is not for it pass through. */
function forward(node?: string): void {
  const within = node === undefined ? [] : [`--net=/run/netns/${node}`];
  const program = ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'];
  command('nsenter', [...within, ...program]);
}
