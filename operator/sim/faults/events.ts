/** Everything that may happen to a cluster and to its operator, by name. */
import type { Prng } from '../../../server/sim/prng.ts';
import { childNames, podOrdinal, volumeName } from '../../api/names.ts';
import {
  CONFIG_MAPS,
  DISRUPTION_BUDGETS,
  PODS,
  SECRETS,
  SERVICES,
  STATEFUL_SETS,
  VOLUME_CLAIMS,
} from '../../resources/kinds.ts';
import { areCertificatesSettled, RENEWED_MS } from '../certificates/settled.ts';
import type { Pod } from '../../resources/kubernetes.ts';
import { all, find, remove, remotelyDelete, update } from '../kubernetes/api-server.ts';
import type { Kept } from '../kubernetes/api-server.ts';
import { BAD_SETTING, BAD_TAG } from '../kubernetes/kubelet.ts';
import { bringNodes, cutNodesOff, loseNode, loseNodes } from '../kubernetes/nodes.ts';
import { currentGroup, endProcess } from '../members/fleet.ts';
import { quorumOf } from '../members/group.ts';
import { backUpKubernetes, restoreKubernetes } from '../person/restoration.ts';
import { giveUpVolume } from '../person/runbook.ts';
import { clusterOf, consent, edit, pause, recreate, wipeStatus } from '../person/spec.ts';
import type { Trouble } from '../operator/trouble.ts';
import { note, PLACE } from '../world.ts';
import type { World } from '../world.ts';

export type Happen = (world: World, prng: Prng, trouble: Trouble, replicas?: number) => void;

const VERSIONS = ['0.1.0', '0.2.0', '0.3.0'] as const;
const SIZES = ['10Gi', '20Gi', '30Gi'] as const;

const anyPod = ({ server }: World, prng: Prng): Kept<Pod> | undefined => {
  const pods = all(server, PODS);
  return pods.length === 0 ? undefined : prng.pick(pods);
};

function deletePod(world: World, pod: Kept<Pod> | undefined): void {
  if (pod === undefined) return;
  note(world, `${pod.metadata.name} is deleted`);
  remotelyDelete(world.server, PODS, pod.metadata.name);
}

function loseVolume(world: World, pod: Kept<Pod> | undefined): void {
  if (pod === undefined) return;
  const claim = volumeName(PLACE.name, podOrdinal(PLACE.name, pod.metadata.name) ?? 0);
  note(world, `${claim} is deleted`);
  remotelyDelete(world.server, VOLUME_CLAIMS, claim);
  deletePod(world, pod);
}

const leaderPod = ({ server, fleet }: World): Kept<Pod> | undefined => {
  const leader = currentGroup(fleet)?.leader;
  const process = [...fleet.processes.values()].find(({ directory }) => directory.uuid === leader);
  return process && find(server, PODS, process.pod);
};

const configure = (world: World, prng: Prng): void =>
  edit(world, { configuration: { 'limits.requests': `${prng.between(1, 4)}` } });

function cutOff(world: World, prng: Prng): void {
  const { fleet, nowMs } = world;
  for (const { directory, pod } of fleet.processes.values()) {
    if (!prng.chance(0.5)) continue;
    note(world, `${pod} is out of reach of the operator`);
    fleet.unreachable.set(directory.uuid, nowMs + prng.spread(1_000, 60_000));
  }
}

/** Two are to leave, while of those that stay most are away: with those that leave they are a quorum. */
function scaleInWithoutQuorum(world: World, prng: Prng): void {
  const { fleet, nowMs } = world;
  const replicas = (clusterOf(world)?.spec.meta.replicas ?? 0) - 2;
  if (replicas < 3) return;
  const leader = leaderPod(world)?.metadata.name;
  const others = [...fleet.processes.values()].filter(
    ({ pod }) => pod !== leader && (podOrdinal(PLACE.name, pod) ?? 0) < replicas,
  );
  for (const { directory, pod } of others.slice(0, quorumOf(replicas))) {
    note(world, `${pod} is isolated`);
    fleet.isolated.set(directory.uuid, nowMs + prng.spread(10_000, 60_000));
  }
  edit(world, { replicas });
}

function deleteStatefulSet(world: World, propagation: 'Orphan' | 'Background'): void {
  const { server } = world;
  const { statefulSet } = childNames(PLACE.name);
  const uid = find(server, STATEFUL_SETS, statefulSet)?.metadata.uid;
  note(world, `the StatefulSet is deleted, ${propagation}`);
  if (uid !== undefined) remotelyDelete(server, STATEFUL_SETS, statefulSet, { uid, propagation });
}

