/** What happens to processes, disks and networks of a cluster of this machine: from outside. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATHS } from '../../../operator/resources/paths.ts';
import { command } from '../../processes/namespaces.ts';
import { BRIDGE } from '../cluster/network.ts';
import { processesOf } from '../remains.ts';
import type { Stage } from './stage.ts';

const PROGRAM = 'robustmq';

/** SIGKILL, from outside: nobody in a container can kill its first process. */
export function killProcessesOf(podUids: readonly string[]): void {
  const pids = readdirSync('/proc').filter((entry) => /^[0-9]+$/.test(entry));
  for (const pid of pids) {
    try {
      const group = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
      if (!podUids.some((uid) => group.includes(`pod${uid}`))) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(PROGRAM)) {
        process.kill(Number(pid), 'SIGKILL');
      }
    } catch {
      // It has ended by itself.
    }
  }
}

/** Takes a node out of the network, and puts it back. */
export async function cutOff(cluster: string, node: string, forMs: number): Promise<void> {
  const first = processesOf(cluster).find(({ words }) => words[1]?.endsWith('first-process.ts'));
  if (first === undefined) throw new Error(`no first process of ${cluster}`);
  const link = (...words: readonly string[]): string =>
    command('nsenter', [`--net=/proc/${first.pid}/ns/net`, 'ip', 'link', 'set', node, ...words]);
  link('nomaster');
  try {
    await sleep(forMs);
  } finally {
    link('master', BRIDGE);
  }
}

/** The largest file of the log: what it holds was synced long ago. */
const DAMAGE = `
  const log = '${PATHS.data}/log/';
  const [file] = fs.readdirSync(log).map((name) => log + name)
    .sort((one, other) => fs.statSync(other).size - fs.statSync(one).size);
  const at = fs.statSync(file).size >> 1;
  fs.writeSync(fs.openSync(file, 'r+'), Buffer.alloc(512, 0xa5), 0, 512, at);`;

/** Changes bytes of the log of the member in a pod, from its container. */
export const damageLog = (kubectl: Stage['kubectl'], pod: string): string =>
  kubectl('exec', pod, '--', 'node', '-e', DAMAGE);
