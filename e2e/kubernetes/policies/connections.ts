/** Connections that the nodes of a cluster of this machine have seen, as the kernel tracks them. */
import { command } from '../../processes/namespaces.ts';
import { processesOf } from '../remains.ts';

export interface Connection {
  /** Addresses, behind all that services translate. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Of the nodes of the cluster of this name. Those between pods of one node pass by its tracking. */
export function connectionsIn(cluster: string, nodes: readonly string[]): readonly Connection[] {
  const first = processesOf(cluster).find(({ words }) => words[1]?.endsWith('first-process.ts'));
  if (first === undefined) throw new Error(`no first process of ${cluster}`);
  return nodes.flatMap((node) => {
    const network = `--net=/proc/${first.pid}/root/run/netns/${node}`;
    return parseTracked(command('nsenter', [network, 'cat', '/proc/net/nf_conntrack']));
  });
}

/** Lines of /proc/net/nf_conntrack. What comes back tells who really answered. */
export const parseTracked = (text: string): readonly Connection[] =>
  text.split('\n').flatMap((line) => {
    if (!line.includes(' tcp ')) return [];
    const fields = [...line.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)].map(([, , value]) => value);
    const [, , , , to, from, port] = fields;
    return to === undefined || from === undefined ? [] : [{ from, to, port: Number(port) }];
  });
