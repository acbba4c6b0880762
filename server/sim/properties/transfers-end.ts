import type { MemberId, Term } from '../../raft/ids.ts';
import { createPerCore } from '../evidence/per-core.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'transfers belong to one term and end';

/** The transfer a leader was seen with last. */
interface Known {
  term: Term | undefined;
  to: MemberId | undefined;
  /** Tells it from the next one to the same member. */
  deadlineMs: number | undefined;
  sinceMs: number;
}

/**
 * A leader that has begun no transfer in its term refuses nothing because of one: the flag does
 * not outlive a step-down. And a transfer that has not succeeded within an election timeout is given
 * up, so that a lost target does not block writes for ever.
 */
export const transfersEnd: Property = {
  name: NAME,
  source: 'Ongaro, dissertation §3.10; hashicorp/raft#696',
  watch() {
    const cores = createPerCore((): Known => ({
      term: undefined,
      to: undefined,
      deadlineMs: undefined,
      sinceMs: 0,
    }));
    return (observation) => {
      cores.follow(observation);
      if (observation.kind !== 'stepped') return;
      const { actor, input, effects, raft } = observation;
      const { role } = raft;
      const known = cores.of(actor);
      const fail = (what: string): never => {
        throw new Violation(NAME, `${actor.directory} ${what}`, [actor.directory]);
      };
      if (role.kind !== 'leader') {
        known.term = undefined;
        known.to = undefined;
        return;
      }
      const { term } = raft.hardState;
      const { transfer } = role;
      if (known.term !== term) {
        known.term = term;
        known.to = undefined;
        if (transfer !== undefined || role.leaseForfeited) {
          fail(`began to lead term ${term} in the middle of a transfer`);
        }
      }
      for (const effect of effects) {
        if (effect.kind !== 'refuse' || effect.refusal.reason !== 'transferring') continue;
        if (known.to === undefined && transfer === undefined) {
          fail(`refused a ${effect.what} because of a transfer that it has not begun`);
        }
      }
      if (transfer?.to !== known.to || transfer?.deadlineMs !== known.deadlineMs) {
        known.to = transfer?.to;
        known.deadlineMs = transfer?.deadlineMs;
        known.sinceMs = raft.nowMs;
      }
      const tookMs = raft.nowMs - known.sinceMs;
      if (
        input.kind === 'tick' &&
        known.to !== undefined &&
        tookMs > raft.options.electionTimeoutMs
      ) {
        fail(`has been transferring leadership to member ${known.to} for ${Math.round(tookMs)} ms`);
      }
    };
  },
};
