import { CLUSTERS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { find } from '../kubernetes/api-server.ts';
import { PLACE } from '../world.ts';
import type { World } from '../world.ts';
import type { Mutation } from '../operator/mutation.ts';
import type { Property } from './property.ts';

/** A cache may be behind by so much, which may decide only what can be taken back. */
const LAG_MS = 30_000;

/** While a person repairs by hand, only the status is written, and volumes are kept that are to be kept. */
export const pausedIsLeftAlone: Property = {
  name: 'paused is left alone',
  judge: (world, mutation) => {
    const { server, lookedMs, pausedMs } = world;
    const { paused = false, meta } = find(server, CLUSTERS, PLACE.name)?.spec ?? {};
    const isStatus = mutation.kind === 'apply' && mutation.resource.plural === CLUSTERS.plural;
    if (isStatus || (meta?.storage.onDelete === 'Retain' && isDisowning(world, mutation)))
      return undefined;
    const lagMs = mutation.kind === 'apply' ? LAG_MS : 0;
    return paused && pausedMs + lagMs < lookedMs ? 'spec.paused is true' : undefined;
  },
};

/** Whether nobody owns a volume afterwards that somebody owned. */
function isDisowning({ server }: World, mutation: Mutation): boolean {
  if (mutation.kind !== 'apply' || mutation.resource.plural !== VOLUME_CLAIMS.plural) return false;
  const before = find(server, VOLUME_CLAIMS, mutation.name)?.metadata.ownerReferences ?? [];
  const { metadata = {} } = mutation.object as { readonly metadata?: object };
  return before.length > 0 && !('ownerReferences' in metadata);
}
