import { CLUSTERS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { PLACE } from '../world.ts';
import type { Property } from './property.ts';

/** A cache may be behind by so much. */
const LAG_MS = 30_000;

/** While a person repairs by hand, only the status is written. */
export const pausedIsLeftAlone: Property = {
  name: 'paused is left alone',
  judge: ({ server, lookedMs, pausedMs }, mutation) => {
    const paused = find(server, CLUSTERS, PLACE.name)?.spec.paused ?? false;
    const isStatus = mutation.kind === 'apply' && mutation.resource.plural === CLUSTERS.plural;
    return paused && !isStatus && pausedMs + LAG_MS < lookedMs ? 'spec.paused is true' : undefined;
  },
};
