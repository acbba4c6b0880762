import { VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { all } from '../kubernetes/api-server.ts';
import { directoriesOn } from '../members/fleet.ts';
import type { Property } from './property.ts';

/** A second cluster under the same resource would hold half of the metadata. */
export const oneBootstrap: Property = {
  name: 'one bootstrap',
  judge: ({ fleet, server }, mutation) => {
    if (mutation.kind !== 'bootstrap') return undefined;
    // Of a volume that Kubernetes does not know any more, nobody can tell.
    const [member] = directoriesOn(fleet, all(server, VOLUME_CLAIMS)).filter(
      ({ group }) => group !== undefined,
    );
    if (member !== undefined) return `${member.uuid} is a member already`;
    const [founder] = fleet.founded;
    return founder && `${founder} has begun a cluster before`;
  },
};
