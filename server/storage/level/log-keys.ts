/**
 * The keys of the log database: a byte for the kind, then a number of 8 bytes, big end first.
 *
 *   01 revision   the header, of which there is one
 *   02 index      a group of entries, by the first of them
 */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { readUint64, UINT64_BYTES, writeUint64 } from './uint64.ts';

const HEADER = 1;
const GROUP = 2;
const KEY_BYTES = 1 + UINT64_BYTES;

export type LogKey =
  | { readonly kind: 'header'; readonly revision: number }
  | { readonly kind: 'group'; readonly first: Index };

export const headerKey = (revision: number): Buffer => keyOf(HEADER, revision);

export const groupKey = (first: Index): Buffer => keyOf(GROUP, first);

/** Throws `Damage` for a key that no log has. */
export function decodeLogKey(key: Buffer): LogKey {
  if (key.length === KEY_BYTES && key[0] === HEADER) {
    return { kind: 'header', revision: readUint64(key, 1) };
  }
  if (key.length === KEY_BYTES && key[0] === GROUP) {
    return { kind: 'group', first: toIndex(readUint64(key, 1)) };
  }
  throw new Damage(`unknown key ${key.toString('hex')}`);
}

function keyOf(kind: number, value: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key[0] = kind;
  writeUint64(key, value, 1);
  return key;
}
