/** An operator that ends, is replaced, stands still, or is not the only one. */
import type { Journey } from '../journey.ts';
import type { Step } from '../steps.ts';
import { HANDED_OVER_MS, LOST_MS, STARTED_MS } from './limits.ts';
import { CONFIGURE, GROW, SETTLE, kubectl, said, scale } from './words.ts';

const END_IN_MID_WAY = [
  ['killed', { does: 'kill-operator' }],
  ['updated', { does: 'update-operator' }],
] as const satisfies readonly (readonly [how: string, ended: Step])[];

const PODS = [0, 1, 2].map((ordinal) => `pod/demo-meta-${ordinal}`);

export const OPERATORS: readonly Journey[] = [
  {
    name: 'the operator killed in mid-scale',
    steps: [scale(5), said('ScalingOut'), { does: 'kill-operator' }, SETTLE],
    expected: {
      available: 'throughout',
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
    name: 'the operator stopped until its Lease has ended',
    steps: [scale(5), said('ScalingOut'), { does: 'stop-operator', seconds: 20 }, SETTLE],
    expected: {
      available: 'throughout',
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS },
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
  ...END_IN_MID_WAY.map(([how, ended]): Journey => ({
    name: `the operator ${how} at every stage`,
    whileCreated: [said('Bootstrapping'), ended],
    steps: [
      ...[scale(5), said('ScalingOut'), ended, SETTLE],
      ...[CONFIGURE, said('RollingOut'), ended, SETTLE],
      ...[GROW, said('GrowingVolumes'), ended, SETTLE],
      ...[{ does: 'lose-volumes', whose: 'follower' } as const],
      ...[said('ReplacingMember'), ended, SETTLE],
      ...[scale(3), said('ScalingIn'), ended, SETTLE],
    ],
    expected: {
      reasons: [
        ...(['Bootstrapping', 'ScalingOut', 'RollingOut', 'GrowingVolumes'] as const),
        ...(['ReplacingMember', 'ScalingIn', 'AllMembersReady'] as const),
      ],
      ...{ joins: 3, leaves: 3, gapMsMax: LOST_MS },
    },
  })),
  ...END_IN_MID_WAY.map(([how, ended]): Journey => ({
    name: `the operator ${how} in mid-recovery`,
    steps: [
      ...[{ does: 'lose-volumes', whose: 'followers' } as const, said('QuorumLost'), ended],
      ...[{ does: 'recover' } as const, said('Recovering'), ended, SETTLE],
    ],
    expected: {
      reasons: ['QuorumLost', 'Recovering', 'AllMembersReady'],
      ...{ stalls: true, joins: 2, leaves: 2, gapMsMax: 2 * STARTED_MS },
    },
  })),
  {
    name: 'deleted and made anew without an operator',
    storage: { onDelete: 'Retain' },
    steps: [
      ...[
        { does: 'scale-operator', to: 0 } as const,
        { does: 'replace-by-force', replicas: 3 } as const,
      ],
      // Nobody but Kubernetes itself takes away what was the old one's.
      kubectl(`wait --for=delete ${['statefulset/demo-meta', ...PODS].join(' ')} --timeout=90s`),
      ...[{ does: 'scale-operator', to: 2 } as const, SETTLE],
    ],
    expected: { available: 'interrupted', reasons: ['AllMembersReady'], gapMsMax: 3 * STARTED_MS },
  },
];
