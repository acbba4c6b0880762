import { mkdir, rm } from 'node:fs/promises';
import { addRow, createRowsHash, formatRowsHash } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import { StorageError } from '../../ports/outcome.ts';
import { Damage } from './damage.ts';
import { appendKey, createKeyIndex } from './key-index.ts';
import type { KeyIndex } from './key-index.ts';
import { writeSynced } from './level.ts';
import type { Level, LevelOptions, Operation } from './level.ts';
import { createFrameReader } from './row-frame.ts';
import { checksumOfRecord, decodeRow } from './row-record.ts';
import { decodeChunk } from './snapshot-chunk.ts';
import type { SnapshotChunk } from './snapshot-chunk.ts';
import { openStateLevel } from './state-body.ts';
import type { StateBody } from './state-body.ts';
import { positionOperations } from './state-changes.ts';
import { storageErrorOf } from './storage-error.ts';

/**
 * Writes the snapshot that `source` sends to a database of its own in the directory `path`, chunk by
 * chunk. It has a position only if it is whole. Leaves nothing behind when it fails; throws
 * StorageError.
 *
 * @param signal ends the wait for a source that does not answer.
 */
export async function stageSnapshot(
  path: string,
  source: SnapshotSource,
  options: LevelOptions,
  signal: AbortSignal,
): Promise<StateBody> {
  const position = { ...source.position, installed: true };
  let level: Level | undefined;
  try {
    await mkdir(path);
    level = await openStateLevel(path, options);
    const { keys, hash } = await receive(level, source, signal);
    checkHash(source, hash);
    await writeSynced(level, positionOperations(1, position, keys.size, hash));
    return { level, keys, revision: 1, position, hash };
  } catch (error) {
    await level?.close();
    await removeDirectory(path);
    throw storageErrorOf(error, path);
  }
}

/** Removes a database that is closed. What cannot be removed now goes at the next open. */
export const removeDirectory = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined);

async function receive(
  level: Level,
  source: SnapshotSource,
  signal: AbortSignal,
): Promise<Pick<StateBody, 'hash' | 'keys'>> {
  const keys = createKeyIndex();
  const hash = createRowsHash();
  const reader = createFrameReader();
  let sequence = 0;
  let last = false;
  for (;;) {
    const bytes = await pull(source, signal);
    if (bytes === undefined) break;
    const chunk = decodeChunk(bytes);
    checkNext(chunk, source, sequence, last);
    const operations = reader.push(chunk.payload).map(([key, record]) => {
      addRow(hash, checksumOfRecord(record));
      return take(keys, key, record);
    });
    if (operations.length > 0) await writeSynced(level, operations);
    ({ last } = chunk);
    sequence += 1;
  }
  if (!last || !reader.isComplete()) throw new Damage('the snapshot is cut off');
  return { keys, hash };
}

function checkHash({ hash }: SnapshotSource, received: RowsHash): void {
  const text = formatRowsHash(received);
  if (hash === undefined || hash === text) return;
  throw new Damage(`the snapshot must have the hash ${hash}, its rows have ${text}`);
}

function checkNext(
  chunk: SnapshotChunk,
  { position }: SnapshotSource,
  sequence: number,
  ended: boolean,
): void {
  const { index, term } = chunk.position;
  if (ended || chunk.sequence !== sequence) {
    throw new Damage(`chunk ${chunk.sequence} of the snapshot comes in place of ${sequence}`);
  }
  if (index !== position.index || term !== position.term) {
    throw new Damage(`a chunk of the snapshot at ${index} comes with that at ${position.index}`);
  }
}

function take(keys: KeyIndex, key: string, record: Buffer): Operation {
  decodeRow(key, record);
  if (!appendKey(keys, key, checksumOfRecord(record)))
    throw new Damage('rows of the snapshot are out of order');
  return { type: 'put', key: Buffer.from(key), value: record };
}

function pull(source: SnapshotSource, signal: AbortSignal): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new StorageError('closed', 'state: closed while it staged'));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    source.next((outcome) => {
      signal.removeEventListener('abort', abort);
      if (outcome.ok) resolve(outcome.value);
      else reject(outcome.error);
    });
  });
}
