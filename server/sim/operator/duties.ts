/** What the operator does unasked: form the cluster, replace who is lost, promote who has caught up. */
import type { Change, Configuration } from '../../raft/membership/configuration.ts';
import { votersOf } from '../../raft/membership/configuration.ts';
import { lostMembers } from './fleet.ts';
import type { Process } from '../world/host.ts';
import { isGone } from '../faults/limits.ts';
import type { Prng } from '../prng.ts';
import type { Draft } from './wishes.ts';
import { add, addVoter, promote, remove } from './wishes.ts';
import type { World } from '../world/world.ts';

/** A learner this close to the commit index has caught up. */
const CLOSE_ENTRIES = 20;

/** Whether the cluster has as many voters as it is to begin with. */
export const isFormed = (world: World, configuration: Configuration): boolean =>
  votersOf(configuration).length >= world.plan.settings.members;

/** Adds the other first voters. */
export function form({ settings }: World['plan'], draft: Draft): readonly Change[] {
  const missing = settings.members - draft.configuration.members.length;
  return Array.from({ length: missing }, () => addVoter(draft, 0, undefined)).flat();
}

/** Replaces members whose directories are gone, in one of two ways. */
export function replace(world: World, draft: Draft, prng: Prng): readonly Change[] {
  const awaited = new Set(draft.aspirants.values());
  const lost = lostMembers(world, draft.configuration).filter(({ id }) => !awaited.has(id));
  if (lost.length === 0) return [];
  world.coverage.administration.memberReplaced += 1;
  const now = prng.chance(0.5);
  return lost.flatMap(({ id, standing, priority }) => {
    if (standing !== 'voter') return [remove(id), ...add(draft, priority)];
    return now
      ? [remove(id), ...addVoter(draft, priority, undefined)]
      : addVoter(draft, priority, id);
  });
}

/** Promotes new members that have caught up, and now and then one that has not. */
export function promoteAspirants(
  world: World,
  { configuration, aspirants }: Draft,
  leader: Process,
  prng: Prng,
): readonly Change[] {
  const { peers, commit } = leader.node.status();
  const changes: Change[] = [];
  for (const [directory, replaces] of aspirants) {
    const member = configuration.members.find((one) => one.directory === directory);
    if (member?.standing !== 'learner' || isGone(world, directory)) {
      aspirants.delete(directory);
      continue;
    }
    const peer = peers.find(({ id }) => id === member.id);
    const close = peer?.state === 'replicate' && peer.match + CLOSE_ENTRIES >= commit;
    if (!close && !prng.chance(0.05)) continue;
    changes.push(promote(member.id));
    if (configuration.members.some(({ id }) => id === replaces) && replaces !== undefined) {
      changes.push(remove(replaces));
    }
  }
  return changes;
}
