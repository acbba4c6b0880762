import { VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { groupWith } from '../members/fleet.ts';
import type { Property } from './property.ts';

/** What is on a volume is a member as long as a configuration says so, whether it runs or not. */
export const volumesOfMembersAreKept: Property = {
  name: 'volumes of members are kept',
  judge: ({ server, fleet }, mutation) => {
    if (mutation.kind !== 'delete' || mutation.resource.plural !== VOLUME_CLAIMS.plural) {
      return undefined;
    }
    const uid = find(server, VOLUME_CLAIMS, mutation.name)?.metadata.uid ?? '';
    const directory = fleet.directories.get(uid);
    const group = directory && groupWith(fleet, directory.uuid);
    return group && `${directory.uuid} on ${mutation.name} is a member of ${group.id}`;
  },
};
