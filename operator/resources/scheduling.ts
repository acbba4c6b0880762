import type { Affinity, PodSpec, TopologySpreadConstraint } from './kubernetes.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import { selectorLabels } from '../api/names.ts';

const NODE = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** The part of a pod's spec that says where it runs. */
export function scheduling(
  cluster: RobustMQCluster,
): Pick<
  PodSpec,
  'affinity' | 'topologySpreadConstraints' | 'nodeSelector' | 'tolerations' | 'priorityClassName'
> {
  const { nodeSelector, tolerations, priorityClassName } = cluster.spec.meta.scheduling;
  return {
    affinity: spreadOverNodes(cluster),
    topologySpreadConstraints: spreadOverZones(cluster),
    ...(nodeSelector && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(priorityClassName !== undefined && { priorityClassName }),
  };
}

function spreadOverNodes({ metadata, spec }: RobustMQCluster): Affinity {
  const labelSelector = { matchLabels: { ...selectorLabels(metadata.name) } };
  const term = { labelSelector, topologyKey: NODE };
  switch (spec.meta.scheduling.spread) {
    case 'Required':
      return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    case 'Preferred': {
      const preferred = { weight: 100, podAffinityTerm: term };
      return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] } };
    }
  }
}

function spreadOverZones({ metadata, spec }: RobustMQCluster): TopologySpreadConstraint[] {
  const { zones } = spec.meta.scheduling;
  if (zones === 'Ignored') return [];
  return [
    {
      maxSkew: 1,
      topologyKey: ZONE,
      whenUnsatisfiable: zones === 'Required' ? 'DoNotSchedule' : 'ScheduleAnyway',
      labelSelector: { matchLabels: { ...selectorLabels(metadata.name) } },
    },
  ];
}
