/** A Kubernetes with the operator in it, for those who use it. */
import { join } from 'node:path';
import { DEFINITION } from '../definition.ts';
import { RELEASE } from '../chart/render.ts';
import { endOfLogs, type Run } from '../cluster/run.ts';
import { leaveCluster, namespaceOf, reachBeyond } from '../existing/existing-cluster.ts';
import { kubectlOf, type Kubectl } from '../kubectl.ts';
import { makeNamespace } from '../namespace.ts';
import { obtainCluster, type ClusterWish, type Obtained } from '../obtain.ts';
import { INSTANCE_LABEL } from './confined.ts';
import { installation, OPERATOR_NAMESPACE } from './installation.ts';
import { releaseOf } from './release.ts';

export interface Ground {
  readonly kubectl: Kubectl;
  /** The project's, which its nodes have or can pull. */
  readonly image: string;
  /** Undefined: the default one. */
  readonly storageClass: string | undefined;
  readonly cluster: Obtained;
  /** The namespace in which the operator is. */
  readonly operator: string;
}

const CRDS = join(import.meta.dirname, '..', '..', '..', 'crds');

/**
 * Resolves when the operator is at work; `step` hears what is being done. In a cluster of our own it
 * comes by chart, or by the file for whoever has no helm; in somebody else's it is, and acts, in the
 * namespace of ours alone, and `leaveCluster` takes it away.
 */
export async function startGround(
  wish: ClusterWish,
  step: (name: string) => void,
  by: 'chart' | 'file' = 'chart',
): Promise<Ground> {
  const cluster = await obtainCluster(wish, step);
  const { image = '', own, run } = cluster;
  const kubectl = kubectlOf(cluster.kubectl, run.kubeconfig);
  const operator = own === undefined ? namespaceOf(run) : OPERATOR_NAMESPACE;
  step('operator');
  try {
    if (own === undefined) applyHere(kubectl, run, image);
    else if (by === 'file') applyFile(kubectl, image);
    else await installChart(kubectl, cluster, image);
  } catch (error) {
    await leaveCluster(run.name);
    throw error;
  }
  // Of our own cluster; any node can take its volumes over.
  const storageClass = own === undefined ? undefined : 'shared';
  return { kubectl, image, cluster, operator, storageClass };
}

/** What helm does, whose program was built with the cluster. */
async function installChart(kubectl: Kubectl, { run }: Obtained, image: string): Promise<void> {
  makeNamespace(kubectl, OPERATOR_NAMESPACE);
  (await releaseOf(run, RELEASE)).install(image);
}

function applyFile(kubectl: Kubectl, image: string): void {
  kubectl('apply', '--server-side', '-f', CRDS);
  kubectl('wait', '--for=condition=Established', DEFINITION);
  apply(kubectl, installation(image), OPERATOR_NAMESPACE);
}

function applyHere(kubectl: Kubectl, run: Run, image: string): void {
  const namespace = namespaceOf(run);
  reachBeyond(run);
  // That of somebody else may be another one, which their clusters depend on.
  if (kubectl('get', DEFINITION, '--ignore-not-found', '-o=name') === '') {
    kubectl('create', '-f', CRDS);
    kubectl('label', DEFINITION, `${INSTANCE_LABEL}=${namespace}`);
    kubectl('wait', '--for=condition=Established', DEFINITION);
  }
  apply(kubectl, installation(image, namespace), namespace);
}

function apply(kubectl: Kubectl, objects: object, namespace: string): void {
  const { ok, said } = kubectl.attempt(['apply'], objects);
  if (!ok) throw new Error(`the operator cannot be installed: ${said}`);
  kubectl('rollout', 'status', '--timeout=120s', '-n', namespace, 'deployment/robustmq-operator');
}

/** What programs said last, to see why one did not do what it should. */
export const lastWords = ({ kubectl, cluster, operator }: Ground): string =>
  [
    kubectl.attempt([
      ...['logs', '-n', operator, '-l=app.kubernetes.io/name=robustmq-operator', '--tail=60'],
    ]).said,
    ...(cluster.own === undefined ? [] : endOfLogs(cluster.run)),
  ].join('\n');
