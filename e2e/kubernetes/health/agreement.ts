/** Programs that read the health of a cluster, each in its own way: what one says, the others say, too. */
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';
import { argoHealthOf } from './argo-cd.ts';
import { fluxStatusOf } from './flux.ts';
import { kstatusOf, type Kstatus } from './kstatus.ts';

/** By what kstatus says: Argo CD, and Flux, which does not ask about what is being deleted. */
const OTHERS: Readonly<Record<Kstatus, readonly [argo: string, flux?: string]>> = {
  Current: ['Healthy', 'Current'],
  Failed: ['Degraded', 'Failed'],
  InProgress: ['Progressing', 'InProgress'],
  Terminating: ['Progressing'],
};

/** Where they contradict each other, one text each; each health is looked at once. */
export async function disagreements(
  clusters: readonly RobustMQCluster[],
): Promise<readonly string[]> {
  const different = new Map(clusters.map((cluster) => [healthIn(cluster), cluster]));
  const texts: string[] = [];
  for (const [health, cluster] of different) {
    const kstatus = kstatusOf(cluster);
    const [argo, flux] = OTHERS[kstatus];
    // kstatus and Flux know nothing of a pause.
    const expected = [isPaused(cluster) ? 'Suspended' : argo, flux].join(' ');
    const { status } = await argoHealthOf(cluster);
    const says = [status, flux === undefined ? undefined : fluxSays(cluster)].join(' ');
    if (says !== expected) texts.push(`kstatus says ${kstatus}, the others ${says}: ${health}`);
  }
  return texts;
}

/** What it cannot evaluate, it waits for until its time is over. */
function fluxSays(cluster: RobustMQCluster): string {
  try {
    return fluxStatusOf(cluster);
  } catch (error) {
    return String(error);
  }
}

/** And the operator has seen it. */
const isPaused = ({ metadata, spec, status }: RobustMQCluster): boolean =>
  spec.paused &&
  metadata.deletionTimestamp === undefined &&
  status?.observedGeneration === metadata.generation;

/** All that any of them looks at. */
const healthIn = ({ metadata, spec, status = {} }: RobustMQCluster): string => {
  const { observedGeneration = 0, conditions = [] } = status;
  return [
    metadata.deletionTimestamp === undefined ? '' : 'deleted',
    spec.paused ? 'paused' : '',
    `${metadata.generation - observedGeneration} behind`,
    ...conditions.map(({ type, status: is, reason }) => `${type}=${is} ${reason}`),
  ].join(' ');
};
