/** From empty namespaces to a cluster whose nodes are ready. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../processes/until.ts';
import { kubectlFlags } from '../kubectl.ts';
import { isReady, type Conditioned } from '../health/ready.ts';
import { apiServer, type ApiServer } from '../api-server.ts';
import { volumesIn } from '../storage/volume.ts';
import { makeCgroup } from './cgroups.ts';
import { apiServices, controllerServices, loneControllers } from './control-plane.ts';
import { kubeconfigOf, writeCredentials } from './credentials.ts';
import { forward } from './forward.ts';
import { makeNetwork } from './network.ts';
import {
  containerdService,
  containerdSocket,
  kubeletService,
  prepareNode,
  proxyService,
} from './node.ts';
import { API_PORT, CONTROL_PLANE, NODES_VOLUME, type ClusterPlan, type NodePlan } from './plan.ts';
import { mountPrivately } from './private-mounts.ts';
import { startService, type Service } from './service.ts';
import { showWantedSysctls } from './sysctls.ts';
import { provisionerService } from './provisioner-service.ts';

export interface Events {
  readonly step: (name: string) => void;
  /** A program has ended that should not have. */
  readonly ended: (reason: string) => void;
}

/** At most: only what is used is taken. */
const NODES_BYTES = 2 ** 36;
const API_LIMIT_MS = 60_000;
const NODES_LIMIT_MS = 90_000;
const IMAGES_LIMIT_MS = 60_000;

const execute = promisify(execFile);

/** Resolves when the API server answers and, if there are nodes, when they are ready. */
export async function bringUp(plan: ClusterPlan, events: Events): Promise<void> {
  const start = (services: readonly Service[]): void => {
    for (const service of services) startService(plan.run.logs, service, events.ended);
  };
  const { nodes } = plan;
  events.step('namespaces');
  mountPrivately();
  showWantedSysctls(join(plan.run.directory, 'sysctls'));
  makeNetwork(nodes);
  writeCredentials(plan);
  const api = apiServer(kubeconfigOf(plan, 'admin'));
  // Images are many files, and have gone in one stroke when they are in one.
  if (nodes.length > 0) volumesIn(plan.run.directory).make(NODES_VOLUME, NODES_BYTES);
  for (const node of nodes) {
    makeCgroup(node.cgroup);
    prepareNode(plan, node);
  }
  events.step('API server');
  start(apiServices(plan));
  start(nodes.map((node) => containerdService(plan, node)));
  await until('the API server is ready', API_LIMIT_MS, () => api.get('/readyz'));
  await forward({ path: plan.run.apiSocket }, { host: CONTROL_PLANE, port: API_PORT });
  if (nodes.length === 0) {
    start(loneControllers(plan));
    return;
  }
  events.step(`${nodes.length} nodes`);
  start([...controllerServices(plan), provisionerService(plan)]);
  start(nodes.flatMap((node) => [kubeletService(plan, node), proxyService(plan, node)]));
  await Promise.all([importImages(plan), applyManifests(plan)]);
  await until('all nodes are ready', NODES_LIMIT_MS, async () => {
    return (await readyNodes(api)) === nodes.length;
  });
}

interface NodeList {
  readonly items: readonly Conditioned[];
}

/** How many nodes take pods. */
async function readyNodes(api: ApiServer): Promise<number> {
  const { items } = JSON.parse(await api.get('/api/v1/nodes')) as NodeList;
  return items.filter(isReady).length;
}

const kubectl = (plan: ClusterPlan, args: readonly string[]): Promise<unknown> =>
  execute(plan.programs.kubectl, [...kubectlFlags(kubeconfigOf(plan, 'admin')), ...args]);

const applyManifests = (plan: ClusterPlan): Promise<unknown> =>
  kubectl(plan, ['apply', '-f', join(import.meta.dirname, 'manifests')]);

async function importImages({ programs, nodes, images }: ClusterPlan): Promise<void> {
  const importOne = (node: NodePlan, archive: string): Promise<unknown> =>
    execute(programs.ctr, [
      ...['--address', containerdSocket(node), '--namespace', 'k8s.io'],
      ...['images', 'import', archive],
    ]);
  await Promise.all(
    nodes.map((node) =>
      until(`${node.name} has its images`, IMAGES_LIMIT_MS, async () => {
        for (const archive of images) await importOne(node, archive);
        return true;
      }),
    ),
  );
}
