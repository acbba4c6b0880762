/**
 * A record with its checksum at the end:
 *
 *   body ...   CRC-32 of key and body, 4 bytes, little end first
 *
 * LevelDB checks no block it reads unless asked, and classic-level cannot ask. The key is part of
 * the sum, so that a record under another one's key is noticed.
 */
import { crc32 } from 'node:zlib';
import { Damage, NewerFormat } from './damage.ts';

export const SEAL_BYTES = 4;

/** Writes the checksum over the last bytes of `record`, which its encoder left free. */
export function seal(key: string | Uint8Array, record: Buffer): Buffer {
  const at = record.length - SEAL_BYTES;
  record.writeUInt32LE(crc32(record.subarray(0, at), crc32(key)), at);
  return record;
}

/** The body of a sealed record; throws `Damage` if it is not what was sealed under this key. */
export function unseal(key: string | Uint8Array, record: Buffer): Buffer {
  const at = record.length - SEAL_BYTES;
  if (at < 1) throw new Damage('cut off');
  const body = record.subarray(0, at);
  if (record.readUInt32LE(at) !== crc32(body, crc32(key))) throw new Damage('wrong checksum');
  return body;
}

/** The checksum at the end of a record. */
export const checksumIn = (record: Buffer): number =>
  record.readUInt32LE(record.length - SEAL_BYTES);

/**
 * Throws `NewerFormat` unless the first byte of `body`, its format version, is `known`: what was
 * sealed and is not known was written by a newer program.
 */
export function checkVersion(body: Buffer, known: number): void {
  const problem = unknownVersion(body, known);
  if (problem !== undefined) throw new NewerFormat(problem);
}

/** What is wrong with the version in the first byte; undefined when it is `known`. */
export const unknownVersion = ([version]: Buffer, known: number): string | undefined =>
  version === known
    ? undefined
    : `format version ${version ?? 'none'} is not known here, only ${known}`;
