/** All journeys. */
import type { Journey } from './journey.ts';

const SETTLE = { does: 'settle' } as const;
const SCALE = { to3: { does: 'scale', to: 3 }, to5: { does: 'scale', to: 5 } } as const;

/** A leader that hands over, and clients that try again, on a machine that has too much to do. */
const HANDED_OVER_MS = 3_000;
/** A leader that ends without a word. */
const LOST_MS = 5_000;

export const JOURNEYS: readonly Journey[] = [
  {
    name: 'create 3',
    inCi: true,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'write', writes: 100 }],
    expected: {
      reasons: ['Bootstrapping', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 0, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: '3→5→3',
    inCi: true,
    ...{ replicas: 3, replicasMax: 5 },
    steps: [SCALE.to5, SETTLE, SCALE.to3, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingIn', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 2, leaves: 2 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'PVC loss',
    inCi: true,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'lose-volume', whose: 'follower' }, SETTLE],
    expected: {
      reasons: ['ReplacingMember', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 1, leaves: 1 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'roll of configuration',
    inCi: true,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'configure', settings: { 'log.level': 'debug' } }, SETTLE],
    expected: {
      reasons: ['RollingOut', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 0, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'scale reverted in mid-way',
    inCi: false,
    ...{ replicas: 3, replicasMax: 5 },
    steps: [SCALE.to5, { does: 'await', reason: 'ScalingOut' }, SCALE.to3, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 0, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: '3→1→3',
    inCi: false,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'scale', to: 1 }, SETTLE, SCALE.to3, SETTLE],
    expected: {
      reasons: ['ScalingIn', 'AllMembersReady', 'ScalingOut', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 2, leaves: 2 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: '1→2→4',
    inCi: false,
    ...{ replicas: 1, replicasMax: 4 },
    steps: [{ does: 'scale', to: 2 }, SETTLE, { does: 'scale', to: 4 }, SETTLE],
    expected: {
      reasons: ['ScalingOut', 'AllMembersReady', 'ScalingOut', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 3, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'the pod of the leader deleted',
    inCi: false,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'delete-pod', whose: 'leader' }, SETTLE],
    expected: {
      ...{ reasons: [], never: ['Stalled'], joins: 0, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'the process of the leader killed',
    inCi: false,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'kill', whose: 'leader' }, SETTLE],
    expected: { ...{ reasons: [], never: ['Stalled'], joins: 0, leaves: 0 }, gapMsMax: LOST_MS },
  },
  {
    name: 'a bad image, and back',
    inCi: false,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [
      { does: 'use-image', image: 'localhost/robustmq-meta:none' },
      { does: 'await', reason: 'UnsafeToProceed' },
      { does: 'use-image', image: '' },
      SETTLE,
    ],
    expected: {
      reasons: ['RollingOut', 'AllMembersReady'],
      never: [],
      ...{ joins: 0, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'paused, and resumed',
    inCi: false,
    ...{ replicas: 3, replicasMax: 5 },
    steps: [
      { does: 'pause' },
      { does: 'await', reason: 'Paused' },
      SCALE.to5,
      { does: 'write', writes: 200 },
      { does: 'resume' },
      SETTLE,
    ],
    expected: {
      reasons: ['Paused', 'ScalingOut', 'AllMembersReady'],
      never: ['Stalled'],
      ...{ joins: 2, leaves: 0 },
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'children deleted by hand',
    inCi: false,
    ...{ replicas: 3, replicasMax: 3 },
    steps: [{ does: 'delete-children' }, SETTLE, { does: 'write', writes: 100 }],
    expected: {
      ...{ reasons: [], never: ['Stalled'], joins: 0, leaves: 0 },
      // The client Service is one of them.
      gapMsMax: 6_000,
    },
  },
];
