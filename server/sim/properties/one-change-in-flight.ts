import { Violation, type Property } from '../property.ts';

const NAME = 'one configuration change in flight';

/**
 * A leader appends a configuration only when all those before it are committed: what follows from
 * two quorums overlapping holds between neighbours only.
 */
export const oneChangeInFlight: Property = {
  name: NAME,
  source: 'Ongaro, dissertation §4.1; Raft paper §6',
  watch() {
    return (observation) => {
      if (observation.kind !== 'stepped' || observation.raft.role.kind !== 'leader') return;
      const { actor, effects, raft } = observation;
      for (const effect of effects) {
        if (effect.kind !== 'persist') continue;
        for (const entry of effect.entries) {
          if (entry.kind !== 'configuration') continue;
          const open = raft.configurations.find(
            ({ index }) => index > raft.commit && index < entry.index,
          );
          if (open === undefined) continue;
          throw new Violation(
            NAME,
            `${actor.directory} appended a configuration at ${entry.index} while the one at ${open.index} was not committed (commit ${raft.commit})`,
            [actor.directory],
          );
        }
      }
    };
  },
};
