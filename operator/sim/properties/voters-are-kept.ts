import { PODS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { currentGroup, isHealthySince, votersOf, wasHealthySince } from '../members/fleet.ts';
import { configurationIn, quorumOf } from '../members/group.ts';
import type { Group } from '../members/group.ts';
import type { Mutation } from '../operator/mutation.ts';
import { STANDING } from '../../plan/words.ts';
import type { World } from '../world.ts';
import type { Property } from './property.ts';

/** Kubelet is late with what it says of a pod by so much. */
const READINESS_LAG_MS = 5_000;
/** Times of objects are in whole seconds. */
const SECOND_MS = 1_000;

/**
 * The safety rule: healthy voters are a quorum before and after each step that takes one away. Judged by
 * what is true, but nobody can know what has happened since he looked.
 */
export const votersAreKept: Property = {
  name: 'healthy voters are a quorum',
  judge: (world, mutation) => {
    const group = currentGroup(world.fleet);
    if (group === undefined) return undefined;
    if (mutation.kind === 'delete' && mutation.resource.plural === PODS.plural) {
      return judgeRestart(world, group, mutation.name);
    }
    return mutation.kind === 'change' ? judgeChange(world, mutation) : undefined;
  },
};

function judgeRestart(world: World, group: Group, pod: string): string | undefined {
  const { fleet, lookedMs } = world;
  const process = fleet.processes.get(pod);
  // Of another pod of that name, which Kubernetes does not know any more, it is no restart.
  if (process?.podUid !== find(world.server, PODS, pod)?.metadata.uid) return undefined;
  const uuid = process?.directory.uuid ?? '';
  const voters = votersOf(group);
  const serves = voters.includes(uuid) && isHealthySince(fleet, uuid, lookedMs - READINESS_LAG_MS);
  if (!serves) return undefined;
  const others = voters.filter(
    (each) =>
      each !== uuid && wasHealthySince(fleet, each, lookedMs) && !wasTakenBefore(world, each),
  ).length;
  const needed = voters.length <= 2 ? voters.length - 1 : quorumOf(voters.length);
  return others < needed
    ? `${pod} is taken, and of ${voters.length} ${others} are left`
    : undefined;
}

/** Whether its pod ends as soon as kubelet hears of it, which could be known. */
function wasTakenBefore({ server, fleet, lookedMs }: World, uuid: string): boolean {
  const process = [...fleet.processes.values()].find(({ directory }) => directory.uuid === uuid);
  const { deletionTimestamp } = find(server, PODS, process?.pod ?? '')?.metadata ?? {};
  return deletionTimestamp !== undefined && Date.parse(deletionTimestamp) + SECOND_MS <= lookedMs;
}

function judgeChange(
  { fleet, lookedMs }: World,
  { group, changes }: Extract<Mutation, { kind: 'change' }>,
): string | undefined {
  const removed = changes.flatMap(({ kind }) =>
    kind?.$case === 'remove' ? [kind.value.memberId] : [],
  );
  const promoted = changes.flatMap(({ kind }) =>
    kind?.$case === 'promote' ? [kind.value.memberId] : [],
  );
  const { members } = configurationIn(group);
  const votes = members.filter(({ standing }) => standing === STANDING.VOTER);
  if (!votes.some(({ id }) => removed.includes(id)) && promoted.length === 0) return undefined;
  const after = members.filter(
    ({ id, standing }) =>
      (standing === STANDING.VOTER || promoted.includes(id)) && !removed.includes(id),
  );
  for (const voters of [votes, after]) {
    const healthy = voters.filter(
      ({ id, directory }) => promoted.includes(id) || wasHealthySince(fleet, directory, lookedMs),
    ).length;
    if (healthy < quorumOf(voters.length)) {
      return `of ${voters.length} voters, before or after, ${healthy} are healthy`;
    }
  }
  return undefined;
}
