import type { Index } from '../../raft/ids.ts';
import type { Actor, Observation } from '../observation.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'entries are applied once, in order';

/** How far the state of a directory is. */
interface State {
  incarnation: number;
  /** Applied to the state in memory. */
  applied: Index;
  /** The state on disk was at least here when it was looked at last. */
  restored: Index;
}

/**
 * Upon the state it begins with, a member applies one entry after the other, none left out and none
 * twice. The state on disk never goes back, and an installed snapshot never takes anything away; but
 * for a directory that an older copy was put back into.
 */
export const appliedOnce: Property = {
  name: NAME,
  source: 'Raft paper §5.3; etcd 3.5 data inconsistency post-mortem',
  watch() {
    const states = new Map<string, State>();

    const fail = (actor: Actor, what: string): never => {
      throw new Violation(NAME, `${actor.directory} ${what}`, [actor.directory]);
    };

    const rotted = new Set<string>();

    const restore = (observation: Extract<Observation, { kind: 'restored' }>): void => {
      const { actor, position, cause } = observation;
      const state = states.get(actor.directory);
      if (state !== undefined) {
        // A state that is wrong is replaced by one that may be older.
        if (position.index < state.restored && !rotted.has(actor.directory)) {
          fail(
            actor,
            `began anew at ${position.index}, but its state had been at ${state.restored}`,
          );
        }
        if (cause === 'installed' && position.index < state.applied) {
          fail(
            actor,
            `installed a snapshot of ${position.index} over its state of ${state.applied}`,
          );
        }
      }
      states.set(actor.directory, {
        incarnation: actor.incarnation,
        applied: position.index,
        restored: position.index,
      });
    };

    return (observation) => {
      if (observation.kind === 'rotted') rotted.add(observation.directory);
      if (observation.kind === 'replaced') states.delete(observation.directory);
      else if (observation.kind === 'restored') restore(observation);
      else if (observation.kind === 'applied') {
        const { actor, entry } = observation;
        const state = states.get(actor.directory);
        if (state?.incarnation !== actor.incarnation) {
          fail(actor, `applied entry ${entry.index} to a state it had not read`);
          return;
        }
        if (entry.index !== state.applied + 1) {
          fail(actor, `applied entry ${entry.index} to its state of ${state.applied}`);
        }
        state.applied = entry.index;
      }
    };
  },
};
