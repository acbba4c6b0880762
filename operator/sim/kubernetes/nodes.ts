/** Nodes, the scheduler, and volumes that can be used on one node alone. */
import { volumeName } from '../../api/names.ts';
import { NODES, PODS, VOLUME_CLAIMS, VOLUMES } from '../../resources/kinds.ts';
import type { PersistentVolumeClaim, Pod } from '../../resources/kubernetes.ts';
import type { Prng } from '../../../server/sim/prng.ts';
import { endProcess } from '../members/fleet.ts';
import { note, PLACE } from '../world.ts';
import type { World } from '../world.ts';
import { all, create, find, remove, update } from './api-server.ts';
import type { ApiServer, Kept } from './api-server.ts';

const NAMES = ['node-1', 'node-2', 'node-3'] as const;
const HOSTNAME = 'kubernetes.io/hostname';

/** What volumes know a node by: as in some clouds, not its name. */
const hostOf = (node: string): string => `host-of-${node}`;

/** All nodes are there, for the first time or again. */
export function bringNodes({ server }: World): void {
  for (const name of NAMES) {
    if (find(server, NODES, name)) continue;
    create(server, NODES, name, { metadata: { labels: { [HOSTNAME]: hostOf(name) } } });
  }
}

/** Most nodes are switched off, and Kubernetes is told that they are gone. */
export function loseNodes(world: World, prng: Prng): void {
  const kept = prng.pick(NAMES);
  lose(world, new Set(NAMES.filter((name) => name !== kept && prng.chance(0.9))));
}

/** One that has pods, where there is one; its machine may be on, and end them once they are deleted. */
export function loseNode(world: World, prng: Prng): void {
  const used = new Set(all(world.server, PODS).map(({ spec }) => spec?.nodeName));
  const [name = prng.pick(NAMES)] = NAMES.filter((each) => used.has(each));
  lose(world, new Set([name]), prng.chance(0.5));
}

function lose(world: World, lost: ReadonlySet<string>, isOn = false): void {
  const { server, fleet } = world;
  note(world, `${[...lost].join(', ')} are gone${isOn ? ', and their machines are on' : ''}`);
  for (const { metadata, spec } of all(server, PODS)) {
    if (!isOn && lost.has(spec?.nodeName ?? '')) endProcess(fleet, metadata.name);
  }
  for (const name of lost) remove(server, NODES, name);
}

/** Some nodes are reached by nobody but each other: what runs on them goes on. */
export function cutNodesOff(world: World, prng: Prng): void {
  const { server, fleet, cutOff, nowMs } = world;
  const untilMs = nowMs + prng.spread(10_000, 120_000);
  for (const name of NAMES) if (prng.chance(0.6)) cutOff.set(name, untilMs);
  note(world, `${[...cutOff.keys()].join(', ')} are cut off`);
  for (const { metadata, spec } of all(server, PODS)) {
    const directory = fleet.processes.get(metadata.name)?.directory;
    if (directory === undefined || !isCutOff(world, spec?.nodeName)) continue;
    fleet.unreachable.set(directory.uuid, untilMs);
  }
}

/** Whether the API server hears nothing of a node that it knows. */
export const isCutOff = ({ cutOff, nowMs }: World, node = ''): boolean =>
  (cutOff.get(node) ?? 0) > nowMs;

/** Whether a pod was given to a node that is gone. */
export const isStranded = ({ server }: World, { spec }: Kept<Pod>): boolean =>
  spec?.nodeName !== undefined && find(server, NODES, spec.nodeName) === undefined;

/** Whether a volume can be used only on a node that is gone. */
export function isNodeLost(server: ApiServer, { spec }: PersistentVolumeClaim): boolean {
  const node = nodeOf(server, spec?.volumeName);
  return node !== undefined && find(server, NODES, node) === undefined;
}

function nodeOf(server: ApiServer, volume: string | undefined): string | undefined {
  const { required } = find(server, VOLUMES, volume ?? '')?.spec?.nodeAffinity ?? {};
  const host = required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values?.[0];
  return NAMES.find((name) => hostOf(name) === host);
}

/**
 * Gives a pod to a node where its volume is, or can be made: of those to the one with the fewest others;
 * whether it has one.
 */
export function schedule(world: World, pod: Kept<Pod>, ordinal: number): boolean {
  const { server } = world;
  if (pod.spec?.nodeName !== undefined) return true;
  const claim = find(server, VOLUME_CLAIMS, volumeName(PLACE.name, ordinal));
  if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return false;
  const pinned = nodeOf(server, claim.spec?.volumeName);
  const pods = all(server, PODS);
  const podsOn = (node: string): number =>
    pods.filter(({ spec }) => spec?.nodeName === node).length;
  const [nodeName] = all(server, NODES)
    .map(({ metadata }) => metadata.name)
    .filter((name) => (pinned === undefined || name === pinned) && !isCutOff(world, name))
    .sort((a, b) => podsOn(a) - podsOn(b));
  if (nodeName === undefined) return false;
  if (claim.spec?.volumeName === undefined) bind(world, claim, nodeName);
  update(server, PODS, pod.metadata.name, (each) => ({
    ...each,
    spec: { ...each.spec, nodeName },
  }));
  return true;
}

function bind({ server, pinned }: World, claim: Kept<PersistentVolumeClaim>, node: string): void {
  const name = `pv-${claim.metadata.uid}`;
  const expression = { key: HOSTNAME, operator: 'In', values: [hostOf(node)] };
  const required = { nodeSelectorTerms: [{ matchExpressions: [expression] }] };
  create(server, VOLUMES, name, { spec: pinned ? { nodeAffinity: { required } } : {} });
  update(server, VOLUME_CLAIMS, claim.metadata.name, (each) => ({
    ...each,
    spec: { ...each.spec, volumeName: name },
    status: { ...each.status, phase: 'Bound' },
  }));
}
