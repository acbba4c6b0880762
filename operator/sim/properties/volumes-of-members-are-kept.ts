import { CLUSTERS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { isNodeLost } from '../kubernetes/nodes.ts';
import { currentGroup, groupWith } from '../members/fleet.ts';
import { PLACE } from '../world.ts';
import type { Property } from './property.ts';

/**
 * What is on a volume is a member as long as a configuration says so, whether it runs or not. Unless its
 * node is gone, nobody leads, and a person has asked for a recovery.
 */
export const volumesOfMembersAreKept: Property = {
  name: 'volumes of members are kept',
  judge: ({ server, fleet, lookedMs, nodesBackMs }, mutation) => {
    if (mutation.kind !== 'delete' || mutation.resource.plural !== VOLUME_CLAIMS.plural) {
      return undefined;
    }
    const claim = find(server, VOLUME_CLAIMS, mutation.name);
    const directory = fleet.directories.get(claim?.metadata.uid ?? '');
    const group = directory && groupWith(fleet, directory);
    const { spec, status } = find(server, CLUSTERS, PLACE.name) ?? {};
    const consented =
      status?.incident !== undefined &&
      status.incident.id === spec?.meta.recovery?.incident &&
      // Once it was recovered from, a consent is used up, whatever an older state says.
      !fleet.recovered.has(status.incident.id);
    // Nobody can know that it came back since he looked.
    const wasLost = claim && (isNodeLost(server, claim) || nodesBackMs >= lookedMs);
    if (wasLost && consented && !currentGroup(fleet)?.leader) return undefined;
    return group && `${directory.uuid} on ${mutation.name} is a member of ${group.id}`;
  },
};
