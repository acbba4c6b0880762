/** Members that end, are damaged, or lose what they have. */
import type { Journey } from '../journey.ts';
import { HANDED_OVER_MS, LOST_MS, STARTED_MS } from './limits.ts';
import { SETTLE, scale, said, write, kubectl } from './words.ts';

export const MEMBERS: readonly Journey[] = [
  {
    name: 'PVC loss',
    inCi: true,
    steps: [{ does: 'lose-volumes', whose: 'follower' }, SETTLE],
    expected: {
      available: 'throughout',
      reasons: ['ReplacingMember', 'AllMembersReady'],
      ...{ joins: 1, leaves: 1, gapMsMax: HANDED_OVER_MS },
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
    expected: { available: 'interrupted', reasons: [], gapMsMax: STARTED_MS },
  },
  {
    name: 'one of three volumes emptied',
    steps: [{ does: 'empty-volumes', whose: 'follower' }, said('ReplacingMember'), SETTLE],
    expected: {
      reasons: ['ReplacingMember', 'AllMembersReady'],
      ...{ joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'a full disk, then space',
    steps: [
      ...[{ does: 'fill-volumes', whose: 'follower' } as const, said('MemberUnhealthy')],
      ...[write(200), { does: 'free-volumes', whose: 'follower' } as const, SETTLE],
    ],
    expected: { available: 'throughout', reasons: ['MemberUnhealthy'], gapMsMax: LOST_MS },
  },
  {
    name: 'a damaged directory',
    steps: [
      ...[{ does: 'damage', whose: 'follower' } as const, said('MemberBroken')],
      ...[{ does: 'do-as-told' } as const, SETTLE],
    ],
    expected: {
      available: 'throughout',
      reasons: ['MemberBroken', 'ReplacingMember', 'AllMembersReady'],
      ...{ stalls: true, joins: 1, leaves: 1, gapMsMax: LOST_MS },
    },
  },
  {
    name: 'clocks an hour ahead, and an hour behind',
    // New members have clocks that are right.
    steps: [
      ...[{ does: 'set-clocks', hours: 1 } as const, write(200), scale(5), SETTLE],
      ...[{ does: 'set-clocks', hours: -1 } as const, write(200), scale(3), SETTLE],
      ...[{ does: 'set-clocks', hours: 0 } as const, write(200)],
      // To clocks that are behind, the certificates were not valid yet.
      ...[{ does: 'await-certificates' } as const, SETTLE],
    ],
    expected: {
      reasons: [
        'ScalingOut',
        'AllMembersReady',
        'RotatingAuthority',
        'ScalingIn',
        'AllMembersReady',
      ],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
    },
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
];
