/** Nodes that are drained, cut off, dark, or gone. */
import type { Journey } from '../journey.ts';
import { HANDED_OVER_MS, LOST_MS, VANISHED_MS } from './limits.ts';
import { ALL_NODES, SETTLE, kubectl, said, write } from './words.ts';

export const NODES: readonly Journey[] = [
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
    expected: {
      available: 'throughout',
      reasons: ['MemberUnhealthy', 'AllMembersReady'],
      gapMsMax: LOST_MS,
    },
  },
  {
    name: 'the node of the leader cut off for a minute',
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
      ...[{ does: 'delete-node', whose: 'follower' } as const, { does: 'await-moves' } as const],
      ...[SETTLE, { does: 'restore-nodes' } as const],
    ],
    // All may be well again before another operator has taken over from one on that node.
    expected: { available: 'throughout', reasons: [], gapMsMax: LOST_MS },
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
      available: 'throughout',
      reasons: ['VolumeLost', 'ReplacingMember', 'AllMembersReady'],
      ...{ stalls: true, joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'a node gone, its volume given up by hand',
    storage: { class: 'pinned' },
    steps: [
      ...[{ does: 'delete-node', whose: 'follower' } as const, said('VolumeLost')],
      ...[{ does: 'do-as-told' } as const, SETTLE, { does: 'restore-nodes' } as const],
    ],
    expected: {
      available: 'throughout',
      reasons: ['VolumeLost', 'ReplacingMember', 'AllMembersReady'],
      ...{ stalls: true, joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'a node without power, taken out of service',
    steps: [
      ...[{ does: 'switch-off-node', whose: 'follower' } as const, said('MemberUnhealthy')],
      ...[{ does: 'take-out-of-service' } as const, SETTLE],
      ...[{ does: 'switch-on-nodes' } as const, write(100)],
    ],
    expected: {
      available: 'throughout',
      reasons: ['MemberUnhealthy', 'AllMembersReady'],
      ...{ gapMsMax: LOST_MS, serviceGapMsMax: VANISHED_MS },
    },
  },
];
