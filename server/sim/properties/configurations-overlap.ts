import { Violation, type Property } from './property.ts';
import { quorumsOverlap } from '../evidence/voters.ts';

const NAME = 'consecutive configurations overlap';

/**
 * Every quorum of a configuration shares a voter with every quorum of the one before it in the log:
 * so no two can decide differently, whichever of the two their members know. Only the leader's
 * appends are looked at; other logs get theirs from it.
 */
export const configurationsOverlap: Property = {
  name: NAME,
  source: 'Raft paper §6; Ongaro, dissertation §4.1, §4.3',
  watch() {
    return (observation) => {
      if (observation.kind !== 'stepped' || observation.raft.role.kind !== 'leader') return;
      const { actor, effects, raft } = observation;
      for (const effect of effects) {
        if (effect.kind !== 'persist') continue;
        for (const entry of effect.entries) {
          if (entry.kind !== 'configuration') continue;
          const at = raft.configurations.findIndex(({ index }) => index === entry.index);
          const before = raft.configurations[at - 1];
          const placed = raft.configurations[at];
          if (before === undefined || placed === undefined) continue;
          if (quorumsOverlap(before.configuration, placed.configuration)) continue;
          throw new Violation(
            NAME,
            `the configurations at ${before.index} and ${placed.index} have quorums without a common voter`,
            [actor.directory],
          );
        }
      }
    };
  },
};
