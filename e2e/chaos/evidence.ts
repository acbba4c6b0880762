/** What a run leaves behind, from which alone it is judged; kept as a file when it is found wanting. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { TimedOperation } from '../../server/sim/linearizability/history.ts';

/** The state of a member after everything was healed. */
export interface MemberState {
  readonly name: string;
  readonly appliedIndex: number;
  /** Values by row. */
  readonly rows: ReadonlyMap<string, string>;
}

export interface Evidence {
  readonly seed: number;
  /** Operations on keys that many clients use; returned Infinity: nobody knows what became of it. */
  readonly operations: readonly TimedOperation[];
  /** Writes of keys that are written once, by key, that were acknowledged. */
  readonly acknowledged: ReadonlyMap<string, string>;
  readonly states: readonly MemberState[];
  /** What members said or did that no fault explains. */
  readonly accidents: readonly string[];
  /** Why the members did not come together again once all that was done to them was over. */
  readonly unhealed: readonly string[];
  /** Faults that should have struck and never did: a run without them shows nothing. */
  readonly missing: readonly string[];
  /** What was done to the cluster, in its order. */
  readonly events: readonly string[];
}

/** JSON knows neither maps nor Infinity. */
const MAP = '$map';
const FOREVER = '$forever';

export function saveEvidence(file: string, evidence: Evidence): void {
  const text = JSON.stringify(evidence, (_, value: unknown) => {
    if (value instanceof Map) return { [MAP]: [...(value as Map<unknown, unknown>)] };
    return value === Infinity ? FOREVER : value;
  });
  writeFileSync(file, text);
}

/** What `saveEvidence` has written. */
export function loadEvidence(file: string): Evidence {
  const loaded = JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) => {
    if (value === FOREVER) return Infinity;
    if (typeof value !== 'object' || value === null || !(MAP in value)) return value;
    return new Map(value[MAP] as Iterable<[unknown, unknown]>);
  }) as Evidence;
  // JSON leaves out what is undefined.
  const operations = loaded.operations.map((each) => ({ ...each, result: each.result }));
  return { ...loaded, operations };
}
