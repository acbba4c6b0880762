/**
 * Where the state stands, as bytes, sealed under its key. Every batch writes it anew. Numbers have
 * 8 bytes, big end first.
 *
 *   byte      format version, 1
 *   byte      1 if nothing was written since a snapshot was installed, else 0
 *   number    index, then its term
 *   number    index of the configuration
 *   number    count of rows
 *   ...       the configuration
 *
 * The key is FF, which is in no UTF-8 and hence in no key of a row, and the revision. Each batch puts
 * the next revision and deletes the one before, and so shows that none is missing between others.
 */
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
const FORMAT_VERSION = 1;
const NUMBERS_AT = 2;
const CONFIGURATION_AT = NUMBERS_AT + 4 * UINT64_BYTES;

/** Every key of a row sorts before this, every key of a position behind. */
export const ROWS_END: Buffer = Buffer.of(0xff);

export interface PositionRecord {
  readonly position: StatePosition;
  readonly rows: number;
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

export function encodePosition(key: Buffer, { position, rows }: PositionRecord): Buffer {
  const { index, term, configuration, configurationIndex, installed } = position;
  const encoded = encodeConfiguration(configuration);
  const record = Buffer.allocUnsafe(CONFIGURATION_AT + encoded.length + SEAL_BYTES);
  record[0] = FORMAT_VERSION;
  record[1] = installed ? 1 : 0;
  for (const [place, value] of [index, term, configurationIndex, rows].entries()) {
    writeUint64(record, value, NUMBERS_AT + place * UINT64_BYTES);
  }
  record.set(encoded, CONFIGURATION_AT);
  return seal(key, record);
}

/** Throws `Damage`. */
export function decodePosition(key: Buffer, record: Buffer): PositionRecord {
  const body = unseal(key, record);
  checkVersion(body, FORMAT_VERSION);
  const number = (place: number): number => readUint64(body, NUMBERS_AT + place * UINT64_BYTES);
  if (body[1] !== 0 && body[1] !== 1) throw new Damage('an unknown flag');
  return {
    position: {
      index: toIndex(number(0)),
      term: toTerm(number(1)),
      configuration: configurationOf(body.subarray(CONFIGURATION_AT)),
      configurationIndex: toIndex(number(2)),
      installed: body[1] === 1,
    },
    rows: number(3),
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
