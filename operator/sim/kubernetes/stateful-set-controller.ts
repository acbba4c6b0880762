/** The StatefulSet controller, for sets of policy Parallel and update strategy OnDelete. */
import { podName, podOrdinal, volumeName } from '../../api/names.ts';
import { contentHash } from '../../resources/content-hash.ts';
import { PODS, STATEFUL_SETS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import type { StatefulSet } from '../../resources/kubernetes.ts';
import { PLACE } from '../world.ts';
import type { World } from '../world.ts';
import { all, create, find, remotelyDelete, update } from './api-server.ts';
import type { Kept } from './api-server.ts';

/** The class of volumes whose claims name none. */
export const STORAGE_CLASS = 'shared';

/** Lets it act, or be late. */
export function stepStatefulSets(world: World): void {
  for (const set of all(world.server, STATEFUL_SETS)) {
    if (!world.chance.kubernetes.chance(0.3)) continue;
    reportRevision(world, set);
    makePods(world, set);
    takePods(world, set);
  }
}

const revisionOf = ({ spec }: StatefulSet): string => contentHash(JSON.stringify(spec?.template));

function reportRevision({ server }: World, set: Kept<StatefulSet>): void {
  const { generation, name } = set.metadata;
  if (set.status?.observedGeneration === generation) return;
  update(server, STATEFUL_SETS, name, (each) => ({
    ...each,
    status: { observedGeneration: generation, updateRevision: revisionOf(set) },
  }));
}

function makePods(world: World, set: Kept<StatefulSet>): void {
  const { server } = world;
  for (let ordinal = 0; ordinal < (set.spec?.replicas ?? 0); ordinal += 1) {
    const name = podName(PLACE.name, ordinal);
    const pod = find(server, PODS, name);
    const claim = find(server, VOLUME_CLAIMS, volumeName(PLACE.name, ordinal));
    if (pod !== undefined) {
      adopt(world, set, name);
      if (claim === undefined && pod.spec?.nodeName === undefined) makeClaim(world, set, ordinal);
      continue;
    }
    if (claim?.metadata.deletionTimestamp !== undefined) continue;
    if (claim === undefined) makeClaim(world, set, ordinal);
    create(server, PODS, name, {
      metadata: {
        labels: {
          ...set.spec?.template.metadata?.labels,
          'controller-revision-hash': revisionOf(set),
        },
        ownerReferences: [{ uid: set.metadata.uid, controller: true }],
      },
      spec: set.spec?.template.spec,
      status: { phase: 'Pending' },
    });
  }
}

/** Pods that were left behind become its own. */
function adopt({ server }: World, set: Kept<StatefulSet>, name: string): void {
  const pod = find(server, PODS, name);
  if (pod === undefined || (pod.metadata.ownerReferences?.length ?? 0) > 0) return;
  update(server, PODS, name, (each) => ({
    ...each,
    metadata: { ...each.metadata, ownerReferences: [{ uid: set.metadata.uid, controller: true }] },
  }));
}

function makeClaim({ server }: World, { spec }: Kept<StatefulSet>, ordinal: number): void {
  const [template] = spec?.volumeClaimTemplates ?? [];
  create(server, VOLUME_CLAIMS, volumeName(PLACE.name, ordinal), {
    metadata: { labels: template?.metadata?.labels },
    spec: {
      ...template?.spec,
      storageClassName: template?.spec?.storageClassName ?? STORAGE_CLASS,
    },
    status: { phase: 'Pending', capacity: template?.spec?.resources?.requests },
  });
}

function takePods({ server }: World, set: Kept<StatefulSet>): void {
  for (const { metadata } of all(server, PODS)) {
    const ordinal = podOrdinal(PLACE.name, metadata.name);
    const ours = metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid) ?? false;
    if (!ours || ordinal === undefined || ordinal < (set.spec?.replicas ?? 0)) continue;
    remotelyDelete(server, PODS, metadata.name);
  }
}
