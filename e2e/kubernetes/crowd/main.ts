/** `npm run e2e:crowd`: one process of the operator with many clusters, and what it takes. See `--help`. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Command } from 'commander';
import { createConnection } from '../../../operator/kube/client/connection.ts';
import { createKubernetes } from '../../../operator/kube/client/kubernetes.ts';
import { createX509Certificates } from '../../../operator/tls/x509-certificates.ts';
import { DEFINITION } from '../definition.ts';
import { figure, toMarkdown } from '../../bench/report.ts';
import { countOf, positive } from '../../processes/flags.ts';
import { runProgram } from '../../processes/program.ts';
import { until } from '../../processes/until.ts';
import type { Workspace } from '../../processes/workspace.ts';
import { startCluster, type OwnCluster } from '../cluster/own-cluster.ts';
import { kubectlOf } from '../kubectl.ts';
import { makeNamespace } from '../namespace.ts';
import { OPERATOR_NAMESPACE } from '../operator/installation.ts';
import { buildParts } from '../parts/build.ts';
import { API_PARTS } from '../parts/parts.ts';
import { watchClusters, type Clusters } from './clusters.ts';
import { startKubelet, type Kubelet } from './kubelet.ts';
import { startOperatorProcess } from './operator-process.ts';
import { measured, tableOf } from './phases.ts';

const CRDS = join(import.meta.dirname, '..', '..', '..', 'crds');
const NAMESPACE = 'crowd';
/** Budgets have a status that changes with the pods, and the operator hears of each change. */
const CONTROLLERS = ['statefulset-controller', 'disruption-controller'];
const READY_LIMIT_MS = 20 * 60_000;
const LEADER_CHANGE_MS = 500;
/** Of so many changes of a leader one is an edit of a spec instead. */
const EDIT_EVERY = 10;
const GRACE_MS = 60_000;

interface Flags {
  readonly clusters: number;
  readonly limitMb: number;
  readonly changeSeconds: number;
  readonly restSeconds: number;
}

const flags = new Command('e2e:crowd')
  .description(
    `Starts the operator that was built, on a real API server with the real StatefulSet controller, and
gives it clusters of three simulated members. Shows the memory that it takes (Linux, root, Go).`,
  )
  .option('--clusters <n>', 'how many', countOf(1, 1_000), 200)
  .option(
    '--limit-mb <n>',
    'most memory of its own that the operator may take, in MB',
    positive,
    300,
  )
  .option('--change-seconds <n>', 'how long leaders and specs are changed', positive, 60)
  .option(
    '--rest-seconds <n>',
    'before that, and after it; a cluster is looked at every 10 s',
    positive,
    30,
  )
  .parse()
  .opts<Flags>();

/** Says on standard error how many are ready, each time a tenth more is. */
async function untilAllReady(clusters: Clusters, signal: AbortSignal): Promise<void> {
  const total = clusters.names.length;
  const beganMs = performance.now();
  let told = -1;
  await until(
    `all ${total} clusters are ready; see status.conditions of the others`,
    READY_LIMIT_MS,
    () => {
      const ready = clusters.ready();
      const tenths = Math.floor((10 * ready) / total);
      if (tenths > told) {
        told = tenths;
        const seconds = (performance.now() - beganMs) / 1_000;
        console.error(`${ready}/${total} ready after ${figure(seconds, 1)} s`);
      }
      return Promise.resolve(ready === total);
    },
    signal,
  );
}

/** A leader changes here, a spec is edited there, one cluster after the other. */
async function unrest(clusters: Clusters, kubelet: Kubelet, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + flags.changeSeconds * 1_000;
  for (let turn = 0; performance.now() < endMs; turn += 1) {
    const name = clusters.names[turn % clusters.names.length] ?? '';
    if (turn % EDIT_EVERY === 0) await clusters.roll(name);
    else kubelet.changeLeader(name);
    await sleep(LEADER_CHANGE_MS, undefined, { signal });
  }
}

async function watchOperator(
  workspace: Workspace,
  { run }: OwnCluster,
  interrupt: AbortSignal,
): Promise<number> {
  const config = new KubeConfig();
  config.loadFromFile(run.kubeconfig);
  const connection = createConnection(config);
  const kubernetes = createKubernetes(connection, 'kubelet');
  const certificates = createX509Certificates();
  const clusters = watchClusters(connection, NAMESPACE, flags.clusters);
  const kubelet = startKubelet({ connection, kubernetes, certificates, namespace: NAMESPACE });
  const operator = startOperatorProcess(workspace, run.kubeconfig);
  const phase = (name: string, work: () => Promise<unknown>) =>
    measured(name, operator.pid, () => Promise.race([work(), kubelet.failed, operator.failed]));
  const rest = () => sleep(flags.restSeconds * 1_000, undefined, { signal: interrupt });
  try {
    const phases = [
      await phase('clusters are created', async () => {
        await clusters.create();
        await untilAllReady(clusters, interrupt);
      }),
      await phase('at rest', rest),
      await phase('leaders and specs change', async () => {
        await unrest(clusters, kubelet, interrupt);
        await untilAllReady(clusters, interrupt);
      }),
      await phase('at rest again', rest),
    ];
    await operator.stop();
    const title = `One operator, ${flags.clusters} clusters of 3 members`;
    console.log(toMarkdown(tableOf(phases, title)));
    return verdict(Math.max(...phases.map(({ rssAnonPeak }) => rssAnonPeak)));
  } finally {
    clusters.stop();
    kubelet.stop();
    connection.close();
  }
}

function verdict(peakMb: number): number {
  const holds = peakMb <= flags.limitMb;
  const said = `the operator took ${figure(peakMb, 1)} MB of its own (RssAnon) at most; the limit is ${figure(flags.limitMb)} MB`;
  console.log(holds ? `\nok: ${said}.` : `\nBROKEN: ${said}.`);
  return holds ? 0 : 1;
}

async function run(workspace: Workspace, interrupt: AbortSignal): Promise<number> {
  const programs = await buildParts([...API_PARTS, 'kube-controller-manager']);
  const cluster = await startCluster(
    {
      ...{ name: randomBytes(4).toString('hex'), programs },
      ...{ nodes: 0, controllers: CONTROLLERS, images: [] },
    },
    (step) => console.error(step),
  );
  try {
    const kubectl = kubectlOf(programs.kubectl, cluster.run.kubeconfig);
    kubectl('apply', '--server-side', '-f', CRDS);
    kubectl('wait', '--for=condition=Established', DEFINITION);
    kubectl('create', 'namespace', OPERATOR_NAMESPACE);
    makeNamespace(kubectl, NAMESPACE);
    return await watchOperator(workspace, cluster, interrupt);
  } finally {
    await cluster.end();
  }
}

await runProgram({ graceMs: GRACE_MS }, run);
