/** A cluster of this machine's own: started, found again by its name, and ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { requireTools } from '../../processes/namespaces.ts';
import { until } from '../../processes/until.ts';
import type { Programs } from '../parts/build.ts';
import type { Report } from './first-process.ts';
import type { KeeperPlan } from './keeper.ts';
import { nodePlan } from './plan.ts';
import { claim, KEEPER_LOG, runOf, type Run } from './run.ts';
import { removeTraces } from './traces.ts';

export interface ClusterRequest {
  readonly name: string;
  readonly programs: Programs;
  /** 0: an API server alone. */
  readonly nodes: number;
  /** Of kube-controller-manager, by name: those that act on it even so; none, if it is not said. */
  readonly controllers?: readonly string[];
  /** Archives that every node has from the start. */
  readonly images: readonly string[];
}

export interface OwnCluster {
  readonly run: Run;
  /** From now on it outlives this program. */
  keep(): Promise<void>;
  /** Ends it; resolves when nothing is left of it. */
  end(): Promise<void>;
}

/** Programs of the machine that it takes: for an API server alone, and for nodes. */
export const API_TOOLS = ['unshare', 'mount', 'umount', 'ip', 'nsenter'];
export const CLUSTER_TOOLS = [
  ...API_TOOLS,
  ...['nft', 'mkfs.xfs', 'xfs_growfs', 'losetup', 'findmnt', 'tar'],
];

/** Until the keeper of a new cluster answers. */
const KEEPER_LIMIT_MS = 10_000;
const END_LIMIT_MS = 30_000;

/**
 * Brings a cluster up, which ends with this program unless it is told to stay. Resolves when it can
 * be used; `step` hears what it is busy with. Throws when one of this name is up, or when it fails.
 */
export async function startCluster(
  { name, programs, nodes, controllers = [], images }: ClusterRequest,
  step: (name: string) => void,
): Promise<OwnCluster> {
  requireTools(nodes === 0 ? API_TOOLS : CLUSTER_TOOLS);
  const run = runOf(name);
  if (!claim(run)) {
    if (await isKept(run)) throw new Error(`a cluster named ${name} is up already`);
    // Of one whose keeper was killed together with its first process.
    await removeTraces(run);
    if (!claim(run)) throw new Error(`${run.directory} was made by somebody else just now`);
  }
  const plan: KeeperPlan = {
    ...{ run, programs, controllers, images },
    nodes: Array.from({ length: nodes }, (_, at) => nodePlan(run, at + 1)),
  };
  const log = join(run.logs, KEEPER_LOG);
  const errors = createWriteStream(log);
  await once(errors, 'open');
  // In a session of its own: Ctrl-C is for this program.
  const keeper = spawn(
    process.execPath,
    [join(import.meta.dirname, 'keeper.ts'), JSON.stringify(plan)],
    { stdio: ['pipe', 'pipe', errors], detached: true },
  );
  const ended = once(keeper, 'exit');
  const failure = await failureOf(keeper.stdout, step);
  if (failure !== undefined) {
    const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
    await ended;
    await removeTraces(run);
    throw new Error(`the cluster ${name} has not come up: ${failure}\n${said}`.trim());
  }
  return {
    run,
    keep: () => new Promise((resolve) => keeper.stdin.end('stay', resolve)),
    end: async () => {
      keeper.stdin.destroy();
      await ended;
    },
  };
}

/** Follows what the first process reports until the cluster is up: undefined, or why it is not. */
async function failureOf(
  reports: Readable,
  step: (name: string) => void,
): Promise<string | undefined> {
  for await (const line of createInterface(reports)) {
    const report = JSON.parse(line) as Report;
    switch (report.kind) {
      case 'step':
        step(report.name);
        break;
      case 'ready':
        return undefined;
      case 'failed':
        return report.reason;
    }
  }
  return 'its first process has ended';
}

/** Ends the cluster of this name, and removes what is left of it. False: there was none. */
export async function endCluster(name: string): Promise<boolean> {
  const run = runOf(name);
  if (!existsSync(run.directory)) return false;
  const keeper = await callKeeper(run);
  if (keeper !== undefined) {
    keeper.resume().write('down');
    // The keeper is the last to go, and its connections with it.
    await until(`${run.directory} is given up`, END_LIMIT_MS, () =>
      Promise.resolve(keeper.destroyed),
    );
  }
  await removeTraces(run);
  return true;
}

/** Whether there is a keeper, or one that has not had the time to answer. */
async function isKept(run: Run): Promise<boolean> {
  if (!existsSync(run.keeperSocket)) {
    return Date.now() - statSync(run.directory).birthtimeMs < KEEPER_LIMIT_MS;
  }
  const keeper = await callKeeper(run);
  keeper?.destroy();
  return keeper !== undefined;
}

async function callKeeper({ keeperSocket }: Run): Promise<Socket | undefined> {
  const socket = connect(keeperSocket);
  try {
    await once(socket, 'connect');
    // It may be killed while we wait.
    return socket.on('error', () => undefined);
  } catch {
    return undefined;
  }
}
