import { volumeOrdinal } from '../../api/names.ts';
import { STATEFUL_SETS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import { all, find } from '../kubernetes/api-server.ts';
import { currentGroup, votersOf } from '../members/fleet.ts';
import { PLACE } from '../world.ts';
import type { Property } from './property.ts';

/** A StatefulSet that is too small takes a voter's pod away, and nothing brings it back. */
export const votersHavePods: Property = {
  name: 'voters have pods',
  judge: ({ server, fleet }, mutation) => {
    if (mutation.kind !== 'apply' || mutation.resource.plural !== STATEFUL_SETS.plural) {
      return undefined;
    }
    const group = currentGroup(fleet);
    if (group === undefined) return undefined;
    const before = find(server, STATEFUL_SETS, mutation.name)?.spec?.replicas ?? Infinity;
    const { replicas = 0 } = (mutation.object as { spec?: { replicas?: number } }).spec ?? {};
    // Somebody else may have taken pods away already.
    if (replicas === before) return undefined;
    const voters = votersOf(group);
    for (const { metadata } of all(server, VOLUME_CLAIMS)) {
      const uuid = fleet.directories.get(metadata.uid)?.uuid ?? '';
      const ordinal = volumeOrdinal(PLACE.name, metadata.name) ?? 0;
      if (voters.includes(uuid) && ordinal >= replicas) {
        return `${replicas} pods, and a voter is on ${metadata.name}`;
      }
    }
    return undefined;
  },
};
