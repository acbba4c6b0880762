import { podOrdinal } from '../../api/names.ts';
import { STANDING } from '../../plan/words.ts';
import { VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { all } from '../kubernetes/api-server.ts';
import { currentGroup, directoriesOn, votersOf } from '../members/fleet.ts';
import { configurationIn } from '../members/group.ts';
import { clusterOf } from '../person/spec.ts';
import { PLACE } from '../world.ts';
import type { World } from '../world.ts';
import type { Property } from './property.ts';

/** What fails twice is not healed by a third volume: then a person is asked. */
export const oneFreshAttempt: Property = {
  name: 'one fresh attempt',
  judge: (world, mutation) => {
    if (mutation.kind !== 'change') return undefined;
    const { fleet, givenUp } = world;
    const learners = configurationIn(mutation.group).members.filter(
      ({ standing }) => standing === STANDING.LEARNER,
    );
    for (const { kind } of mutation.changes) {
      if (kind?.$case !== 'remove') continue;
      const learner = learners.find(({ id }) => id === kind.value.memberId);
      const process = [...fleet.processes.values()].find(
        ({ directory }) => directory.stuck && directory.uuid === learner?.directory,
      );
      if (learner === undefined || process === undefined || !isWanted(world, process.pod)) continue;
      const before = givenUp.get(process.pod);
      if (before !== undefined && before !== learner.directory && !isVoterLost(world)) {
        return `${before} in ${process.pod} was given up, and so is ${learner.directory}`;
      }
      givenUp.set(process.pod, learner.directory);
    }
    return undefined;
  },
};

/** Then a learner that is of no use makes way, however often. */
function isVoterLost({ fleet, server }: World): boolean {
  const group = currentGroup(fleet);
  const there = new Set(directoriesOn(fleet, all(server, VOLUME_CLAIMS)).map(({ uuid }) => uuid));
  return group !== undefined && votersOf(group).some((uuid) => !there.has(uuid));
}

/** Attempts count anew once a pod has a voter, is not wanted, or nobody can remember. */
export function forgetAttempts(world: World): void {
  const { givenUp, fleet } = world;
  if (givenUp.size === 0) return;
  if (clusterOf(world)?.status === undefined) givenUp.clear();
  const group = currentGroup(fleet);
  const voters = group === undefined ? [] : votersOf(group);
  for (const pod of givenUp.keys()) {
    const votes = voters.includes(fleet.processes.get(pod)?.directory.uuid ?? '');
    if (votes || !isWanted(world, pod)) givenUp.delete(pod);
  }
}

const isWanted = (world: World, pod: string): boolean =>
  (podOrdinal(PLACE.name, pod) ?? 0) < (clusterOf(world)?.spec.meta.replicas ?? 0);
