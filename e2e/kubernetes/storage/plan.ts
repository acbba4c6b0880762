/** What a provisioner does next about claims and volumes; pure. */
import type {
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../../operator/resources/kubernetes.ts';
import { bytesOf } from './quantity.ts';

export const PROVISIONER = 'robustmq.io/loop';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
/** Kubernetes asks the provisioner of a class so, and names the node where that is to be known first. */
const ASKED = 'volume.kubernetes.io/storage-provisioner';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

export type Action =
  | { readonly kind: 'provision'; readonly volume: PersistentVolume; readonly bytes: number }
  | {
      readonly kind: 'grow';
      readonly name: string;
      readonly claim: { readonly namespace: string; readonly name: string };
      readonly size: string;
      readonly bytes: number;
    }
  | { readonly kind: 'remove'; readonly name: string };

/** The steps that are due, in any order. Volumes are mounted at `pathOf` their name. */
export function plan(
  claims: readonly PersistentVolumeClaim[],
  volumes: readonly PersistentVolume[],
  pathOf: (name: string) => string,
): readonly Action[] {
  const ours = new Map(
    volumes
      .filter(({ metadata }) => metadata?.annotations?.[PROVISIONED_BY] === PROVISIONER)
      .map((volume) => [volume.metadata?.name ?? '', volume]),
  );
  return [
    ...claims.flatMap((claim) => provision(claim, ours, pathOf)),
    ...claims.flatMap((claim) => grow(claim, ours.get(claim.spec?.volumeName ?? ''))),
    ...[...ours.values()].flatMap(remove),
  ];
}

const sizeOf = (claim: PersistentVolumeClaim): string =>
  claim.spec?.resources?.requests?.['storage'] ?? '0';

function provision(
  claim: PersistentVolumeClaim,
  ours: ReadonlyMap<string, PersistentVolume>,
  pathOf: (name: string) => string,
): readonly Action[] {
  const { metadata, spec } = claim;
  const name = `pvc-${metadata?.uid ?? ''}`;
  const isAsked = metadata?.annotations?.[ASKED] === PROVISIONER;
  if (!isAsked || spec?.volumeName !== undefined || ours.has(name)) return [];
  const volume: PersistentVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { [PROVISIONED_BY]: PROVISIONER } },
    spec: {
      capacity: { storage: sizeOf(claim) },
      accessModes: spec?.accessModes ?? ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: spec?.storageClassName ?? '',
      // Unlike hostPath, kubelet gives it to the group of the pod (fsGroup).
      local: { path: pathOf(name) },
      nodeAffinity: { required: { nodeSelectorTerms: [nodesOf(claim)] } },
      claimRef: {
        ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', uid: metadata.uid ?? '' },
        ...{ namespace: metadata.namespace ?? '', name: metadata.name ?? '' },
      },
    },
  };
  return [{ kind: 'provision', volume, bytes: bytesOf(sizeOf(claim)) }];
}

/** The node that was selected for the first pod; any, when the class does not wait for one. */
function nodesOf({ metadata }: PersistentVolumeClaim) {
  const node = metadata?.annotations?.[SELECTED_NODE];
  const key = 'kubernetes.io/hostname';
  return {
    matchExpressions: [
      node === undefined ? { key, operator: 'Exists' } : { key, operator: 'In', values: [node] },
    ],
  };
}

function grow(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume | undefined,
): readonly Action[] {
  const { metadata, status } = claim;
  if (volume === undefined || status?.phase !== 'Bound') return [];
  const size = sizeOf(claim);
  const bytes = bytesOf(size);
  const told = [volume.spec?.capacity?.['storage'], status.capacity?.['storage']];
  if (told.every((each) => bytesOf(each ?? '0') >= bytes)) return [];
  const { namespace = '', name = '' } = metadata ?? {};
  return [
    { kind: 'grow', name: volume.metadata?.name ?? '', claim: { namespace, name }, size, bytes },
  ];
}

const remove = ({ metadata, spec, status }: PersistentVolume): readonly Action[] =>
  status?.phase === 'Released' && spec?.persistentVolumeReclaimPolicy === 'Delete'
    ? [{ kind: 'remove', name: metadata?.name ?? '' }]
    : [];
