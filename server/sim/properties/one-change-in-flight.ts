import { Violation, type Property } from './property.ts';

const NAME = 'one configuration change in flight';

/**
 * A leader appends a configuration only when all those before it are committed: what follows from
 * two quorums overlapping holds between neighbours only. And it takes a change only when an entry of
 * its own term is committed, for until then a predecessor's change may still surface.
 */
export const oneChangeInFlight: Property = {
  name: NAME,
  source:
    'Ongaro, dissertation §4.1; Raft paper §6; Ongaro, “bug in single-server membership changes”, raft-dev 2015',
  watch() {
    return (observation) => {
      if (observation.kind !== 'stepped' || observation.raft.role.kind !== 'leader') return;
      const { actor, input, effects, raft } = observation;
      const { firstIndex } = observation.raft.role;
      for (const effect of effects) {
        if (effect.kind !== 'persist') continue;
        for (const entry of effect.entries) {
          if (entry.kind !== 'configuration') continue;
          const open = raft.configurations.find(
            ({ index }) => index > raft.commit && index < entry.index,
          );
          const early = input.kind === 'change' && raft.commit < firstIndex;
          if (open === undefined && !early) continue;
          const why =
            open === undefined
              ? 'no entry of its term'
              : `not even the configuration at ${open.index}`;
          throw new Violation(
            NAME,
            `${actor.directory} appended a configuration at ${entry.index} while ${why} was committed (commit ${raft.commit})`,
            [actor.directory],
          );
        }
      }
    };
  },
};
