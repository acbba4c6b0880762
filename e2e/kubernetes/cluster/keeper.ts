/**
 * The process that keeps a cluster: outside of the cluster's namespaces, and apart from the program
 * that asked for it. It removes what is left when the cluster has ended, whatever ended it, and ends
 * it when
 *
 * - the program that asked for it has gone, unless that said "stay" before,
 * - or somebody says "down" on its socket.
 *
 * keeper.ts PLAN: a KeeperPlan, as JSON. Its standard input and output are the program's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inNamespaces } from '../../processes/namespaces.ts';
import { forward } from './forward.ts';
import type { ClusterPlan } from './plan.ts';
import { removeTraces } from './traces.ts';

export type KeeperPlan = Omit<ClusterPlan, 'apiPort'>;

/** How long a cluster gets to end by itself. */
const END_LIMIT_MS = 5_000;

const plan = JSON.parse(process.argv[2] ?? '') as KeeperPlan;
const { run } = plan;

const loopback = await forward({ host: '127.0.0.1', port: 0 }, { path: run.apiSocket });
const { port: apiPort } = loopback.address() as AddressInfo;
const { bin, args } = inNamespaces(process.execPath, [
  join(import.meta.dirname, 'first-process.ts'),
  JSON.stringify({ ...plan, apiPort } satisfies ClusterPlan),
]);
const first = spawn(bin, args, { stdio: ['pipe', 'inherit', 'inherit'] });
const ended = once(first, 'exit');

function end(): void {
  first.stdin.destroy();
  setTimeout(() => first.kill('SIGKILL'), END_LIMIT_MS).unref();
}

let stays = false;
process.stdin.on('data', () => {
  stays = true;
});
process.stdin.on('end', () => {
  if (!stays) end();
});
const socket = createServer((asker) => {
  asker.on('data', end);
  // Whoever only looks whether somebody is here says nothing, and may hang up at once.
  asker.on('error', () => undefined);
});
await once(socket.listen(run.keeperSocket), 'listening');

await ended;
await removeTraces(run);
process.exit(0);
