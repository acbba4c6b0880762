/** What a write of the state puts, and what becomes of the keys. */
import type { Rows, StatePosition } from '../../ports/state-store.ts';
import { invariant } from '../../raft/invariant.ts';
import { addKey, deleteKey, hasKey } from './key-index.ts';
import type { Operation } from './level.ts';
import { encodePosition, positionKey } from './position-record.ts';
import { encodeRow } from './row-record.ts';
import type { StateBody } from './state-body.ts';

export interface StateChange {
  readonly operations: readonly Operation[];
  /** Brings what is in memory in line, once the operations are on disk. */
  commit(): void;
}

/** Rows, and the position they bring the state to, as one batch. */
export function stateChange(body: StateBody, rows: Rows, position: StatePosition): StateChange {
  const { keys } = body;
  const operations: Operation[] = [];
  const added: string[] = [];
  const deleted: string[] = [];
  for (const [key, value] of rows) {
    // Two keys with lone surrogates could have the same UTF-8.
    invariant(key.isWellFormed(), 'the key of a row is well-formed', { key });
    const isThere = hasKey(keys, key);
    if (value !== undefined) {
      if (!isThere) added.push(key);
      operations.push({ type: 'put', key: Buffer.from(key), value: encodeRow(key, value) });
    } else if (isThere) {
      deleted.push(key);
      operations.push({ type: 'del', key: Buffer.from(key) });
    }
  }
  const revision = body.revision + 1;
  const count = keys.size + added.length - deleted.length;
  operations.push(...positionOperations(revision, position, count));
  return {
    operations,
    commit: () => {
      for (const key of added) addKey(keys, key);
      for (const key of deleted) deleteKey(keys, key);
      body.revision = revision;
      body.position = position;
    },
  };
}

/** Puts the position under its revision, in place of the one before. */
export function positionOperations(
  revision: number,
  position: StatePosition,
  rows: number,
): Operation[] {
  const key = positionKey(revision);
  const put: Operation = { type: 'put', key, value: encodePosition(key, { position, rows }) };
  return revision === 1 ? [put] : [put, { type: 'del', key: positionKey(revision - 1) }];
}
