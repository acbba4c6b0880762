/** Scheduler, kubelet and volume controllers: pods start, become ready, end; volumes grow, and go. */
import { childNames, podOrdinal, volumeName } from '../../api/names.ts';
import { numberOf } from '../../kube/quantity.ts';
import { parseImage } from '../../api/image.ts';
import { SECRET_KEYS } from '../../api/certificates.ts';
import { CONFIG_MAPS, PODS, SECRETS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import type { Pod } from '../../resources/kubernetes.ts';
import { PORTS } from '../../resources/ports.ts';
import { directoryOn, endProcess, upOf } from '../members/fleet.ts';
import type { Material, Process } from '../members/fleet.ts';
import { PLACE } from '../world.ts';
import type { World } from '../world.ts';
import { all, find, remove, update } from './api-server.ts';
import type { Kept } from './api-server.ts';
import { isCutOff, isStranded, schedule } from './nodes.ts';

/** An image of this tag cannot be pulled. */
export const BAD_TAG = '9.9.9-bad';
/** A setting of this name ends every process that reads it. */
export const BAD_SETTING = 'no.such.setting';

/** How long a process is still a member after it was told to end, and how long it answers after that. */
const LEAVES_MS = [10, 2_000] as const;
const ENDS_MS = [1, 500] as const;

/** Lets it act, or be late. */
export function stepKubelet(world: World): void {
  const pods = all(world.server, PODS);
  for (const pod of pods) stepPod(world, pod);
  endStrays(world);
  stepVolumes(world);
}

/** What runs for a pod that the API server does not know, or not on this node, comes to an end. */
function endStrays(world: World): void {
  const { server, fleet, chance } = world;
  for (const process of [...fleet.processes.values()]) {
    if (isOwn(process, find(server, PODS, process.pod)) || isCutOff(world, process.node)) continue;
    if (chance.kubernetes.chance(0.1)) endProcess(fleet, process.pod);
  }
}

/** Whether it took its time, since it was told to end. */
function hasEnded({ chance, nowMs }: World, process: Process): boolean {
  if (process.ending === undefined) {
    const leavesMs = nowMs + chance.kubernetes.spread(...LEAVES_MS);
    process.ending = { leavesMs, endsMs: leavesMs + chance.kubernetes.spread(...ENDS_MS) };
  }
  return process.ending.endsMs <= nowMs;
}

/** Whether a process is that of a pod, and not of one of the same name. */
const isOwn = ({ podUid, node }: Process, pod: Kept<Pod> | undefined): boolean =>
  pod?.metadata.uid === podUid && pod.spec?.nodeName === node;

function stepPod(world: World, pod: Kept<Pod>): void {
  const { chance, fleet } = world;
  const { name, deletionTimestamp } = pod.metadata;
  if (isStranded(world, pod)) {
    // Nobody on that node can say any more that it has ended.
    if (chance.kubernetes.chance(0.05)) remove(world.server, PODS, name);
    return;
  }
  if (isCutOff(world, pod.spec?.nodeName)) {
    // The node controller says so of all pods there, however their processes are.
    if (chance.kubernetes.chance(0.1)) setReady(world, pod, { ready: false });
    return;
  }
  const process = fleet.processes.get(name);
  if (deletionTimestamp !== undefined) {
    // First the process ends, then all of the pod is taken down.
    if (process !== undefined && !hasEnded(world, process)) return;
    endProcess(fleet, name);
    if (chance.kubernetes.chance(0.15)) remove(world.server, PODS, name);
    return;
  }
  if (process === undefined) {
    if (chance.kubernetes.chance(0.1)) start(world, pod);
    return;
  }
  if (!isOwn(process, pod)) return;
  // What was told to end does, though an older state knows nothing of it.
  if (process.ending !== undefined) {
    if (hasEnded(world, process)) endProcess(fleet, name);
    return;
  }
  if (chance.kubernetes.chance(world.promptness)) reportReady(world, pod);
  // A Secret that is gone changes nothing in a container that runs.
  if (chance.kubernetes.chance(0.02)) process.material = materialOf(world, pod) ?? process.material;
}

function start(world: World, pod: Kept<Pod>): void {
  const problem = whyNotStart(world, pod);
  if (problem !== undefined) {
    report(world, pod, problem);
    return;
  }
  const { server, fleet, chance, nowMs } = world;
  const { name } = pod.metadata;
  const claim = find(server, VOLUME_CLAIMS, volumeName(PLACE.name, ordinalOf(name)));
  const material = materialOf(world, pod);
  if (claim === undefined || material === undefined) return;
  // The address is the pod's for as long as it lives; a process that starts again has the same one.
  const ip = pod.status?.podIP ?? `10.0.${pod.metadata.uid}`;
  fleet.processes.set(name, {
    pod: name,
    podUid: pod.metadata.uid,
    node: find(server, PODS, name)?.spec?.nodeName ?? '',
    directory: directoryOn(fleet, claim.metadata.uid),
    ip,
    peerAddress: `${name}.${childNames(PLACE.name).peerService}.${PLACE.namespace}.svc:${PORTS.peer}`,
    version: parseImage(pod.spec?.containers[0]?.image ?? '')?.tag ?? '',
    material,
    opensMs: nowMs + chance.kubernetes.spread(100, 3_000),
  });
  update(server, PODS, name, (each) => ({
    ...each,
    status: { phase: 'Running', podIP: ip, conditions: each.status?.conditions ?? [] },
  }));
}

/** What the Secret that is mounted holds; undefined while there is none. */
function materialOf({ server }: World, { spec }: Kept<Pod>): Material | undefined {
  const mounted = spec?.volumes?.find(({ secret }) => secret)?.secret?.secretName ?? '';
  const { data } = find(server, SECRETS, mounted) ?? {};
  if (data === undefined) return undefined;
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();
  return {
    certificate: text(SECRET_KEYS.certificate),
    authorities: text(SECRET_KEYS.authorities),
  };
}

const ordinalOf = (name: string): number => podOrdinal(PLACE.name, name) ?? 0;

type Status = NonNullable<Pod['status']>;

function whyNotStart(world: World, pod: Kept<Pod>): Partial<Status> | undefined {
  const { server, capacity } = world;
  const running = all(server, PODS).filter(({ status }) => status?.phase === 'Running').length;
  const fits = pod.status?.phase === 'Running' || running < capacity;
  if (!fits || !schedule(world, pod, ordinalOf(pod.metadata.name))) {
    const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    return { phase: 'Pending', conditions: [unschedulable] };
  }
  if (parseImage(pod.spec?.containers[0]?.image ?? '')?.tag === BAD_TAG) {
    return waiting('ImagePullBackOff');
  }
  const configuration =
    pod.spec?.volumes?.find(({ configMap }) => configMap)?.configMap?.name ?? '';
  const settings = find(server, CONFIG_MAPS, configuration);
  if (settings === undefined) return waiting('CreateContainerConfigError');
  const isBad = Object.values(settings.data ?? {}).some((text) => text.includes(BAD_SETTING));
  return isBad ? { ...waiting('CrashLoopBackOff'), phase: 'Running' } : undefined;
}

const waiting = (reason: string): Partial<Status> => ({
  phase: 'Pending',
  containerStatuses: [
    {
      name: 'meta',
      ready: false,
      restartCount: 0,
      image: '',
      imageID: '',
      state: { waiting: { reason } },
    },
  ],
});

function report({ server }: World, pod: Kept<Pod>, status: Partial<Status>): void {
  update(server, PODS, pod.metadata.name, (each) => ({
    ...each,
    status: { podIP: each.status?.podIP, ...status },
  }));
}

/** Ready is a voter that has a leader. */
function reportReady(world: World, pod: Kept<Pod>): void {
  const { fleet, nowMs } = world;
  const process = fleet.processes.get(pod.metadata.name);
  if (process === undefined) return;
  const { uuid } = process.directory;
  const ready = upOf(fleet, nowMs).has(uuid) && (fleet.health.get(uuid)?.healthy ?? false);
  // Of an older state, that it has an address may be news.
  if (pod.status?.podIP !== process.ip) {
    update(world.server, PODS, pod.metadata.name, (each) => ({
      ...each,
      status: { ...each.status, phase: 'Running', podIP: process.ip },
    }));
  }
  setReady(world, pod, { ready, containersReady: ready });
}

/** @param said whether its containers are ready is kubelet's to say. */
function setReady(
  { server }: World,
  pod: Kept<Pod>,
  said: { readonly ready: boolean; readonly containersReady?: boolean },
): void {
  const { name } = pod.metadata;
  const has = (asked: string): boolean =>
    pod.status?.conditions?.find(({ type }) => type === asked)?.status === 'True';
  const { ready, containersReady = has('ContainersReady') } = said;
  const isSame = ready === has('Ready') && containersReady === has('ContainersReady');
  if (isSame && pod.status?.containerStatuses === undefined) return;
  update(server, PODS, name, (each) => ({
    ...each,
    status: {
      phase: 'Running',
      podIP: each.status?.podIP,
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False' },
        { type: 'ContainersReady', status: containersReady ? 'True' : 'False' },
      ],
    },
  }));
}

function stepVolumes({ server, fleet, chance }: World): void {
  for (const { metadata, spec, status } of all(server, VOLUME_CLAIMS)) {
    if (!chance.kubernetes.chance(0.1)) continue;
    const { name, uid, deletionTimestamp } = metadata;
    const inUse = all(server, PODS).some(
      (pod) =>
        pod.spec?.nodeName !== undefined &&
        volumeName(PLACE.name, ordinalOf(pod.metadata.name)) === name,
    );
    if (deletionTimestamp !== undefined && !inUse) {
      remove(server, VOLUME_CLAIMS, name);
      fleet.directories.delete(uid);
      continue;
    }
    const asked = spec?.resources?.requests?.['storage'];
    if (numberOf(status?.capacity?.['storage']) >= numberOf(asked)) continue;
    update(server, VOLUME_CLAIMS, name, (each) => ({
      ...each,
      status: { ...each.status, capacity: { storage: asked } },
    }));
  }
}
