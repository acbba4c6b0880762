/** Nodes of a cluster of this machine in its network, and out of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../processes/namespaces.ts';
import { BRIDGE } from '../cluster/network.ts';
import { processOf } from '../remains.ts';

/** Takes a node out of the network, and puts it back. */
export async function cutOff(cluster: string, node: string, forMs: number): Promise<void> {
  unplug(cluster, node);
  try {
    await sleep(forMs);
  } finally {
    plugIn(cluster, node);
  }
}

/** Takes a node out of the network. */
export const unplug = (cluster: string, node: string): void => link(cluster, node, 'nomaster');

/** Puts it back. */
export const plugIn = (cluster: string, node: string): void =>
  link(cluster, node, 'master', BRIDGE);

function link(cluster: string, node: string, ...words: readonly string[]): void {
  const { pid } = processOf(cluster, '/first-process.ts');
  command('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', 'link', 'set', node, ...words]);
}