/** Later than what is there, never earlier. */
function later<Value>(all_: readonly Value[], current: Value, prng: Prng): Value {
  const rest = all_.slice(all_.indexOf(current) + 1);
  return rest.length === 0 ? current : prng.pick(rest);
}

export const EVENTS = {
  scale: (world, prng, _trouble, replicas = prng.pick([1, 2, 3, 3, 3, 4, 5, 5, 7])) =>
    edit(world, { replicas }),
  'scale in without a quorum': (world, prng) => scaleInWithoutQuorum(world, prng),
  upgrade: (world, prng) => {
    const { version = '', image } = clusterOf(world)?.spec.meta ?? {};
    if (image === undefined && version !== BAD_TAG) {
      edit(world, { version: later<string>(VERSIONS, version, prng) });
    }
  },
  'bad image': (world) => edit(world, { version: BAD_TAG }),
  'image taken back': (world) =>
    edit(world, { version: clusterOf(world)?.status?.version ?? '0.1.0' }),
  configure: (world, prng) => configure(world, prng),
  'bad configuration': (world) => edit(world, { configuration: { [BAD_SETTING]: '1' } }),
  'configuration taken back': (world) => edit(world, { configuration: {} }),
  'grow volumes': (world, prng) => {
    const storage = clusterOf(world)?.spec.meta.storage;
    if (storage)
      edit(world, { storage: { ...storage, size: later<string>(SIZES, storage.size, prng) } });
  },
  'own volumes': (world, prng) => {
    const storage = clusterOf(world)?.spec.meta.storage;
    const onDelete = prng.pick(['Retain', 'Delete'] as const);
    if (storage) edit(world, { storage: { ...storage, onDelete } });
  },
  pause: (world) => pause(world, true),
  'go on': (world) => pause(world, false),
  'wipe status': (world) => wipeStatus(world),
  recreate: (world, prng, _trouble, wanted) => {
    // With `Delete` it is another cluster, and everything of the old one gone: that is an event of its own.
    const { replicas, storage } = clusterOf(world)?.spec.meta ?? {};
    if (replicas === undefined || storage?.onDelete !== 'Retain') return;
    recreate(world, wanted ?? (prng.chance(0.5) ? replicas : prng.pick([1, 3, 5])));
  },
  'volumes go along': (world) => {
    const storage = clusterOf(world)?.spec.meta.storage;
    if (storage) edit(world, { storage: { ...storage, onDelete: 'Delete' } });
  },
  // Whatever volumes are to stay by then: not all of them may have heard of it.
  'recreate without volumes': (world, prng) => recreate(world, prng.pick([1, 3, 3, 5])),
  'delete child': (world, prng) => {
    const kinds = [CONFIG_MAPS, SERVICES, DISRUPTION_BUDGETS];
    const kind = prng.pick(kinds);
    for (const { metadata } of all(world.server, kind as typeof CONFIG_MAPS)) {
      note(world, `${kind.kind} ${metadata.name} is deleted`);
      remove(world.server, kind, metadata.name);
    }
  },
  'delete stateful set': (world, prng) =>
    deleteStatefulSet(world, prng.pick(['Orphan', 'Background'])),
  'delete stateful set with its pods': (world) => deleteStatefulSet(world, 'Background'),
  'scale stateful set': (world, prng) => {
    const replicas = prng.between(0, 6);
    note(world, `the StatefulSet is scaled to ${replicas} by hand`);
    update(world.server, STATEFUL_SETS, childNames(PLACE.name).statefulSet, (set) => ({
      ...set,
      spec: { ...set.spec, replicas },
    }));
  },
  'delete pod': (world, prng) => deletePod(world, anyPod(world, prng)),
  'delete leader': (world) => deletePod(world, leaderPod(world)),
  'delete all pods': (world) => {
    for (const pod of all(world.server, PODS)) deletePod(world, pod);
  },
  'kill process': (world, prng) => {
    const name = anyPod(world, prng)?.metadata.name ?? '';
    note(world, `the process in ${name} is killed`);
    endProcess(world.fleet, name);
  },
  'kill leader': (world) => {
    const name = leaderPod(world)?.metadata.name ?? '';
    note(world, `the leader in ${name} is killed`);
    endProcess(world.fleet, name);
  },
  'lose volume': (world, prng) => loseVolume(world, anyPod(world, prng)),
  'lose volumes': (world, prng) => {
    for (const pod of all(world.server, PODS)) if (prng.chance(0.6)) loseVolume(world, pod);
  },
  'lose volumes of followers': (world) => {
    const leader = leaderPod(world)?.metadata.name;
    for (const pod of all(world.server, PODS)) {
      if (pod.metadata.name !== leader) loseVolume(world, pod);
    }
  },
  'damage directory': (world, prng) => {
    const directories = [...world.fleet.processes.values()];
    if (directories.length === 0) return;
    const { directory, pod } = prng.pick(directories);
    note(world, `the directory of ${pod} is damaged`);
    directory.damaged = true;
  },
  'a disk fills': (world, prng) => {
    const directories = [...world.fleet.processes.values()];
    if (directories.length === 0) return;
    const { directory, pod } = prng.pick(directories);
    note(world, `the disk of ${pod} is nearly full`);
    directory.scarce = true;
  },
  'disks have space': (world) => {
    note(world, 'all disks have space');
    for (const { directory } of world.fleet.processes.values()) directory.scarce = false;
  },
  isolate: (world, prng) => {
    for (const { directory, pod } of world.fleet.processes.values()) {
      if (!prng.chance(0.3)) continue;
      note(world, `${pod} is isolated`);
      world.fleet.isolated.set(directory.uuid, world.nowMs + prng.spread(1_000, 60_000));
    }
  },
  'cut off operator': (world, prng) => cutOff(world, prng),
  // Who says nothing is outdated by then, and serves all the same.
  'configure out of reach': (world, prng) => {
    cutOff(world, prng);
    configure(world, prng);
  },
  'learner gets stuck': (world, prng) => {
    for (const { directory } of world.fleet.processes.values()) {
      if (directory.group === undefined) directory.stuck = true;
    }
    // The fresh attempt may be stuck as well, and what a person tries then.
    world.fleet.stuckNext = prng.below(4);
    note(world, `learners are stuck, and ${world.fleet.stuckNext} more`);
  },
  'nodes are full': (world, prng) => {
    world.capacity = prng.between(1, 4);
    note(world, `${world.capacity} pods find a node`);
  },
  'nodes are there again': (world) => {
    world.capacity = Infinity;
  },
  // Who is outdated by then serves all the same.
  'nodes are cut off': (world, prng) => {
    cutNodesOff(world, prng);
    if (prng.chance(0.7)) configure(world, prng);
  },
  'nodes are gone': (world, prng) => loseNodes(world, prng),
  'a node is gone': (world, prng) => loseNode(world, prng),
  'replace lost volumes': (world) => {
    const remediation = clusterOf(world)?.spec.meta.remediation;
    if (remediation) edit(world, { remediation: { ...remediation, replaceLostVolume: true } });
  },
  // Of nodes that are gone, a person gives up what was on them.
  'a person consents': (world) => {
    if (!consent(world)) giveUpVolume(world);
  },
  'nodes come back': (world) => {
    note(world, 'all nodes are there');
    world.nodesBackMs = world.nowMs;
    bringNodes(world);
  },
  'delete secret': (world, prng) => {
    // One at a time: who takes away what both an authority and its certificates say leaves nobody to ask.
    if (!areCertificatesSettled(world)) return;
    const { tlsSecret, authoritySecret, operatorTlsSecret } = childNames(PLACE.name);
    const name = prng.pick([tlsSecret, authoritySecret, operatorTlsSecret]);
    note(world, `Secret ${name} is deleted`);
    remove(world.server, SECRETS, name);
  },
  'authority comes of age': (world) => {
    note(world, 'authorities come of age');
    world.certificates.aged.authorities += RENEWED_MS.authorities;
  },
  'Kubernetes is backed up': (world) => backUpKubernetes(world),
  'Kubernetes is restored': (world, prng, trouble) => {
    restoreKubernetes(world);
    trouble.downUntilMs = world.nowMs + prng.spread(500, 20_000);
  },
  'watches are silent': (world, prng, trouble) => {
    note(world, 'watches tell nothing');
    trouble.deafUntilMs = world.nowMs + prng.spread(1_000, 25_000);
  },
  'api server is down': (world, prng, trouble) => {
    note(world, 'the API server is down');
    trouble.downUntilMs = world.nowMs + prng.spread(1_000, 120_000);
  },
} as const satisfies Readonly<Record<string, Happen>>;

export type EventName = keyof typeof EVENTS;
