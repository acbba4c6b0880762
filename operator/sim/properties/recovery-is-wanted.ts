import { CLUSTERS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { groupWith, votersOf } from '../members/fleet.ts';
import { furthest } from '../members/group.ts';
import type { Directory } from '../members/directory.ts';
import { PLACE } from '../world.ts';
import type { World } from '../world.ts';
import type { Property } from './property.ts';

/** Recovery loses writes: only a person decides that it is worth it, for one incident, and as few as can be. */
export const recoveryIsWanted: Property = {
  name: 'recovery is wanted',
  judge: (world, mutation) => {
    if (mutation.kind !== 'recover') return undefined;
    const { incidentId, directory } = mutation;
    const wanted = find(world.server, CLUSTERS, PLACE.name)?.spec.meta.recovery;
    if (wanted?.incident !== incidentId || wanted.member !== directory.memberId) {
      return `nobody asked for incident ${incidentId}`;
    }
    if (world.fleet.recovered.has(incidentId)) return `incident ${incidentId} is over`;
    const ahead = survivorsOf(world, directory).find((other) => furthest(other, directory) < 0);
    return ahead && `member ${ahead.memberId} has more than member ${directory.memberId}`;
  },
};

/** Voters of its cluster that the operator could ask when it looked last. */
function survivorsOf({ fleet, lookedMs }: World, directory: Directory): readonly Directory[] {
  const group = groupWith(fleet, directory);
  const voters = group === undefined ? [] : votersOf(group);
  return [...fleet.processes.values()]
    .filter(({ opensMs }) => opensMs <= lookedMs)
    .map((process) => process.directory)
    .filter(({ uuid }) => voters.includes(uuid) && !fleet.unreachable.has(uuid));
}
