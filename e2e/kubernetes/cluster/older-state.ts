/** What Kubernetes knows, as it was before: a backup of its etcd, and a restoration. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../processes/namespaces.ts';
import { ETCD_CLUSTER, ETCD_PEER, etcdDirectory } from './control-plane.ts';
import { endProgram, runs } from './programs.ts';
import { runOf } from './run.ts';

const ETCD = '/etcd';
const API_SERVER = '/kube-apiserver';
/** They wait for versions of objects that they wrote after the backup: people are told to start them anew. */
const CONTROLLERS = ['/kube-controller-manager', '/kube-scheduler'];

const backupOf = (cluster: string): string => join(runOf(cluster).directory, 'etcd.backup');

/** Keeps what Kubernetes knows now. */
export async function backUp(cluster: string): Promise<void> {
  // While it runs, the last of what it knows is in its log alone.
  const startAgain = await endProgram(cluster, ETCD, 'SIGTERM');
  const state = join(etcdDirectory(runOf(cluster)), 'member', 'snap', 'db');
  copyFileSync(state, backupOf(cluster));
  startAgain();
}

/** Where versions go on after a restoration: whoever watches is told that its version is forgotten. */
const VERSIONS_BETWEEN = 1_000_000_000;

/**
 * Kubernetes knows what it knew then, and nothing of what came since.
 *
 * @param etcdutl the program.
 */
export async function restore(cluster: string, etcdutl: string): Promise<void> {
  const directory = etcdDirectory(runOf(cluster));
  const again: (() => void)[] = [];
  const controllers = CONTROLLERS.filter((program) => runs(cluster, program));
  for (const program of [ETCD, API_SERVER, ...controllers]) {
    again.push(await endProgram(cluster, program, 'SIGKILL'));
  }
  rmSync(directory, { recursive: true });
  command(etcdutl, [
    ...['snapshot', 'restore', backupOf(cluster), '--skip-hash-check', `--data-dir=${directory}`],
    ...[`--initial-cluster=${ETCD_CLUSTER}`, `--initial-advertise-peer-urls=${ETCD_PEER}`],
    ...[`--bump-revision=${VERSIONS_BETWEEN}`, '--mark-compacted'],
  ]);
  for (const start of again) start();
}
