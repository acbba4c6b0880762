import type { Observation } from '../observation.ts';
import type { Operation, OperationResult } from '../clients/operation.ts';

/** An operation that may have taken effect, at one moment between `invoked` and `returned`. */
export interface TimedOperation {
  readonly id: number;
  readonly client: number;
  readonly operation: Operation;
  /** A position in the sequence of all events of the run: unlike clock time, never twice the same. */
  readonly invoked: number;
  /** Infinity when the outcome is unknown: it may take effect at any later time, or never. */
  readonly returned: number;
  /** Undefined also when the outcome is unknown. */
  readonly result: OperationResult;
}

/** Gathers the operations of the clients from what is observed. */
export interface HistoryRecorder {
  record(observation: Observation): void;
  /** Everything invoked so far, in that order; what has not returned, or failed, is as it is then. */
  operations(): readonly TimedOperation[];
}

/** Leaves out what certainly had no effect: failed operations, and reads without a result. */
export function createHistoryRecorder(): HistoryRecorder {
  const operations = new Map<number, TimedOperation>();
  let moment = 0;
  return {
    record(observation) {
      if (observation.kind === 'invoked') {
        const { id, client, operation } = observation;
        moment++;
        operations.set(id, {
          id,
          client,
          operation,
          invoked: moment,
          returned: Infinity,
          result: undefined,
        });
      } else if (observation.kind === 'returned') {
        const { id, outcome } = observation;
        const open = operations.get(id);
        moment++;
        if (open === undefined) return;
        if (outcome.kind === 'failed') operations.delete(id);
        else if (outcome.kind === 'ok') {
          operations.set(id, { ...open, returned: moment, result: outcome.result });
        }
      }
    },
    operations: () =>
      [...operations.values()].filter(
        ({ operation, returned }) => returned !== Infinity || operation.kind !== 'get',
      ),
  };
}
