/** What a person does once nothing fails any more and the operator asks for help: what its messages say. */
import type { StatusCondition } from '../../api/condition.ts';
import { podName, volumeName } from '../../api/names.ts';
import { PODS, STORAGE_CLASSES, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { all, remotelyDelete, update } from '../kubernetes/api-server.ts';
import { STORAGE_CLASS } from '../kubernetes/stateful-set-controller.ts';
import type { World } from '../world.ts';
import { currentGroup } from '../members/fleet.ts';
import { note, PLACE, violate } from '../world.ts';
import { clusterOf, consent, forgetCluster, recreate } from './spec.ts';

const stallOf = (world: World): StatusCondition | undefined =>
  clusterOf(world)?.status?.conditions?.find(
    ({ type, status }) => type === 'Stalled' && status === 'True',
  );

/** Has the member replaced whose volume is on a node that is gone; whether there is one. */
export function giveUpVolume(world: World): boolean {
  const stalled = stallOf(world);
  return stalled?.reason === 'VolumeLost' && deleteNamed(world, stalled.message);
}

/** Follows the reason of the condition Stalled; whether there was something to do. */
export function followRunbook(world: World): boolean {
  const stalled = stallOf(world);
  switch (stalled?.reason) {
    case 'QuorumLost':
    case 'RecoveryRefused':
      if (!/no pod holds a member|no member is left/.test(stalled.message)) return consent(world);
      believe(world, stalled.message);
      startAgain(world);
      return true;
    case 'OtherCluster':
      // An older state names the cluster of then, and the one of now serves.
      if (!world.restored) believe(world, stalled.message);
      forgetCluster(world);
      return true;
    case 'BootstrapTargetLost':
    case 'BootstrapRefused':
      startAgain(world);
      return true;
    case 'ForeignMember':
    case 'MemberBroken':
    case 'LearnerStuck':
    case 'VolumeLost':
      return deleteNamed(world, stalled.message);
    case 'VolumeNotExpandable':
      return deleteNamed(world, stalled.message) || letGrow(world);
    case undefined:
    default:
      return false;
  }
}

/** Whoever is told so gives a cluster up: one that is led, or that was another resource's, is none to speak of. */
function believe(world: World, message: string): void {
  if (world.anew === clusterOf(world)?.metadata.uid && world.fleet.founded.length === 0) {
    violate(world, 'a new resource begins a cluster', message);
  }
  const leader = currentGroup(world.fleet)?.leader;
  if (leader === undefined) return;
  violate(world, 'a leader is known', `${message}, but ${leader} leads`);
}

/** The command in a message, `kubectl delete pvc … and pod …`, or all of it when none is named. */
function deleteNamed(world: World, message: string): boolean {
  for (let ordinal = 0; ordinal < 10; ordinal += 1) {
    const pod = podName(PLACE.name, ordinal);
    if (!message.includes(pod)) continue;
    note(world, `a person deletes volume and pod ${ordinal}`);
    remotelyDelete(world.server, VOLUME_CLAIMS, volumeName(PLACE.name, ordinal));
    remotelyDelete(world.server, PODS, pod);
    return true;
  }
  return false;
}

/** Where nobody can do without a volume. */
function letGrow({ server }: World): boolean {
  update(server, STORAGE_CLASSES, STORAGE_CLASS, (each) => ({
    ...each,
    allowVolumeExpansion: true,
  }));
  return true;
}

/** Everything is lost: another cluster takes its place. */
function startAgain(world: World): void {
  note(world, 'a person deletes the resource and all volumes, and begins anew');
  for (const { metadata } of all(world.server, VOLUME_CLAIMS)) {
    remotelyDelete(world.server, VOLUME_CLAIMS, metadata.name);
  }
  for (const { metadata } of all(world.server, PODS))
    remotelyDelete(world.server, PODS, metadata.name);
  world.fleet.groups.clear();
  recreate(world, clusterOf(world)?.spec.meta.replicas ?? 1);
}
