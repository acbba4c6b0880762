import type { Index } from '../../raft/ids.ts';
import { lastIndexOf } from '../../raft/log/log.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'leader append-only';

/** A leader never overwrites or deletes entries in its log; it only appends new ones. */
export const leaderAppendOnly: Property = {
  name: NAME,
  source: 'Raft paper §5.3, Figure 3',
  watch() {
    const cores = createPerCore((): { last: Index | undefined } => ({ last: undefined }));
    return (observation) => {
      cores.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { actor, effects, raft } = observation;
      const core = cores.of(actor);
      const { last } = core;
      core.last = lastIndexOf(raft.log);
      if (raft.role.kind !== 'leader' || last === undefined) return;
      const fail = (what: string): never => {
        throw new Violation(NAME, `the leader of term ${raft.hardState.term} ${what}`, [
          actor.directory,
        ]);
      };
      if (core.last < last) fail(`shortened its log from ${last} to ${core.last}`);
      for (const effect of effects) {
        if (effect.kind === 'install') fail(`replaced its log by a snapshot`);
        if (effect.kind !== 'persist') continue;
        const first = effect.entries[0];
        if (first !== undefined && first.index !== last + 1) {
          fail(`whose log ended at ${last} wrote entry ${first.index}`);
        }
      }
    };
  },
};
