import { ORIGIN, type Index } from '../../raft/ids.ts';
import { createLeaderCommits } from '../evidence/leader-commits.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'no read from a deposed leader';

/**
 * A read reflects at least everything that any leader had committed before the read was invoked,
 * hence every write acknowledged by then: who serves it was still the leader at some moment later
 * than that.
 */
export const readsAreCurrent: Property = {
  name: NAME,
  source: 'Ongaro, dissertation §6.4',
  watch() {
    const commits = createLeaderCommits();
    let committed = ORIGIN.index;
    const floors = new Map<number, Index>();
    return (observation) => {
      const commit = commits.follow(observation);
      if (commit !== undefined && commit.position.index > committed) {
        committed = commit.position.index;
      }
      switch (observation.kind) {
        case 'invoked':
          if (observation.operation.kind === 'get') floors.set(observation.id, committed);
          return;
        case 'returned': {
          const { id, outcome } = observation;
          const floor = floors.get(id);
          if (floor === undefined) return;
          floors.delete(id);
          if (outcome.kind !== 'ok' || outcome.index >= floor) return;
          throw new Violation(
            NAME,
            `read ${id} was served at index ${outcome.index}, but ${floor} was committed before it was invoked`,
          );
        }
        case 'stepped':
        case 'started':
        case 'stopped':
        case 'applied':
        case 'restored':
        case 'durable':
        case 'replaced':
        case 'changeInvoked':
        case 'changeReturned':
        case 'healed':
        case 'compared':
        case 'rebuilt':
        case 'rotted':
        case 'broker':
        case 'finished':
          return;
      }
    };
  },
};
