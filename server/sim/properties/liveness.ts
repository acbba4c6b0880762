import { Violation, type Property } from './property.ts';

const NAME = 'liveness after healing';

/**
 * Once all faults are over, within the time the run allows for it, there is one leader, every
 * running member has applied the same, and a write and a read succeed. In particular no run ends
 * without having been healed.
 */
export const liveness: Property = {
  name: NAME,
  source: 'Raft paper §5.6; Ongaro, dissertation §9.3',
  watch() {
    return (observation) => {
      if (observation.kind !== 'finished' || observation.converged) return;
      throw new Violation(NAME, `the cluster did not converge: ${observation.why}`);
    };
  },
};
