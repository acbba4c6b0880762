import { deepEqual, equal, throws } from 'node:assert/strict';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../../operator/resources/kubernetes.ts';
import { plan, PROVISIONER, type Action } from './plan.ts';
import { bytesOf } from './quantity.ts';

const pathOf = (name: string): string => `/volumes/${name}`;

/** A claim that waits for a volume, after Kubernetes has asked for one. */
function waiting(annotations: Record<string, string> = {}): PersistentVolumeClaim {
  const asked = { 'volume.kubernetes.io/storage-provisioner': PROVISIONER, ...annotations };
  return {
    metadata: { name: 'data', namespace: 'default', uid: '7', annotations: asked },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'pinned',
      resources: { requests: { storage: '1Gi' } },
    },
    status: { phase: 'Pending' },
  };
}

/** The volume that was made for it. */
function made(claim: PersistentVolumeClaim): PersistentVolume {
  const [action] = plan([claim], [], pathOf);
  if (action?.kind !== 'provision') throw new Error('no volume');
  return action.volume;
}

/** A claim of this size, bound to a volume of that, both with the capacity that they were told. */
function bound(size: string, capacity = '1Gi'): [PersistentVolumeClaim, PersistentVolume] {
  const claim = waiting();
  const { spec, ...volume } = made(claim);
  const resources = { requests: { storage: size } };
  return [
    {
      ...claim,
      spec: { ...claim.spec, volumeName: 'pvc-7', resources },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    },
    { ...volume, spec: { ...spec, capacity: { storage: capacity } } },
  ];
}

const released = (volume: PersistentVolume): PersistentVolume => ({
  ...volume,
  status: { phase: 'Released' },
});

const kinds = (actions: readonly Action[]): readonly string[] => actions.map(({ kind }) => kind);

describe('the provisioner of volumes', () => {
  it('makes one for a claim when it is asked to, once', () => {
    const claim = waiting();
    const volume = made(claim);
    equal(volume.spec?.local?.path, '/volumes/pvc-7');
    equal(volume.spec.claimRef?.uid, '7');
    deepEqual(plan([claim], [volume], pathOf), []);
    deepEqual(plan([waiting({ 'volume.kubernetes.io/storage-provisioner': 'x' })], [], pathOf), []);
  });

  it('pins it to the node that was selected for the first pod, if one was', () => {
    const expressions = (claim: PersistentVolumeClaim) =>
      made(claim).spec?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions;
    const selected = waiting({ 'volume.kubernetes.io/selected-node': 'node2' });
    const key = 'kubernetes.io/hostname';
    deepEqual(expressions(selected), [{ key, operator: 'In', values: ['node2'] }]);
    deepEqual(expressions(waiting()), [{ key, operator: 'Exists' }]);
  });

  it('grows one when its claim asks for more, until both say that it has grown', () => {
    const [same, volume] = bound('1024Mi');
    deepEqual(plan([same], [volume], pathOf), []);
    for (const capacity of ['1Gi', '2Gi']) {
      const [more, told] = bound('2Gi', capacity);
      deepEqual(kinds(plan([more], [told], pathOf)), ['grow']);
    }
    const [more, told] = bound('2Gi', '2Gi');
    const done = { ...more, status: { phase: 'Bound', capacity: { storage: '2Gi' } } };
    deepEqual(plan([done], [told], pathOf), []);
  });

  it('removes one when its claim is gone, unless it is to be kept', () => {
    const [, volume] = bound('1Gi');
    deepEqual(kinds(plan([], [released(volume)], pathOf)), ['remove']);
    const kept = { ...volume, spec: { ...volume.spec, persistentVolumeReclaimPolicy: 'Retain' } };
    deepEqual(plan([], [released(kept)], pathOf), []);
  });

  it('leaves volumes of others alone', () => {
    const [, volume] = bound('1Gi');
    deepEqual(plan([], [released({ ...volume, metadata: { name: 'pvc-7' } })], pathOf), []);
  });

  it('reads amounts as Kubernetes does', () => {
    const amounts = { '1Gi': 2 ** 30, '1.5Gi': 1.5 * 2 ** 30, '2G': 2e9, '512': 512, '0.1Ki': 103 };
    for (const [text, bytes] of Object.entries(amounts)) equal(bytesOf(text), bytes);
    for (const wrong of ['', 'big', '1Xi', '1..2Gi']) throws(() => bytesOf(wrong), /no amount/);
  });
});
