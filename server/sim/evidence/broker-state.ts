/** What is kept for brokers, as the log has it: whoever applies an entry first says what it changed. */
import type { Rows } from '../../ports/state-store.ts';
import type { Index } from '../../raft/ids.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { RecordsView } from '../../state/resources/records.ts';
import type { Resource } from '../../state/resources/resource.ts';
import type { Observation } from '../observation.ts';

/** A record as it was and as it is; undefined: it is not there. */
export interface RecordChange<Value> {
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** One entry, and the state before and after it. */
export interface BrokerChange {
  readonly index: Index;
  readonly atMs: number;
  /** Records of a kind that it wrote, in the order in which it wrote them first. */
  readonly of: <Value>(resource: Resource<Value>) => Iterable<RecordChange<Value>>;
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
      of: function* <Value>({ table, codec }: Resource<Value>) {
        const prefix = rowsWith(table, []);
        for (const [key, before] of earlier) {
          if (!key.startsWith(prefix)) continue;
          const after = observation.rows.get(key);
          yield { before: before && codec.decode(before), after: after && codec.decode(after) };
        }
      },
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
