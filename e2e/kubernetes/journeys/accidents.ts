/** What happens to processes, disks and networks of a cluster of this machine: from outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PATHS } from '../../../operator/resources/paths.ts';
import { BRIDGE } from '../cluster/network.ts';
import { processOf } from '../cluster/programs.ts';
import { cgroupsOf, processes, signalAll } from '../remains.ts';
import { linkOf } from './apart-nodes.ts';
import type { Stage } from './stage.ts';

const PROGRAM = 'robustmq';

/** Of the project's programs in the containers of these pods, as they are seen from here. */
export const processesIn = (podUids: readonly string[]): readonly number[] =>
  processes()
    .filter(({ words }) => words.some((word) => word.includes(PROGRAM)))
    .map(({ pid }) => pid)
    .filter((pid) => podUids.some((uid) => cgroupsOf(pid).includes(`pod${uid}`)));

/** From outside: nobody in a container can kill its first process. */
export function signalProcessesOf(podUids: readonly string[], signal: NodeJS.Signals): void {
  signalAll(processesIn(podUids), signal);
}

/** Takes a node out of the network, and puts it back. */
export async function cutOff(cluster: string, node: string, forMs: number): Promise<void> {
  const link = linkOf(cluster);
  link('set', node, 'nomaster');
  try {
    await sleep(forMs);
  } finally {
    link('set', node, 'master', BRIDGE);
  }
}

/** Lets the API server stand still, and go on. */
export async function stopApiServer(cluster: string, forMs: number): Promise<void> {
  const { pid } = processOf(cluster, '/kube-apiserver');
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(forMs);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

const FILLER = `${PATHS.data}/filler`;

const SCRIPTS = {
  fill: `
    const file = fs.openSync('${FILLER}', 'w');
    const bytes = Buffer.alloc(1 << 20);
    try { for (;;) fs.writeSync(file, bytes); } catch (error) { if (error.code !== 'ENOSPC') throw error; }`,
  free: `fs.rmSync('${FILLER}')`,
  empty: `
    for (const name of fs.readdirSync('${PATHS.data}'))
      fs.rmSync('${PATHS.data}/' + name, { recursive: true });`,
  // The largest file of the log: what it holds was synced long ago.
  damage: `
    const log = '${PATHS.data}/log/';
    const [file] = fs.readdirSync(log).map((name) => log + name)
      .sort((one, other) => fs.statSync(other).size - fs.statSync(one).size);
    const at = fs.statSync(file).size >> 1;
    fs.writeSync(fs.openSync(file, 'r+'), Buffer.alloc(512, 0xa5), 0, 512, at);`,
} as const;

/** Does that to the volume of a pod, in its container. */
export const toVolume = (
  kubectl: Stage['kubectl'],
  what: keyof typeof SCRIPTS,
  pod: string,
): string => kubectl('exec', pod, '--', 'node', '-e', SCRIPTS[what]);
