/** All journeys. */
import type { Journey } from './journey.ts';
import type { Step } from './steps.ts';

const SETTLE: Step = { does: 'settle' };
const scale = (to: number): Step => ({ does: 'scale', to });
const said = (reason: Step<'await'>['reason']): Step => ({
  does: 'await',
  reason,
});
const write = (writes: number): Step => ({ does: 'write', writes });
const kubectl = (args: string, says?: string): Step => ({
  does: 'kubectl',
  args,
  ...(says !== undefined && { says }),
});

const ALL_NODES = '--selector=kubernetes.io/os=linux';

/**
 * A leader that hands over is to cost 0.3 s. While two processors had thirty times too much to do, it
 * was 0.6 s, and up to 1.6 s while a cluster was created.
 */
const HANDED_OVER_MS = 2_000;
/** A leader that ends without a word is to cost 1 s, and as much more. */
const LOST_MS = 3_000;
/** Members that have to start first: 8 to 11 s, and 26 s with twenty times too much to do. */
const STARTED_MS = 30_000;

/** Where a node vanishes, the connections of brokers to it are found dead by their keepalive: 30 s and 60 s. */
const VANISHED_MS = 90_000;
/** Nodes that nobody heard of for 40 s are taken for dead, and no Service leads to their pods. */
const ALL_NODES_LATE_MS = 6_000;

