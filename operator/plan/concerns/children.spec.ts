import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { PodWords } from '../testing/seen.ts';

const THREE: readonly PodWords[] = [{ id: 1, leads: true }, { id: 2 }, { id: 3 }];

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
      rest: { children: [{ kind: 'PodDisruptionBudget', name: 'a', uid: 'x', state: 'unwanted' }] },
    },
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
    'waits until what a resource left that was deleted before is gone',
    { pods: [], set: { state: 'leaving' } },
    'wait ApplyingChildren: the StatefulSet of the resource that was deleted before has yet to go',
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
  [
    'sees the version in the tag of an image',
    {
      pods: THREE,
      cluster: (each) => ({
        ...each,
        spec: {
          ...each.spec,
          meta: {
            ...each.spec.meta,
            version: undefined,
            image: 'registry:5000/meta:0.0.9',
          } as never,
        },
      }),
      status: { version: '0.1.0' },
    },
    'wait DowngradeRefused: version 0.0.9 is older than 0.1.0, which all members have run',
  ],
];

describe('children', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
