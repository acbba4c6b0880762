/** What a write of the state puts, and what becomes of the keys. */
import { addRow, copyRowsHash, removeRow } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import type { Rows, StatePosition } from '../../ports/state-store.ts';
import { invariant } from '../../raft/invariant.ts';
import { addKey, checksumOf, deleteKey } from './key-index.ts';
import type { ChecksumPlace } from './key-index.ts';
import type { Operation } from './level.ts';
import { encodePosition, positionKey } from './position-record.ts';
import { checksumOfRecord, encodeRow } from './row-record.ts';
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
  const hash = copyRowsHash(body.hash);
  const replaced: (readonly [place: ChecksumPlace, checksum: number])[] = [];
  const added: (readonly [key: string, checksum: number])[] = [];
  const deleted: string[] = [];
  for (const [key, value] of rows) {
    // Two keys with lone surrogates could have the same UTF-8.
    invariant(key.isWellFormed(), 'the key of a row is well-formed', { key });
    const before = checksumOf(keys, key);
    if (before !== undefined) removeRow(hash, before.checksums[before.at] ?? 0);
    if (value !== undefined) {
      const record = encodeRow(key, value);
      const checksum = checksumOfRecord(record);
      addRow(hash, checksum);
      if (before === undefined) added.push([key, checksum]);
      else replaced.push([before, checksum]);
      operations.push({ type: 'put', key: Buffer.from(key), value: record });
    } else if (before !== undefined) {
      deleted.push(key);
      operations.push({ type: 'del', key: Buffer.from(key) });
    }
  }
  const revision = body.revision + 1;
  const count = keys.size + added.length - deleted.length;
  operations.push(...positionOperations(revision, position, count, hash));
  return {
    operations,
    commit: () => {
      // These first: their places hold until a key comes or goes.
      for (const [place, checksum] of replaced) place.checksums[place.at] = checksum;
      for (const [key, checksum] of added) addKey(keys, key, checksum);
      for (const key of deleted) deleteKey(keys, key);
      body.revision = revision;
      body.position = position;
      body.hash = hash;
    },
  };
}

/** Puts the position under its revision, in place of the one before. */
export function positionOperations(
  revision: number,
  position: StatePosition,
  rows: number,
  hash: RowsHash,
): Operation[] {
  const key = positionKey(revision);
  const put: Operation = { type: 'put', key, value: encodePosition(key, position, rows, hash) };
  return revision === 1 ? [put] : [put, { type: 'del', key: positionKey(revision - 1) }];
}
