/** A cluster that becomes larger and smaller. */
import type { Journey } from '../journey.ts';
import { HANDED_OVER_MS } from './limits.ts';
import { SETTLE, scale, said, write, joined, kubectl, ALL_NODES } from './words.ts';

export const SCALING: readonly Journey[] = [
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
    name: 'scale reverted in mid-way',
    steps: [scale(5), said('ScalingOut'), scale(3), SETTLE],
    expected: {
      available: 'throughout',
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ passing: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: 'scale reverted when the new members are there',
    steps: [scale(5), joined(3), joined(4), scale(3), SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, leaves: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
  {
    name: '3→5 without certificates',
    tls: 'Disabled',
    steps: [scale(5), SETTLE],
    expected: {
      available: 'throughout',
      reasons: ['ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS },
    },
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
    name: 'no room for new members, and back',
    steps: [
      ...[kubectl(`cordon ${ALL_NODES}`), scale(5), said('WaitingForPods')],
      ...[scale(3), SETTLE, kubectl(`uncordon ${ALL_NODES}`)],
    ],
    expected: {
      available: 'throughout',
      reasons: ['WaitingForPods', 'AllMembersReady'],
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'paused, and resumed',
    steps: [
      ...[{ does: 'edit', spec: { paused: true } } as const, said('Paused'), scale(5), write(200)],
      ...[{ does: 'edit', spec: { paused: false } } as const, said('ScalingOut'), SETTLE],
    ],
    expected: {
      available: 'throughout',
      reasons: ['Paused', 'ScalingOut', 'AllMembersReady'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS },
    },
  },
];
