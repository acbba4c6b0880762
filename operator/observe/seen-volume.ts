import type { RobustMQCluster } from '../api/cluster.ts';
import type { Reader } from '../kube/api.ts';
import { numberOf } from '../kube/quantity.ts';
import type { SeenVolume } from '../plan/observation.ts';
import { isLeaving, isOwned } from '../resources/volume-claim.ts';
import { NODES, STORAGE_CLASSES, VOLUMES } from '../resources/kinds.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  StatefulSet,
} from '../resources/kubernetes.ts';
import type { Placed } from './objects.ts';

const HOSTNAME = 'kubernetes.io/hostname';

interface Surroundings {
  /** A pod runs on it, so that its node is there. */
  readonly inUse: boolean;
  readonly statefulSet: StatefulSet | undefined;
}

/** A volume as the planner sees it. */
export async function seenVolume(
  reader: Reader,
  cluster: RobustMQCluster,
  { ordinal, object: claim }: Placed<PersistentVolumeClaim>,
  { inUse, statefulSet }: Surroundings,
): Promise<SeenVolume> {
  const { name = '', uid = '', resourceVersion = '' } = claim.metadata ?? {};
  const created = Date.parse(claim.metadata?.creationTimestamp ?? '');
  return {
    name,
    uid,
    resourceVersion,
    ordinal,
    deleting: claim.metadata?.deletionTimestamp !== undefined,
    predates: created < Date.parse(cluster.metadata.creationTimestamp),
    fresh: created >= Date.parse(statefulSet?.metadata?.creationTimestamp?.toString() ?? ''),
    size: await sizeOf(reader, cluster, claim),
    owned: isOwned(cluster, claim),
    leaving: isLeaving(cluster, claim),
    bound: isBound(claim),
    nodeLost: !inUse && (await isNodeLost(reader, claim)),
  };
}

/** Larger than wanted is current: volumes never shrink. */
async function sizeOf(
  reader: Reader,
  { spec }: RobustMQCluster,
  { spec: claim, status }: PersistentVolumeClaim,
): Promise<SeenVolume['size']> {
  const wanted = numberOf(spec.meta.storage.size);
  const asked = numberOf(claim?.resources?.requests?.['storage']);
  const has = status?.capacity?.['storage'];
  if (asked >= wanted) {
    return has !== undefined && numberOf(has) < wanted ? 'growing' : 'current';
  }
  const name = claim?.storageClassName;
  const place = { namespace: undefined, name: name ?? '' };
  const storageClass = name === undefined ? undefined : await reader.get(STORAGE_CLASSES, place);
  if (storageClass?.allowVolumeExpansion !== true) return 'not-expandable';
  // There is nothing to grow before, and the API server refuses to have it asked for.
  return status?.phase === 'Bound' ? 'small' : 'current';
}

const isBound = ({ spec }: PersistentVolumeClaim): boolean => (spec?.volumeName ?? '') !== '';

/**
 * Whether all nodes that it can be used on are no more. A volume names them by a label: a node may be called
 * otherwise than its host.
 */
async function isNodeLost(reader: Reader, claim: PersistentVolumeClaim): Promise<boolean> {
  if (!isBound(claim)) return false;
  const name = claim.spec?.volumeName ?? '';
  const volume = await reader.get(VOLUMES, { namespace: undefined, name });
  const hosts = volume === undefined ? undefined : hostsOf(volume);
  if (hosts === undefined) return false;
  const there = await Promise.all(
    hosts.map((host) => reader.list(NODES, undefined, { [HOSTNAME]: host })),
  );
  return there.every((nodes) => nodes.length === 0);
}

/** Of the nodes on which it can be used; undefined when it says those in another way. */
function hostsOf({ spec }: PersistentVolume): readonly string[] | undefined {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const named = terms.map(
    ({ matchExpressions = [] }) =>
      matchExpressions.find(({ key, operator }) => key === HOSTNAME && operator === 'In')?.values,
  );
  const all = named.filter((values) => values !== undefined);
  return all.length === 0 || all.length < named.length ? undefined : all.flat();
}
