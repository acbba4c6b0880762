import { deepStrictEqual, rejects } from 'node:assert/strict';
import type { Members } from '../admin/members.ts';
import { sampleCluster } from '../api/testing/sample-cluster.ts';
import type { DeleteOptions, Place, Resource, Writer } from '../kube/api.ts';
import type { Observed } from '../observe/observe.ts';
import type { Action } from '../plan/action.ts';
import { seen } from '../plan/testing/seen.ts';
import type { Certificates } from '../tls/certificates.ts';
import { act } from './act.ts';

const cluster = sampleCluster();
const AT = { ip: '10.0.0.1', port: 1230, tls: undefined };
const VOLUME = 'data-demo-meta-0';

const OBSERVED = {
  observation: seen({}),
  context: {
    cluster,
    installation: { imageRepository: 'a/meta', namespace: 'operators', podLabels: {} },
  },
  objects: {
    cluster,
    pods: [],
    volumes: [{ ordinal: 0, object: { metadata: { name: VOLUME } } }],
    statefulSet: { metadata: { name: 'demo-meta' } },
  },
  tls: undefined,
  endpoints: new Map([['demo-meta-0', AT]]),
} as unknown as Observed;

/** What an action calls: where, and over which version or of which UID. */
async function callsOf(action: Action): Promise<readonly unknown[]> {
  const calls: unknown[] = [];
  const writer: Writer = {
    apply: <Shape>({ kind }: Resource<Shape>, object: Shape, { name }: Place) => {
      const { resourceVersion } = (object as { metadata: { resourceVersion?: string } }).metadata;
      calls.push(['apply', kind, name, resourceVersion]);
      return Promise.resolve(object);
    },
    delete: ({ kind }: Resource, { name }: Place, { uid, propagation }: DeleteOptions) => {
      calls.push(['delete', kind, name, uid, propagation]);
      return Promise.resolve();
    },
  };
  const asked =
    (call: string) =>
    ({ ip }: { readonly ip: string }, request: object): Promise<void> => {
      calls.push([call, ip, request]);
      return Promise.resolve();
    };
  const members: Members = {
    status: () => Promise.resolve(undefined),
    bootstrap: asked('bootstrap'),
    changeMembership: asked('change'),
    transfer: asked('transfer'),
    recover: asked('recover'),
  };
  await act({ writer, members, certificates: {} as Certificates }, OBSERVED, action);
  return calls;
}

const change: Action = {
  ...{ kind: 'change-membership', pod: 'demo-meta-0', configurationIndex: 40 },
  changes: [{ kind: { $case: 'remove', value: { memberId: 3 } } }],
};
const transfer: Action = {
  ...{ kind: 'transfer', pod: 'demo-meta-0' },
  ...{ configurationIndex: 40, memberId: 2, term: 7 },
};

const CASES: readonly (readonly [what: string, action: Action, calls: readonly unknown[]])[] = [
  [
    'a StatefulSet only over the version that was seen',
    { kind: 'apply-stateful-set', replicas: 3, bootstrap: undefined, resourceVersion: '7' },
    [['apply', 'StatefulSet', 'demo-meta', '7']],
  ],
  [
    'a status only over the version that was seen',
    { kind: 'write-status', status: {} },
    [['apply', 'RobustMQCluster', 'demo', '1']],
  ],
  [
    'a volume only over the version that was seen',
    { kind: 'grow-volume', volume: VOLUME, resourceVersion: '9' },
    [['apply', 'PersistentVolumeClaim', VOLUME, '9']],
  ],
  [
    'a pod by its UID',
    { kind: 'delete-pod', pod: 'demo-meta-0', uid: 'pod-0' },
    [['delete', 'Pod', 'demo-meta-0', 'pod-0', 'Background']],
  ],
  [
    'a volume by its UID',
    { kind: 'delete-volume', volume: VOLUME, uid: 'volume-0' },
    [['delete', 'PersistentVolumeClaim', VOLUME, 'volume-0', 'Background']],
  ],
  [
    'a StatefulSet by its UID, and leaves its pods',
    { kind: 'orphan-stateful-set', uid: 'set' },
    [['delete', 'StatefulSet', 'demo-meta', 'set', 'Orphan']],
  ],
  ['members at the configuration that was seen', change, [['change', '10.0.0.1', { ...change }]]],
  [
    'the leader at the configuration and in the term that were seen',
    transfer,
    [['transfer', '10.0.0.1', { ...transfer }]],
  ],
];

describe('an action changes', () => {
  for (const [what, action, calls] of CASES) {
    it(what, async () => deepStrictEqual(await callsOf(action), calls));
  }

  it('nobody whose address is not known any more', () =>
    rejects(callsOf({ ...change, pod: 'demo-meta-9' }), /demo-meta-9 has no address any more/));
});
