/** Clocks of processes in containers. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SET_CLOCK = join(import.meta.dirname, 'set-clock.ts');
const execute = promisify(execFile);

/** Sets the clocks of Node processes wrong by so much, each in the network that it is in. */
export async function setClocks(pids: readonly number[], wrongMs: number): Promise<void> {
  for (const pid of pids) {
    // From then on it can be inspected.
    process.kill(pid, 'SIGUSR1');
    const within = [`--net=/proc/${pid}/ns/net`, process.execPath, SET_CLOCK, String(wrongMs)];
    await execute('nsenter', within);
  }
}
