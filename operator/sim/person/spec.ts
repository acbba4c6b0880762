/** What a person does to the resource. */
import type { MetaSpec, RobustMQCluster } from '../../api/cluster.ts';
import { API_VERSION, KIND } from '../../api/cluster.ts';
import { sameData } from '../../plan/same-data.ts';
import { childNames } from '../../api/names.ts';
import { CLUSTERS, STATEFUL_SETS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { BAD_TAG } from '../kubernetes/kubelet.ts';
import { all, create, find, remove, update } from '../kubernetes/api-server.ts';
import type { World } from '../world.ts';
import { note, PLACE } from '../world.ts';

/** By default, no volume is given up without a person. */
export const REMEDIATION: MetaSpec['remediation'] = {
  replaceLostVolume: false,
  attempts: 3,
  periodMinutes: 60,
};

/** A spec with the defaults that the API server fills in. */
const SPEC: RobustMQCluster['spec'] = {
  paused: false,
  meta: {
    replicas: 3,
    version: '0.1.0',
    resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    storage: { size: '10Gi', onDelete: 'Retain' },
    scheduling: { spread: 'Preferred', zones: 'Preferred' },
    pod: { terminationGracePeriodSeconds: 30 },
    tls: { mode: 'Managed' },
    clients: {},
    remediation: REMEDIATION,
  },
};

/** Creates the resource. */
export function createCluster({ server }: World, meta: Partial<MetaSpec>): void {
  create(server, CLUSTERS, PLACE.name, {
    apiVersion: API_VERSION,
    kind: KIND,
    spec: { ...SPEC, meta: { ...SPEC.meta, ...meta } },
  });
}

/** The resource as it is. */
export const clusterOf = ({ server }: World): RobustMQCluster | undefined =>
  find(server, CLUSTERS, PLACE.name);

/** Edits `spec.meta`. */
export function edit(world: World, change: Partial<MetaSpec>): void {
  note(world, `a person sets ${JSON.stringify(change)}`);
  update(world.server, CLUSTERS, PLACE.name, (each) => ({
    ...each,
    spec: { ...each.spec, meta: { ...each.spec.meta, ...change } },
  }));
}

/** Pauses, or goes on. */
export function pause(world: World, paused: boolean): void {
  const before = clusterOf(world);
  if (before === undefined || before.spec.paused === paused) return;
  note(world, paused ? 'a person pauses' : 'a person goes on');
  world.pausedMs = world.nowMs;
  update(world.server, CLUSTERS, PLACE.name, (each) => ({
    ...each,
    spec: { ...each.spec, paused },
  }));
}

/** Takes the status away, as a backup that was restored does. */
export function wipeStatus(world: World): void {
  note(world, 'the status is wiped');
  // Of a cluster whose members are all lost as well, nothing is left then that anybody could know.
  if (!find(world.server, STATEFUL_SETS, childNames(PLACE.name).statefulSet)) {
    world.fleet.founded.length = 0;
  }
  update(world.server, CLUSTERS, PLACE.name, (each) => ({ ...each, status: undefined }));
}

/** Has the operator take on whatever cluster the pods are of. */
export function forgetCluster(world: World): void {
  note(world, 'a person deletes status.clusterId');
  update(world.server, CLUSTERS, PLACE.name, (each) => ({
    ...each,
    status: each.status && { ...each.status, clusterId: undefined },
  }));
}

/** Deletes the resource and creates it again, for so many members: volumes stay that do not go with it. */
export function recreate(world: World, replicas: number): void {
  const before = clusterOf(world);
  if (before === undefined) return;
  note(world, `a person deletes the resource, and creates it again with ${replicas}`);
  const goAlong = all(world.server, VOLUME_CLAIMS).every(
    ({ metadata: { deletionTimestamp, ownerReferences = [] } }) =>
      deletionTimestamp !== undefined ||
      (ownerReferences.length > 0 &&
        !ownerReferences.some(({ uid }) => uid !== before.metadata.uid)),
  );
  remove(world.server, CLUSTERS, PLACE.name);
  // Another resource begins another cluster, if nothing is left of the old one.
  world.fleet.founded.length = 0;
  const { version = BAD_TAG, remediation } = before.spec.meta;
  createCluster(world, { replicas, version, remediation });
  world.anew = goAlong ? clusterOf(world)?.metadata.uid : undefined;
}

/** Consents to go on from the furthest survivor, if that is asked for. */
export function consent(world: World): boolean {
  const cluster = clusterOf(world);
  const { id, survivors } = cluster?.status?.incident ?? {};
  const member = survivors?.[0]?.member;
  if (id === undefined || member === undefined) return false;
  const recovery = { incident: id, member };
  if (sameData(cluster?.spec.meta.recovery, recovery)) return false;
  edit(world, { recovery });
  return true;
}
