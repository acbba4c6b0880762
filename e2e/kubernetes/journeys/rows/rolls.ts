/** Members that take another configuration, image, certificate, or more disk. */
import type { Journey } from '../journey.ts';
import type { Step } from '../steps.ts';
import { HANDED_OVER_MS, LOST_MS, STARTED_MS } from './limits.ts';
import { ALL_NODES, CONFIGURE, GROW, SETTLE, kubectl, said, scale, write } from './words.ts';

/** Of one or two members each is needed. */
const roll = (replicas: number, what: string, step: Step): Journey => ({
  name: `roll of ${what} at ${replicas}`,
  replicas,
  steps: [step, said('RollingOut'), SETTLE],
  expected: {
    reasons: ['RollingOut', 'AllMembersReady'],
    ...(replicas === 1 && { available: 'interrupted' }),
    ...(replicas < 3 ? { gapMsMax: STARTED_MS } : { gapMsMax: HANDED_OVER_MS, faultless: true }),
  },
});

const NOT_RESTARTED = kubectl(
  'get pods -l=app.kubernetes.io/instance=demo -o=jsonpath={.items[*].status.containerStatuses[*].restartCount}',
  '0 0 0',
);

export const ROLLS: readonly Journey[] = [
  { ...roll(3, 'the configuration', CONFIGURE), inCi: true },
  {
    name: 'a bad image, and back',
    steps: [
      { does: 'use-image', image: 'localhost/robustmq-meta:none' },
      ...[said('MemberUnhealthy'), write(200)],
      { does: 'use-image', image: '' },
      SETTLE,
    ],
    expected: {
      available: 'throughout',
      reasons: ['RollingOut', 'AllMembersReady'],
      gapMsMax: HANDED_OVER_MS,
    },
  },
  ...[1, 2, 4].map((replicas) => roll(replicas, 'the configuration', CONFIGURE)),
  ...[1, 2, 3, 4].map((replicas) => roll(replicas, 'the image', { does: 'update-image' })),
  {
    name: 'a node drained in mid-roll',
    steps: [
      CONFIGURE,
      said('RollingOut'),
      kubectl('drain node1 --pod-selector=app.kubernetes.io/instance=demo --timeout=120s'),
      ...[SETTLE, kubectl(`uncordon ${ALL_NODES}`)],
    ],
    expected: { reasons: ['RollingOut', 'AllMembersReady'], gapMsMax: LOST_MS },
  },
  {
    name: 'volumes grow',
    steps: [
      ...[GROW, SETTLE],
      kubectl('get pvc -o=jsonpath={.items[*].status.capacity.storage}', '2Gi 2Gi 2Gi'),
    ],
    expected: {
      available: 'throughout',
      reasons: ['GrowingVolumes', 'AllMembersReady'],
      gapMsMax: HANDED_OVER_MS,
    },
  },
  {
    name: 'certificates and their authority issued anew',
    steps: [
      ...[kubectl('delete secret/demo-meta-tls'), said('IssuingCertificates')],
      ...[{ does: 'await-certificates' } as const, write(100)],
      ...[kubectl('delete secret/demo-meta-ca'), said('RotatingAuthority')],
      ...[{ does: 'await-certificates' } as const, write(100), NOT_RESTARTED],
      // Whoever joins believes the new authority from the start.
      ...[scale(5), SETTLE],
    ],
    expected: {
      available: 'throughout',
      reasons: ['IssuingCertificates', 'RotatingAuthority', 'ScalingOut', 'AllMembersReady'],
      // Pods that are made anew have never been restarted, either.
      never: ['RollingOut'],
      ...{ joins: 2, gapMsMax: HANDED_OVER_MS, faultless: true },
    },
  },
  {
    name: 'certificates of one’s own, and new ones',
    tls: 'Secret',
    whileCreated: [said('CertificatesInvalid'), { does: 'issue-certificates' }],
    steps: [
      ...[{ does: 'issue-certificates' } as const, { does: 'await-certificates' } as const],
      ...[write(100), NOT_RESTARTED, { does: 'kill', whose: 'leader' } as const, SETTLE],
    ],
    expected: {
      reasons: ['CertificatesInvalid', 'AllMembersReady'],
      never: ['RollingOut'],
      ...{ stalls: true, gapMsMax: LOST_MS },
    },
  },
];
