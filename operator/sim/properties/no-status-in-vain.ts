import { sameData } from '../../plan/same-data.ts';
import { CLUSTERS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { PLACE } from '../world.ts';
import type { Property } from './property.ts';

/** Each write is seen by all who follow the resource: what is written over itself goes on for ever. */
export const noStatusInVain: Property = {
  name: 'a status is written when it changes',
  judge: ({ server }, mutation) => {
    if (mutation.kind !== 'apply' || mutation.resource.plural !== CLUSTERS.plural) return undefined;
    const { status } = mutation.object as { readonly status?: unknown };
    const before = find(server, CLUSTERS, PLACE.name)?.status;
    return sameData(status, before) ? 'it says so already' : undefined;
  },
};
