import { CLUSTERS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { PLACE } from '../world.ts';
import type { Property } from './property.ts';

/** Recovery loses writes: only a person decides that it is worth it, and for one incident. */
export const recoveryIsWanted: Property = {
  name: 'recovery is wanted',
  judge: ({ server }, mutation) => {
    if (mutation.kind !== 'recover') return undefined;
    const wanted = find(server, CLUSTERS, PLACE.name)?.spec.meta.recovery;
    return wanted?.incident === mutation.incidentId && wanted.member === mutation.directory.memberId
      ? undefined
      : `nobody asked for incident ${mutation.incidentId}`;
  },
};
