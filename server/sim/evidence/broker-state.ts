/** What is kept for brokers, as the log has it: whoever applies an entry first says what it changed. */
import type { Rows } from '../../ports/state-store.ts';
import type { Index } from '../../raft/ids.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { RecordsView } from '../../state/resources/records.ts';
import type { Observation } from '../observation.ts';

/** One entry, and the state before and after it. */
export interface BrokerChange {
  readonly index: Index;
  readonly atMs: number;
  /** Keys of rows that it changed. */
  readonly changed: readonly string[];
  readonly before: (key: string) => Uint8Array | undefined;
  readonly rows: ReadonlyMap<string, Uint8Array>;
  readonly records: RecordsView;
}

/** Takes observations in order; returns what an entry changed when it is seen for the first time. */
export function createBrokerState(): (observation: Observation) => BrokerChange | undefined {
  const rows = new Map<string, Uint8Array>();
  let appliedTo = 0;
  const records = viewRecords(
    (key) => rows.get(key),
    (prefix) =>
      [...rows].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return (observation) => {
    if (observation.kind !== 'applied' || observation.entry.index <= appliedTo) return undefined;
    const { entry, atMs } = observation;
    appliedTo = entry.index;
    if (observation.rows.size === 0) return undefined;
    const earlier = put(rows, observation.rows);
    return {
      ...{ index: entry.index, atMs, rows, records },
      changed: [...earlier.keys()],
      before: (key) => earlier.get(key),
    };
  };
}

/** @returns what there was in their place. */
function put(rows: Map<string, Uint8Array>, changes: Rows): Map<string, Uint8Array | undefined> {
  const earlier = new Map<string, Uint8Array | undefined>();
  for (const [key, value] of changes) {
    earlier.set(key, rows.get(key));
    if (value === undefined) rows.delete(key);
    else rows.set(key, value);
  }
  return earlier;
}
