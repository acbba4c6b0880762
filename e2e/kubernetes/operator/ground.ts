/** A Kubernetes with the operator in it, for those who use it. */
import { join } from 'node:path';
import { kubectlOf, type Kubectl } from '../kubectl.ts';
import { obtainCluster, type ClusterWish, type Obtained } from '../obtain.ts';
import { installation, OPERATOR_NAMESPACE } from './installation.ts';

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

/** Resolves when the operator is at work; `step` hears what is being done. */
export async function startGround(
  wish: ClusterWish,
  step: (name: string) => void,
): Promise<Ground> {
  const cluster = await obtainCluster(wish, step);
  const { image = '' } = cluster;
  const kubectl = kubectlOf(cluster.kubectl, cluster.run.kubeconfig);
  step('operator');
  const wasDefined = kubectl('get', DEFINITION, '--ignore-not-found', '-o=name') !== '';
  kubectl('apply', '--server-side', '-f', CRDS);
  kubectl('wait', '--for=condition=Established', DEFINITION);
  const { ok, said } = kubectl.attempt(['apply'], installation(image));
  if (!ok) throw new Error(`the operator cannot be installed: ${said}`);
  kubectl('rollout', 'status', '--timeout=120s', ...OPERATOR, 'deployment/robustmq-operator');
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

/** The last lines of the operator's log, to see why it did not do what it should. */
export const operatorLog = ({ kubectl }: Ground): string =>
  kubectl.attempt(['logs', ...OPERATOR, '-l=app.kubernetes.io/name=robustmq-operator', '--tail=60'])
    .said;
