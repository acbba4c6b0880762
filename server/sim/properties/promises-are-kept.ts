import { placedOf } from '../../raft/raft.ts';
import { isGranted } from '../evidence/grants.ts';
import type { Observation } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'promises to a leader with a lease are kept';

/**
 * Under leases, a member that has promised its leader to elect nobody grants no vote, and does not
 * stand for election itself, for as long as the leader may rely on it: the election timeout less the
 * margin, across restarts too. A leader that asks for an election takes the promise back.
 */
export const promisesAreKept: Property = {
  name: NAME,
  source: 'Ongaro, dissertation §6.4.1; ARCHITECTURE.md, The core',
  watch() {
    /** By directory: when it promised last, in the time of the run. */
    const promisedAtMs = new Map<string, number>();
    return (observation) => {
      if (observation.kind !== 'stepped') return;
      const { atMs, actor, input, effects, raft } = observation;
      const { directory } = actor;
      if (input.kind === 'message' && input.message.kind === 'timeoutNow') {
        promisedAtMs.delete(directory);
      }
      const since = promisedAtMs.get(directory);
      if (since !== undefined && breaks(observation)) {
        const { electionTimeoutMs, leaseMarginMs } = raft.options;
        if (atMs < since + electionTimeoutMs - leaseMarginMs) {
          throw new Violation(
            NAME,
            `${directory} votes ${Math.round(atMs - since)} ms after it has promised not to`,
            [directory],
          );
        }
      }
      for (const effect of effects) {
        if (effect.kind !== 'send' || effect.message.kind !== 'heartbeatReply') continue;
        if (effect.message.lease) promisedAtMs.set(directory, atMs);
      }
    };
  },
};

/** Whether this step helps somebody into office against a promise, if there is one. */
function breaks({ input, effects, raft }: Extract<Observation, { kind: 'stepped' }>): boolean {
  if (placedOf(raft).configuration.trust !== 'lease') return false;
  if (input.kind === 'message' && input.message.kind === 'vote') {
    return !input.message.transfer && isGranted(effects, input.message.from);
  }
  return effects.some((effect) => effect.kind === 'persist' && effect.hardState?.vote === raft.id);
}
