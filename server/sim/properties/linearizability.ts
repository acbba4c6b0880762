import { createHistoryRecorder } from '../linearizability/history.ts';
import { checkLinearizability } from '../linearizability/linearizability.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'linearizability';

/** Clients cannot tell the cluster from one map that does one operation after another. */
export const linearizability: Property = {
  name: NAME,
  source: 'Herlihy and Wing 1990; Raft paper §8',
  watch() {
    const history = createHistoryRecorder();
    return (observation) => {
      history.record(observation);
      if (observation.kind !== 'finished') return;
      const verdict = checkLinearizability(history.operations());
      switch (verdict.kind) {
        case 'linearizable':
          return;
        case 'violated':
          throw new Violation(NAME, verdict.explanation);
        case 'undecided':
          throw new Violation(
            NAME,
            `undecided for key ${verdict.key} after ${verdict.steps} steps`,
          );
      }
    };
  },
};
