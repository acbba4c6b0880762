import type { Entry } from '../../raft/entry.ts';
import type { Index } from '../../raft/ids.ts';
import { placedOf } from '../../raft/raft.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'members go by the last configuration in their log';

/** Where configurations stand in a log, oldest first; undefined before they are known. */
interface Known {
  indexes: Index[] | undefined;
}

/**
 * A member uses the last configuration in its log, committed or not, from the moment it is there,
 * and not a moment longer: one that is cut off or replaced by a snapshot counts no more.
 */
export const followsItsLog: Property = {
  name: NAME,
  source: 'Raft paper §6; Ongaro, dissertation §4.1; openraft#1808',
  watch() {
    const cores = createPerCore((): Known => ({ indexes: undefined }));
    return (observation) => {
      cores.follow(observation);
      if (observation.kind === 'restored' && observation.cause === 'installed') {
        cores.of(observation.actor).indexes = [observation.position.configurationIndex];
      }
      if (observation.kind !== 'stepped') return;
      const { actor, input, effects, raft } = observation;
      const core = cores.of(actor);
      const { index: inForce } = placedOf(raft);
      const { indexes } = core;
      // As the first step leaves it: what a core begins with is not seen.
      if (indexes === undefined) {
        core.indexes = raft.configurations.map(({ index }) => index);
        return;
      }
      for (const effect of effects) if (effect.kind === 'persist') append(indexes, effect.entries);
      // Between the installation of a snapshot and this the log is not what it was.
      if (raft.installing !== undefined && input.kind !== 'installed') return;
      if (indexes.at(-1) === inForce) return;
      throw new Violation(
        NAME,
        `${actor.directory} goes by the configuration at ${inForce}, but the last in its log is at ${indexes.at(-1) ?? 'none'}`,
        [actor.directory],
      );
    };
  },
};

function append(indexes: Index[], entries: readonly Entry[]): void {
  const first = entries[0];
  if (first === undefined) return;
  while ((indexes.at(-1) ?? -1) >= first.index) indexes.pop();
  for (const { index, kind } of entries) if (kind === 'configuration') indexes.push(index);
}
