/** Everything a store holds, to compare what was written with what is found. */
import type { LogStore, StoredLog } from '../../../ports/log-store.ts';
import type { Done } from '../../../ports/outcome.ts';
import type { StatePosition, StateStore } from '../../../ports/state-store.ts';
import { EMPTY_CONFIGURATION } from '../../../raft/membership/configuration.ts';
import type { Entry } from '../../../raft/entry.ts';
import { toIndex, toTerm } from '../../../raft/ids.ts';
import type { LogPosition } from '../../../raft/ids.ts';
import type { SnapshotPosition } from '../../../raft/snapshot-position.ts';

/** The value of a call that must succeed. */
export const valueOf = <Value>(call: (done: Done<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) => {
    call((outcome) => {
      if (outcome.ok) resolve(outcome.value);
      else reject(outcome.error);
    });
  });

/** A call without a value that must succeed. */
export const completes = (call: (done: Done<void>) => void): Promise<void> => valueOf(call);

export const positionOf = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

export const entryOf = (index: number, term: number, data = `${index} of ${term}`): Entry => ({
  ...positionOf(index, term),
  kind: 'command',
  data: Buffer.from(data),
});

export const snapshotPositionOf = (index: number, term = 1): SnapshotPosition => ({
  ...positionOf(index, term),
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: toIndex(0),
});

export interface LogContent {
  readonly stored: StoredLog;
  readonly entries: readonly string[];
}

/** Opens a log and reads all of it; leaves it open. */
export async function openLog(log: LogStore): Promise<LogContent> {
  const stored = await valueOf<StoredLog>((done) => log.open(done));
  const entries: string[] = [];
  for (let after = stored.base.index; after < stored.last;) {
    const piece = await valueOf<readonly Entry[]>((done) => log.read(after, 1 << 20, done));
    for (const { index, term, kind, data } of piece) {
      entries.push(`${index} ${term} ${kind} ${Buffer.from(data).toString()}`);
      after = index;
    }
  }
  return { stored, entries };
}

export interface StateContent {
  readonly position: StatePosition;
  readonly rows: Readonly<Record<string, string>>;
}

/** Opens a state and reads all of it, each row on both ways; leaves it open. */
export async function openState(state: StateStore): Promise<StateContent> {
  const position = await valueOf<StatePosition>((done) => state.open(done));
  return { position, rows: rowsOf(state) };
}

export function rowsOf(state: StateStore): Record<string, string> {
  const rows: Record<string, string> = {};
  for (const [key, value] of state.range('')) {
    if (!Buffer.from(value).equals(state.get(key) ?? Buffer.alloc(0))) throw new Error(key);
    rows[key] = Buffer.from(value).toString();
  }
  return rows;
}

/** Rows to write, of an object. */
export const toRows = (
  object: Readonly<Record<string, string | undefined>>,
): Map<string, Uint8Array | undefined> =>
  new Map(
    Object.entries(object).map(([key, value]) => [
      key,
      value === undefined ? undefined : Buffer.from(value),
    ]),
  );