export const JOURNEYS: readonly Journey[] = [
  {
    name: 'create 3',
    inCi: true,
    steps: [write(100)],
    expected: { reasons: ['Bootstrapping', 'AllMembersReady'], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: '3→5→3',
    inCi: true,
    steps: [scale(5), SETTLE, scale(3), SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'PVC loss',
    inCi: true,
    steps: [{ does: 'lose-volumes', whose: 'follower' }, SETTLE],
    expected: {
      reasons: ['ReplacingMember', 'AllMembersReady'],
      ...{ joins: 1, leaves: 1, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'roll of configuration',
    inCi: true,
    steps: [{ does: 'edit', spec: { meta: { configuration: { 'log.level': 'debug' } } } }, SETTLE],
    expected: { reasons: ['RollingOut', 'AllMembersReady'], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'brokers come and go',
    steps: [
      { does: 'start-brokers', ids: [11, 12, 13] },
      { does: 'await-brokers', ids: [11, 12, 13] },
      ...[{ does: 'kill', whose: 'leader' } as const, SETTLE, write(100)],
      { does: 'await-brokers', ids: [11, 12, 13] },
      ...[kubectl('delete pod/brokers'), { does: 'await-brokers', ids: [] } as const],
    ],
    expected: { reasons: ['AllMembersReady'], gapMsMax: LOST_MS },
  },
  {
    name: 'scale reverted in mid-way',
    steps: [scale(5), said('ScalingOut'), scale(3), SETTLE],
    expected: { reasons: ['ScalingOut', 'AllMembersReady'], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: '3→1→3',
    steps: [scale(1), SETTLE, scale(3), SETTLE],
    expected: {
      reasons: ['ScalingIn', 'AllMembersReady', 'ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: '1→2→4',
    replicas: 1,
    steps: [scale(2), SETTLE, scale(4), SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingOut', 'AllMembersReady'],
      ...{ joins: 3, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'the pod of the leader deleted',
    steps: [{ does: 'delete-pods', whose: 'leader' }, SETTLE],
    expected: { reasons: [], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'the process of the leader killed',
    steps: [{ does: 'kill', whose: 'leader' }, SETTLE],
    expected: { reasons: [], gapMsMax: LOST_MS },
  },
  {
    name: 'two of three processes killed at once',
    steps: [{ does: 'kill', whose: 'two' }, SETTLE],
    expected: { reasons: [], gapMsMax: STARTED_MS },
  },
  {
    name: 'all pods on new addresses',
    steps: [{ does: 'delete-pods', whose: 'all' }, SETTLE],
    expected: { reasons: [], gapMsMax: STARTED_MS },
  },
  {
    name: 'a bad image, and back',
    steps: [
      { does: 'use-image', image: 'localhost/robustmq-meta:none' },
      ...[said('MemberUnhealthy'), write(200)],
      { does: 'use-image', image: '' },
      SETTLE,
    ],
    expected: { reasons: ['RollingOut', 'AllMembersReady'], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'no room for new members, and back',
    steps: [
      ...[kubectl(`cordon ${ALL_NODES}`), scale(5), said('WaitingForPods')],
      ...[scale(3), SETTLE, kubectl(`uncordon ${ALL_NODES}`)],
    ],
    expected: { reasons: ['WaitingForPods', 'AllMembersReady'], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'paused, and resumed',
    steps: [
      ...[{ does: 'edit', spec: { paused: true } } as const, said('Paused'), scale(5), write(200)],
      ...[{ does: 'edit', spec: { paused: false } } as const, said('ScalingOut'), SETTLE],
    ],
    expected: {
      reasons: ['Paused', 'ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'children deleted by hand',
    steps: [
      kubectl('delete service/demo-meta service/demo-meta-peers poddisruptionbudget/demo-meta'),
      ...[said('ApplyingChildren'), SETTLE, write(100)],
    ],
    expected: { reasons: ['ApplyingChildren'], gapMsMax: STARTED_MS },
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
    name: 'the operator killed in mid-scale',
    steps: [scale(5), said('ScalingOut'), { does: 'kill-operator' }, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'the operator updated in mid-scale',
    steps: [scale(5), said('ScalingOut'), { does: 'update-operator' }, SETTLE, scale(3), SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'two nodes drained',
    steps: [
      // The second member goes only when the first one is back.
      kubectl(
        'drain node1 node2 --pod-selector=app.kubernetes.io/instance=demo --timeout=120s',
        "would violate the pod's disruption budget",
      ),
      ...[SETTLE, kubectl(`uncordon ${ALL_NODES}`)],
    ],
    expected: { reasons: [], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'a node cut off for a minute',
    steps: [{ does: 'cut-off-node', whose: 'follower', seconds: 60 }, SETTLE],
    expected: { reasons: ['MemberUnhealthy', 'AllMembersReady'], gapMsMax: LOST_MS },
  },
  {
    name: 'the node of the leader cut off for a minute',
    tls: 'Disabled',
    steps: [{ does: 'cut-off-node', whose: 'leader', seconds: 60 }, SETTLE],
    expected: {
      reasons: ['MemberUnhealthy', 'AllMembersReady'],
      gapMsMax: LOST_MS,
      // Where all connections of a client lead to its pod, as to the first that was ready.
      serviceGapMsMax: VANISHED_MS,
    },
  },
  {
    name: 'a node gone, its volume elsewhere',
    steps: [
      ...[{ does: 'delete-node', whose: 'follower' } as const, said('MemberUnhealthy'), SETTLE],
      { does: 'restore-nodes' },
    ],
    expected: { reasons: ['MemberUnhealthy', 'AllMembersReady'], gapMsMax: LOST_MS },
  },
  {
    name: 'a node gone, and its volume with it',
    storage: { class: 'pinned' },
    steps: [
      ...[{ does: 'delete-node', whose: 'follower' } as const, said('VolumeLost')],
      { does: 'edit', spec: { meta: { remediation: { replaceLostVolume: true } } } },
      ...[SETTLE, { does: 'restore-nodes' } as const],
    ],
    expected: {
      reasons: ['VolumeLost', 'ReplacingMember', 'AllMembersReady'],
      ...{ stalls: true, joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'one of three volumes emptied',
    steps: [{ does: 'empty-volumes', whose: 'follower' }, said('ReplacingMember'), SETTLE],
    expected: {
      reasons: ['ReplacingMember', 'AllMembersReady'],
      ...{ joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  ...[1, 2, 4].map((replicas): Journey => ({
    name: `roll of the image at ${replicas}`,
    replicas,
    steps: [{ does: 'update-image' }, said('RollingOut'), SETTLE],
    expected: {
      reasons: ['RollingOut', 'AllMembersReady'],
      // Of one or two members each is needed.
      gapMsMax: replicas < 3 ? STARTED_MS : HANDED_OVER_MS,
    },
  })),
  {
    name: 'a node drained in mid-roll',
    steps: [
      { does: 'edit', spec: { meta: { configuration: { 'log.level': 'debug' } } } },
      said('RollingOut'),
      kubectl('drain node1 --pod-selector=app.kubernetes.io/instance=demo --timeout=120s'),
      ...[SETTLE, kubectl(`uncordon ${ALL_NODES}`)],
    ],
    expected: { reasons: ['RollingOut', 'AllMembersReady'], gapMsMax: LOST_MS },
  },
  {
    name: 'volumes grow',
    steps: [
      ...[{ does: 'edit', spec: { meta: { storage: { size: '2Gi' } } } } as const, SETTLE],
      kubectl('get pvc -o=jsonpath={.items[*].status.capacity.storage}', '2Gi 2Gi 2Gi'),
    ],
    expected: { reasons: ['GrowingVolumes', 'AllMembersReady'], gapMsMax: HANDED_OVER_MS },
  },
  {
    name: 'a full disk, then space',
    steps: [
      ...[{ does: 'fill-volumes', whose: 'follower' } as const, said('MemberUnhealthy')],
      ...[write(200), { does: 'free-volumes', whose: 'follower' } as const, SETTLE],
    ],
    expected: { reasons: ['MemberUnhealthy'], gapMsMax: LOST_MS },
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
    name: 'the operator stopped until its Lease has ended',
    steps: [scale(5), said('ScalingOut'), { does: 'stop-operator', seconds: 20 }, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'clocks an hour ahead, and an hour behind',
    // New members have clocks that are right.
    steps: [
      ...[{ does: 'set-clocks', hours: 1 } as const, write(200), scale(5), SETTLE],
      ...[{ does: 'set-clocks', hours: -1 } as const, write(200), scale(3), SETTLE],
      ...[{ does: 'set-clocks', hours: 0 } as const, write(200)],
    ],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'a second operator',
    steps: [
      ...[{ does: 'install-again' } as const, scale(5), SETTLE],
      kubectl('get events -o=jsonpath={.items[*].message}', 'leaves it alone'),
      ...[scale(3), SETTLE, { does: 'uninstall-again' } as const],
    ],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
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
    name: 'a damaged directory',
    steps: [
      ...[{ does: 'damage', whose: 'follower' } as const, said('MemberBroken')],
      // As the runbook says.
      ...[{ does: 'lose-volumes', whose: 'follower' } as const, SETTLE],
    ],
    expected: {
      reasons: ['MemberBroken', 'ReplacingMember', 'AllMembersReady'],
      ...{ stalls: true, joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'a quorum lost, and recovered from',
    // The leader is left, and with it all that was acknowledged.
    steps: [
      ...[{ does: 'lose-volumes', whose: 'followers' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE],
    ],
    expected: {
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'two of three lost, recovered, both come back',
    ...{ storage: { class: 'pinned' }, tls: 'Disabled' },
    steps: [
      ...[{ does: 'lead-beside-clients' } as const, SETTLE],
      ...[{ does: 'delete-node', whose: 'follower' } as const],
      ...[{ does: 'delete-node', whose: 'follower' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE, write(100)],
      ...[{ does: 'restore-nodes' } as const, write(400), SETTLE],
    ],
    expected: {
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  },
  {
    name: 'two of three cut off, recovered without them, both come back',
    ...{ storage: { class: 'pinned' }, tls: 'Disabled' },
    // They have a quorum where they are, and go on as the cluster that was.
    steps: [
      ...[{ does: 'lead-beside-clients' } as const, SETTLE, { does: 'set-nodes-apart' } as const],
      ...[{ does: 'delete-nodes-apart' } as const, said('QuorumLost')],
      ...[{ does: 'recover' } as const, SETTLE, write(100)],
      ...[{ does: 'rejoin-nodes' } as const, { does: 'restore-nodes' } as const],
      ...[write(400), SETTLE],
    ],
    expected: {
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: STARTED_MS + VANISHED_MS },
    },
  },
];
