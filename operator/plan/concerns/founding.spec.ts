import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import { begunBy, seen } from '../testing/seen.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];
const EMPTY: readonly PodWords[] = [{ empty: true }, { empty: true }, { empty: true }];

const TWO_SILENT: readonly PodWords[] = [...EMPTY, { silent: true }, { silent: true }];
const FIVE_EMPTY: readonly PodWords[] = [...EMPTY, { empty: true }, { empty: true }];
const nobody = undefined as never;

/** Fewer are wanted than there are pods, before the cluster has begun. */
const rowsOfFewer: readonly Row[] = [
  [
    'starts fewer pods, when those that are too many have volumes that were never bound',
    {
      pods: TWO_SILENT,
      set: { bootstrap: nobody },
      volumes: (each) => ({ ...each, bound: each.ordinal < 3 }),
    },
    'ScalingIn: apply 3 pods over 7, begun by nobody',
  ],
  [
    'starts fewer pods, when those that are too many have no volumes',
    {
      pods: TWO_SILENT,
      set: { bootstrap: nobody },
      volumes: (each) => (each.ordinal < 3 ? each : undefined),
    },
    'ScalingIn: apply 3 pods over 7, begun by nobody',
  ],
  [
    'starts fewer pods, when those that are too many have volumes that were made for them',
    {
      pods: TWO_SILENT,
      set: { bootstrap: nobody },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'ScalingIn: apply 3 pods over 7, begun by nobody',
  ],
  [
    'starts fewer pods, when those that are too many say that they are empty',
    {
      pods: FIVE_EMPTY,
      set: { bootstrap: nobody },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'ScalingIn: apply 3 pods over 7, begun by nobody',
  ],
  [
    'keeps them on volumes that were there before: they may fall silent, and nobody know any more',
    { pods: [{ silent: true }, ...FIVE_EMPTY.slice(1)], set: { bootstrap: nobody } },
    'wait WaitingForPods: pod 0 did not say what it holds',
  ],
  [
    'keeps pods on volumes that were there before, of which nobody knows what they hold',
    { pods: TWO_SILENT, set: { bootstrap: nobody } },
    'wait WaitingForPods: pod 3, pod 4 did not say what it holds',
  ],
  [
    'keeps pods up to the last of which nobody knows what it holds',
    {
      pods: TWO_SILENT,
      set: { bootstrap: nobody },
      volumes: (each) => ({ ...each, fresh: each.ordinal === 4 }),
    },
    'ScalingIn: apply 4 pods over 7, begun by nobody',
  ],
  [
    'keeps the pod that is to begin the cluster',
    {
      pods: FIVE_EMPTY,
      set: { bootstrap: begunBy('new-4') },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'Bootstrapping: bootstrap demo-meta-4 on new-4',
  ],
  [
    'keeps all pods while the one that was to begin the cluster opens its directory: it may have',
    {
      pods: [{ opening: true }, ...TWO_SILENT.slice(1)],
      set: { bootstrap: begunBy('new-0') },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'wait WaitingForPods: pod 0, pod 3, pod 4 did not say what it holds',
  ],
  [
    'keeps a pod that may have begun the cluster already',
    {
      pods: TWO_SILENT,
      set: { bootstrap: begunBy('new-4') },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'wait WaitingForPods: pod 3, pod 4 did not say what it holds',
  ],
  [
    'begins while pods that are too many have yet to go',
    {
      pods: TWO_SILENT,
      set: { bootstrap: nobody, replicas: 3 },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'Bootstrapping: apply 3 pods over 7, begun by new-0',
  ],
  [
    'gives none of them back, once it is written down who begins',
    {
      pods: TWO_SILENT,
      set: { bootstrap: begunBy('new-0'), replicas: 3 },
      volumes: (each) => ({ ...each, fresh: true }),
    },
    'Bootstrapping: bootstrap demo-meta-0 on new-0',
  ],
];

const rows: readonly Row[] = [
  [
    'writes down the directory first',
    { pods: EMPTY, set: { bootstrap: undefined as never } },
    'Bootstrapping: apply 3 pods over 7, begun by new-0',
  ],
  [
    'begins with the directory that was written down',
    { pods: EMPTY, set: { bootstrap: begunBy('new-1') } },
    'Bootstrapping: bootstrap demo-meta-1 on new-1',
  ],
  [
    'begins again with it, after a crash before the answer',
    {
      pods: EMPTY,
      set: { bootstrap: undefined as never },
      status: { bootstrap: begunBy('new-2') },
    },
    'Bootstrapping: apply 3 pods over 7, begun by new-2',
  ],
  [
    'does not begin with another one when that is gone',
    { pods: EMPTY, set: { bootstrap: begunBy('gone') } },
    'wait BootstrapTargetLost: directory gone began the cluster and is gone',
  ],
  [
    'waits for a pod that says nothing',
    { pods: [{ empty: true }, { empty: true }, { silent: true }] },
    'wait WaitingForPods: pod 2 did not say what it holds',
  ],
  [
    'gives a pod to a volume that has none, so that it can say what it holds',
    { pods: EMPTY, set: { replicas: 2 }, rest: { pods: seen({ pods: EMPTY.slice(0, 2) }).pods } },
    'ApplyingChildren: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'refuses volumes that are older than the resource',
    { pods: EMPTY, volumes: (each) => ({ ...each, predates: each.ordinal === 1 }) },
    'wait BootstrapRefused: data-demo-meta-1 is older than the resource and holds no member',
  ],
  [
    'refuses a pod of another cluster',
    {
      pods: [{ empty: true }, { foreign: true }, { empty: true }],
      status: { clusterId: undefined as never },
    },
    'wait ForeignMember: demo-meta-1 has data of member 99 of other',
  ],
  [
    'begins none when one is known',
    { pods: EMPTY, status: { clusterId: 'c1' } },
    'wait QuorumLost: no pod holds a member of the cluster any more',
  ],
  ['adopts a cluster that runs, without a status', { pods: THREE }, 'settled'],
];

describe('founding', () => {
  for (const [name, words, decision] of [...rows, ...rowsOfFewer]) {
    it(name, () => strictEqual(told(words), decision));
  }
});
