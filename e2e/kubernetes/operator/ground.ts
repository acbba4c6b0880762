/** A Kubernetes with the operator in it, for those who use it. */
import { join } from 'node:path';
import { RELEASE } from '../chart/render.ts';
import { kubectlOf, type Kubectl } from '../kubectl.ts';
import { makeNamespace } from '../namespace.ts';
import { obtainCluster, type ClusterWish, type Obtained } from '../obtain.ts';
import { installation, OPERATOR_NAMESPACE } from './installation.ts';
import { releaseOf } from './release.ts';

export interface Ground {
  readonly kubectl: Kubectl;
  /** The project's, which its nodes have or can pull. */
  readonly image: string;
  /** Undefined: the default one. */
  readonly storageClass: string | undefined;
  readonly cluster: Obtained;
  /** Takes away what was put there; the cluster stays. */
  readonly uninstall: () => void;
}

const CRDS = join(import.meta.dirname, '..', '..', '..', 'crds');
const DEFINITION = 'crd/robustmqclusters.robustmq.io';
const OPERATOR = ['-n', OPERATOR_NAMESPACE];

/**
 * Resolves when the operator is at work; `step` hears what is being done. `by` chart: where that can be, as
 * helm comes with a cluster of our own.
 */
export async function startGround(
  wish: ClusterWish,
  step: (name: string) => void,
  by: 'chart' | 'file' = 'chart',
): Promise<Ground> {
  const cluster = await obtainCluster(wish, step);
  const { image = '' } = cluster;
  const kubectl = kubectlOf(cluster.kubectl, cluster.run.kubeconfig);
  step('operator');
  const wasDefined = kubectl('get', DEFINITION, '--ignore-not-found', '-o=name') !== '';
  if (by === 'file' || cluster.own === undefined) applyFile(kubectl, image);
  else await installChart(kubectl, cluster, image);
  return {
    ...{ kubectl, image, cluster },
    // Of our own cluster; any node can take its volumes over.
    storageClass: cluster.own === undefined ? undefined : 'shared',
    uninstall: () => {
      kubectl.attempt(['delete', '--wait=false'], installation(image));
      if (!wasDefined) kubectl('delete', DEFINITION);
    },
  };
}

/** What helm does, whose program was built with the cluster. */
async function installChart(kubectl: Kubectl, { run }: Obtained, image: string): Promise<void> {
  makeNamespace(kubectl, OPERATOR_NAMESPACE);
  (await releaseOf(run, RELEASE)).install(image);
}

/** For whoever has no helm. */
function applyFile(kubectl: Kubectl, image: string): void {
  kubectl('apply', '--server-side', '-f', CRDS);
  kubectl('wait', '--for=condition=Established', DEFINITION);
  const { ok, said } = kubectl.attempt(['apply'], installation(image));
  if (!ok) throw new Error(`the operator cannot be installed: ${said}`);
  kubectl('rollout', 'status', '--timeout=120s', ...OPERATOR, 'deployment/robustmq-operator');
}

/** The last lines of the operator's log, to see why it did not do what it should. */
export const operatorLog = ({ kubectl }: Ground): string =>
  kubectl.attempt(['logs', ...OPERATOR, '-l=app.kubernetes.io/name=robustmq-operator', '--tail=60'])
    .said;
