/**
 * A row of the state as bytes, sealed under its key, which is the row's key in UTF-8.
 *
 *   byte      format version, 1
 *   ...       value
 */
import { checkVersion, checksumIn, seal, SEAL_BYTES, unseal } from './sealed-record.ts';

const FORMAT_VERSION = 1;
const VALUE_AT = 1;

export function encodeRow(key: string, value: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(VALUE_AT + value.length + SEAL_BYTES);
  record[0] = FORMAT_VERSION;
  record.set(value, VALUE_AT);
  return seal(key, record);
}

/** The value, a view of `record`. Throws `Damage`. */
export function decodeRow(key: string, record: Buffer): Buffer {
  const body = unseal(key, record);
  checkVersion(body, FORMAT_VERSION);
  return body.subarray(VALUE_AT);
}

/** As `rowChecksum` of the row: its seal is the same sum, in this format. */
export const checksumOfRecord = (record: Buffer): number => checksumIn(record);
