/** What Kubernetes has of a cluster, changed by hand, kept, or gone, and its API server. */
import type { Journey } from '../journey.ts';
import { HANDED_OVER_MS, LOST_MS, STARTED_MS, ALL_NODES_LATE_MS } from './limits.ts';
import { SETTLE, kubectl, said, scale, write } from './words.ts';

/** But for the StatefulSet. */
const CHILDREN = 'services,poddisruptionbudgets,networkpolicies,serviceaccounts,configmaps';
const OF_DEMO = '-l=app.kubernetes.io/instance=demo';

export const KUBERNETES: readonly Journey[] = [
  {
    name: 'children deleted by hand',
    steps: [
      kubectl(`delete ${CHILDREN} ${OF_DEMO}`),
      ...[said('ApplyingChildren'), SETTLE, write(100)],
      kubectl(
        `get networkpolicies,serviceaccounts ${OF_DEMO} -o=name`,
        'networkpolicy.networking.k8s.io/demo-meta\nserviceaccount/demo-meta',
      ),
    ],
    expected: { available: 'throughout', reasons: ['ApplyingChildren'], gapMsMax: STARTED_MS },
  },
  {
    name: 'StatefulSet scaled by hand',
    steps: [
      kubectl('scale statefulset/demo-meta --replicas=1'),
      ...[said('MemberUnhealthy'), SETTLE],
    ],
    expected: { reasons: ['MemberUnhealthy', 'AllMembersReady'], gapMsMax: STARTED_MS },
  },
  {
    name: 'StatefulSet deleted by hand',
    steps: [kubectl('delete statefulset/demo-meta'), said('ApplyingChildren'), SETTLE],
    expected: { reasons: ['ApplyingChildren'], gapMsMax: STARTED_MS },
  },
  {
    name: 'status wiped',
    steps: [
      kubectl('patch robustmqclusters/demo --subresource=status --type=merge -p={"status":null}'),
      ...[said('AllMembersReady'), SETTLE],
    ],
    expected: { reasons: [], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'the API server away in mid-scale',
    steps: [scale(5), said('ScalingOut'), { does: 'stop-api-server', seconds: 300 }, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: ALL_NODES_LATE_MS },
    },
  },
  {
    name: 'the API server killed in mid-scale',
    steps: [scale(5), said('ScalingOut'), { does: 'kill-api-server' }, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'Kubernetes restored as it was before a scale',
    steps: [
      ...[{ does: 'back-up-kubernetes' } as const, scale(5), SETTLE],
      // As it was then, the resource says that all is well: until the operator has looked again.
      ...[{ does: 'restore-kubernetes' } as const, said('ScalingIn'), SETTLE],
    ],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: ALL_NODES_LATE_MS },
    },
  },
  {
    name: 'created again on kept volumes',
    replicas: 5,
    storage: { onDelete: 'Retain' },
    steps: [
      ...[{ does: 'create-again', replicas: 3 } as const, SETTLE],
      ...[{ does: 'create-again', replicas: 1 } as const, SETTLE],
    ],
    expected: {
      reasons: ['AllMembersReady', 'ScalingIn', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ leaves: 4, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'created again on five kept volumes, as one',
    replicas: 5,
    storage: { onDelete: 'Retain' },
    steps: [{ does: 'create-again', replicas: 1 }, SETTLE],
    expected: {
      reasons: ['AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ leaves: 4, gapMsMax: 2 * STARTED_MS },
    },
  },
];
