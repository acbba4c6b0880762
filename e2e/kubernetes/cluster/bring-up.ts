/** From empty namespaces to a cluster whose nodes are ready. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../processes/until.ts';
import { makeCgroup } from './cgroups.ts';
import { apiServices, controllerServices } from './control-plane.ts';
import { credentialFiles, kubeconfigOf, writeCredentials } from './credentials.ts';
import { forward } from './forward.ts';
import { makeNetwork } from './network.ts';
import { containerdService, containerdSocket, kubeletService, proxyService } from './node.ts';
import { API_PORT, CONTROL_PLANE, type ClusterPlan, type NodePlan } from './plan.ts';
import { mountPrivately } from './private-mounts.ts';
import { startService, type Service } from './service.ts';
import { showWantedSysctls } from './sysctls.ts';
import { provisionerService } from './provisioner-service.ts';

export interface Events {
  step(name: string): void;
  /** A program has ended that should not have. */
  ended(reason: string): void;
}

const API_LIMIT_MS = 60_000;
const NODES_LIMIT_S = 90;
const IMAGES_LIMIT_MS = 60_000;

const execute = promisify(execFile);

/** Resolves when the API server answers and, if there are nodes, when they are ready. */
export async function bringUp(plan: ClusterPlan, { step, ended }: Events): Promise<void> {
  const start = (services: readonly Service[]): void => {
    for (const service of services) startService(plan.run.logs, service, ended);
  };
  const { nodes } = plan;
  step('namespaces');
  mountPrivately();
  showWantedSysctls(join(plan.run.directory, 'sysctls'));
  makeNetwork(nodes);
  const token = writeCredentials(plan);
  for (const { cgroup, directory } of nodes) {
    makeCgroup(cgroup);
    mkdirSync(directory);
  }
  step('API server');
  start(apiServices(plan));
  start(nodes.map((node) => containerdService(plan, node)));
  await until('the API server is ready', API_LIMIT_MS, () => isReady(plan, token));
  await forward({ path: plan.run.apiSocket }, { host: CONTROL_PLANE, port: API_PORT });
  if (nodes.length === 0) return;
  step(`${nodes.length} nodes`);
  start([...controllerServices(plan), provisionerService(plan)]);
  start(nodes.flatMap((node) => [kubeletService(plan, node), proxyService(plan, node)]));
  await Promise.all([importImages(plan), applyManifests(plan), nodesAreReady(plan)]);
}

/** As the administrator: `/readyz` lists nothing that others may not see, but is not for everybody. */
function isReady(plan: ClusterPlan, token: string): Promise<boolean> {
  const ca = readFileSync(credentialFiles(plan).ca);
  const headers = { authorization: `Bearer ${token}` };
  const address = { host: CONTROL_PLANE, port: API_PORT, servername: 'localhost' };
  return new Promise((resolve, reject) => {
    get({ ...address, path: '/readyz', headers, ca }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', reject);
  });
}

const kubectl = (plan: ClusterPlan, args: readonly string[]): Promise<unknown> =>
  execute(plan.programs.kubectl, [`--kubeconfig=${kubeconfigOf(plan, 'admin')}`, ...args]);

const applyManifests = (plan: ClusterPlan): Promise<unknown> =>
  kubectl(plan, ['apply', '-f', join(import.meta.dirname, 'manifests')]);

async function nodesAreReady(plan: ClusterPlan): Promise<void> {
  const names = plan.nodes.map(({ name }) => `node/${name}`);
  for (const condition of ['create', 'condition=Ready']) {
    await kubectl(plan, ['wait', `--for=${condition}`, `--timeout=${NODES_LIMIT_S}s`, ...names]);
  }
}

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
