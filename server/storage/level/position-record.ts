/**
 * Where the state stands, as bytes, sealed under its key. Every batch writes it anew. Numbers have
 * 8 bytes, big end first.
 *
 *   byte      format version, 2
 *   byte      1 if nothing was written since a snapshot was installed, else 0
 *   number    index, then its term
 *   number    index of the configuration
 *   number    count of rows
 *   number    hash of all rows; format 1 had none
 *   ...       the configuration
 *
 * The key is FF, which is in no UTF-8 and hence in no key of a row, and the revision. Each batch puts
 * the next revision and deletes the one before, and so shows that none is missing between others.
 */
import { formatRowsHash } from '../../codec/rows-hash.ts';
import type { RowsHash } from '../../codec/rows-hash.ts';
import type { StateHash } from '../../ports/state-hash.ts';
import type { StatePosition } from '../../ports/state-store.ts';
import {
  decodeConfiguration,
  encodeConfiguration,
} from '../../raft/membership/configuration-codec.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { toIndex, toTerm } from '../../raft/ids.ts';
import { InvariantError } from '../../raft/invariant.ts';
import { Damage } from './damage.ts';
import { checkVersion, seal, SEAL_BYTES, unseal } from './sealed-record.ts';
import { readUint64, UINT64_BYTES, writeUint64 } from './uint64.ts';

const KEY_BYTES = 1 + UINT64_BYTES;
const FORMAT_VERSION = 2;
const FORMAT_WITHOUT_HASH = 1;
const NUMBERS_AT = 2;
const HASH_AT = NUMBERS_AT + 4 * UINT64_BYTES;
const CONFIGURATION_AT = HASH_AT + UINT64_BYTES;

/** Every key of a row sorts before this, every key of a position behind. */
export const ROWS_END: Buffer = Buffer.of(0xff);

export interface PositionRecord {
  readonly position: StatePosition;
  readonly rows: number;
  /** Of all rows; undefined in a record of format 1. */
  readonly hash: StateHash | undefined;
}

export function positionKey(revision: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.set(ROWS_END);
  writeUint64(key, revision, ROWS_END.length);
  return key;
}

/** The revision. Throws `Damage` for a key that no position has. */
export function decodePositionKey(key: Buffer): number {
  if (key.length !== KEY_BYTES) throw new Damage(`unknown key ${key.toString('hex')}`);
  return readUint64(key, ROWS_END.length);
}

export function encodePosition(
  key: Buffer,
  position: StatePosition,
  rows: number,
  hash: RowsHash,
): Buffer {
  const { index, term, configuration, configurationIndex, installed } = position;
  const encoded = encodeConfiguration(configuration);
  const record = Buffer.allocUnsafe(CONFIGURATION_AT + encoded.length + SEAL_BYTES);
  record[0] = FORMAT_VERSION;
  record[1] = installed ? 1 : 0;
  for (const [place, value] of [index, term, configurationIndex, rows].entries()) {
    writeUint64(record, value, NUMBERS_AT + place * UINT64_BYTES);
  }
  record.writeUInt32BE(hash.high, HASH_AT);
  record.writeUInt32BE(hash.low, HASH_AT + 4);
  record.set(encoded, CONFIGURATION_AT);
  return seal(key, record);
}

/** Throws `Damage`. */
export function decodePosition(key: Buffer, record: Buffer): PositionRecord {
  const body = unseal(key, record);
  const hasHash = body[0] !== FORMAT_WITHOUT_HASH;
  if (hasHash) checkVersion(body, FORMAT_VERSION);
  if (hasHash && body.length < CONFIGURATION_AT) throw new Damage('cut off');
  const number = (place: number): number => readUint64(body, NUMBERS_AT + place * UINT64_BYTES);
  if (body[1] !== 0 && body[1] !== 1) throw new Damage('an unknown flag');
  return {
    position: {
      index: toIndex(number(0)),
      term: toTerm(number(1)),
      configuration: configurationOf(body.subarray(hasHash ? CONFIGURATION_AT : HASH_AT)),
      configurationIndex: toIndex(number(2)),
      installed: body[1] === 1,
    },
    rows: number(3),
    hash: hasHash
      ? formatRowsHash({ high: body.readUInt32BE(HASH_AT), low: body.readUInt32BE(HASH_AT + 4) })
      : undefined,
  };
}

/** What is under a right checksum and still no configuration was written by a newer release. */
function configurationOf(bytes: Buffer): Configuration {
  try {
    return decodeConfiguration(bytes);
  } catch (error) {
    if (error instanceof InvariantError) throw new Damage(error.message, { cause: error });
    throw error;
  }
}
