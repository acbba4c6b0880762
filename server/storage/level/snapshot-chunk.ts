/**
 * A piece of a snapshot on its way to another member. Numbers have 8 bytes, big end first.
 *
 *   byte      format version, 1
 *   byte      1 for the last chunk, else 0
 *   number    sequence number, from 0
 *   number    index the snapshot stands at, then its term
 *   ...       payload: rows, see `row-frame.ts`, cut anywhere
 *   number    CRC-32 of all that, 4 bytes, little end first
 */
import type { LogPosition } from '../../raft/ids.ts';
import { toIndex, toTerm } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { checkVersion, seal, SEAL_BYTES, unseal } from './sealed-record.ts';
import { readUint64, writeUint64 } from './uint64.ts';

const FORMAT_VERSION = 1;
const SEQUENCE_AT = 2;
const INDEX_AT = 10;
const TERM_AT = 18;
const PAYLOAD_AT = 26;

/** What a chunk has besides its payload. */
export const CHUNK_OVERHEAD_BYTES = PAYLOAD_AT + SEAL_BYTES;

/** A chunk stands under no key. */
const NO_KEY = '';

export interface SnapshotChunk {
  readonly sequence: number;
  readonly last: boolean;
  readonly position: LogPosition;
  readonly payload: Uint8Array;
}

export function encodeChunk({ sequence, last, position, payload }: SnapshotChunk): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK_OVERHEAD_BYTES + payload.length);
  chunk[0] = FORMAT_VERSION;
  chunk[1] = last ? 1 : 0;
  writeUint64(chunk, sequence, SEQUENCE_AT);
  writeUint64(chunk, position.index, INDEX_AT);
  writeUint64(chunk, position.term, TERM_AT);
  chunk.set(payload, PAYLOAD_AT);
  return seal(NO_KEY, chunk);
}

/** The payload is a view of `bytes`. Throws `Damage`. */
export function decodeChunk(bytes: Uint8Array): SnapshotChunk {
  const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = unseal(NO_KEY, chunk);
  checkVersion(body, FORMAT_VERSION);
  const [, flag] = body;
  if (body.length < PAYLOAD_AT || (flag !== 0 && flag !== 1)) throw new Damage('no chunk');
  return {
    sequence: readUint64(body, SEQUENCE_AT),
    last: flag === 1,
    position: {
      index: toIndex(readUint64(body, INDEX_AT)),
      term: toTerm(readUint64(body, TERM_AT)),
    },
    payload: body.subarray(PAYLOAD_AT),
  };
}
