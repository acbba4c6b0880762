import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const BUDGET = {
  ...{ kind: 'PodDisruptionBudget', name: 'a', uid: 'x' },
  state: 'unwanted',
} as const;

const LEAVING = { name: 'a', ownership: 'leaving', authorities: [] } as const;

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

/** Of what members run, in turn, and whether it is refused to have them run an image. */
type Image = readonly [name: string, image: string, run: readonly string[], refused: boolean];

const imageRows = (images: readonly Image[]): readonly Row[] =>
  images.map(([name, image, run, refused]) => [
    name,
    {
      pods: THREE.map((pod, at) => ({ ...pod, image: run[at % run.length] ?? '' })),
      set: { state: 'differs' },
      cluster: ({ spec, ...rest }) => {
        const meta = { ...spec.meta, version: undefined, image } as never;
        return { ...rest, spec: { ...spec, meta } };
      },
      status: { version: '0.1.0' },
    },
    refused
      ? `wait DowngradeRefused: image ${image} is older than ${run[0] ?? ''}, which all members run`
      : 'ApplyingChildren: apply 3 pods over 7, begun by directory-1',
  ]);

const rows: readonly Row[] = [
  [
    'applies the first that differs',
    {
      pods: THREE,
      rest: {
        children: [
          { kind: 'Service', name: 'a', state: 'current' },
          { kind: 'ConfigMap', name: 'b', state: 'missing' },
          { kind: 'Service', name: 'c', state: 'differs' },
        ],
      },
    },
    'ApplyingChildren: apply ConfigMap b',
  ],
  [
    'deletes what is needed no more, after the template has changed',
    {
      pods: THREE,
      rest: { children: [{ kind: 'ConfigMap', name: 'a', uid: 'x', state: 'unwanted' }] },
    },
    'ApplyingChildren: delete ConfigMap a uid x',
  ],
  [
    'holds drains back until all but one of the pods are gone',
    { meta: { replicas: 1 }, pods: THREE, rest: { children: [BUDGET] } },
    'ScalingIn: at 40 remove 2, remove 3',
  ],
  [
    'does not hold the drain of a single pod back',
    { meta: { replicas: 1 }, pods: [{ id: 1, leads: true }], rest: { children: [BUDGET] } },
    'ApplyingChildren: delete PodDisruptionBudget a uid x',
  ],
  [
    'changes the template first',
    {
      pods: THREE,
      set: { state: 'differs' },
      rest: { children: [{ kind: 'ConfigMap', name: 'a', uid: 'x', state: 'unwanted' }] },
    },
    'ApplyingChildren: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'leaves alone what is not ours',
    {
      pods: THREE,
      meta: { replicas: 5 },
      rest: { children: [{ kind: 'Service', name: 'a', state: 'foreign' }] },
    },
    'wait ChildNotOurs: Service a is there and does not belong to this resource',
  ],
  [
    'has a lost member replaced meanwhile',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      rest: { children: [{ kind: 'Service', name: 'a', state: 'foreign' }] },
    },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'applies others before it says that one is refused',
    {
      pods: THREE,
      rest: {
        children: [
          { kind: 'Service', name: 'a', state: 'differs', refusal: 'no' },
          { kind: 'ConfigMap', name: 'b', state: 'missing' },
        ],
      },
    },
    'ApplyingChildren: apply ConfigMap b',
  ],
  [
    'leaves the template alone while another child is refused',
    {
      pods: THREE,
      meta: { replicas: 5 },
      set: { state: 'differs' },
      rest: { children: [{ kind: 'Service', name: 'a', state: 'missing', refusal: 'no ports' }] },
    },
    'wait ChildRefused: Service a is refused by the API server: no ports',
  ],
  [
    'has a lost member replaced while the template is refused',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      set: { state: 'differs' },
      rest: { statefulSetRefusal: 'a toleration is wrong' },
    },
    'ReplacingMember: at 40 learn new-2',
  ],
  [
    'says why there can be no StatefulSet',
    { pods: [], rest: { statefulSet: undefined, statefulSetRefusal: 'no webhook' } as never },
    'wait ChildRefused: the StatefulSet is refused by the API server: no webhook',
  ],
  [
    'has new members become voters meanwhile, and no more of them come',
    {
      pods: [...THREE, { id: 4, learner: true }],
      meta: { replicas: 5, version: '0.0.9' },
      status: { version: '0.1.0' },
    },
    'ScalingOut: at 40 promote 4',
  ],
  [
    'still asks for a person while members come by themselves',
    {
      pods: [...THREE, { id: 4, learner: true, behind: true }],
      meta: { replicas: 5 },
      rest: { children: [{ kind: 'Service', name: 'a', state: 'foreign' }] },
    },
    'wait ChildNotOurs: Service a is there and does not belong to this resource',
  ],
  [
    'hides no lost quorum',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      status: { clusterId: 'c1' },
      rest: { children: [{ kind: 'Service', name: 'a', state: 'foreign' }] },
    },
    'wait QuorumLost: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest',
  ],
  [
    'touches nothing while the StatefulSet is not ours',
    {
      pods: [{ id: 1, leads: true }, { id: 2 }, { id: 3, empty: true }],
      set: { state: 'foreign' },
    },
    'wait ChildNotOurs: the StatefulSet is there and does not belong to this resource',
  ],
  [
    'waits until what a resource left that was deleted before is gone',
    { pods: [], set: { state: 'leaving' } },
    'wait ApplyingChildren: the StatefulSet of the resource that was deleted before has yet to go',
  ],
  [
    'waits until its volumes are gone as well, so that no pod comes back to one',
    {
      pods: THREE,
      rest: { statefulSet: undefined } as never,
      volumes: (each) => ({ ...each, leaving: each.ordinal === 2 }),
    },
    'wait ApplyingChildren: data-demo-meta-2 of the resource that was deleted before has yet to go',
  ],
  [
    'waits until its certificates are gone, before there are pods',
    {
      pods: [],
      rest: {
        statefulSet: undefined,
        tls: { authority: LEAVING, peer: LEAVING, operator: LEAVING },
      },
    } as never,
    'wait ApplyingChildren: Secret a of the resource that was deleted before has yet to go',
  ],
  [
    'takes a new template before anything else',
    { pods: THREE, meta: { replicas: 5 }, set: { state: 'differs' } },
    'ApplyingChildren: apply 3 pods over 7, begun by directory-1',
  ],
  [
    'creates the StatefulSet',
    { pods: [], rest: { statefulSet: undefined } as never },
    'ApplyingChildren: apply 3 pods over nothing, begun by nobody',
  ],
  [
    'finds as many pods as there are volumes, when it is created again',
    {
      pods: [...THREE, {}, {}],
      meta: { replicas: 1 },
      rest: { statefulSet: undefined, pods: [] } as never,
    },
    'ApplyingChildren: apply 5 pods over nothing, begun by nobody',
  ],
  [
    'goes back to no version that is older than what all have run',
    { pods: THREE, meta: { version: '0.0.9' }, status: { version: '0.1.0' } },
    'wait DowngradeRefused: version 0.0.9 is older than 0.1.0, which all members have run',
  ],
  ...imageRows([
    [
      'sees an image that is older than what all run',
      'a:5000/meta:0.0.9',
      ['a:5000/meta:0.1.0'],
      true,
    ],
    [
      'takes a bad image back that not all have',
      'a/meta:0.1.0',
      ['a/meta:0.1.0', 'a/meta:0.2.0'],
      false,
    ],
    ['compares no tags of two repositories', 'b/meta:0.0.9', ['a/meta:0.1.0'], false],
    ['compares no digests', `a/meta@sha256:${'0'.repeat(64)}`, ['a/meta:0.1.0'], false],
    ['compares no tag with the version of a program', 'a/meta:0.0.7', ['a/meta:0.0.7'], false],
  ]),
];

describe('children', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
