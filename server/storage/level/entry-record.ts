/**
 * An entry of the log as bytes, sealed under its key. Numbers have 8 bytes, big end first.
 *
 *   byte      format version, 1
 *   byte      kind: 0 noop, 1 command, 2 configuration
 *   number    term
 *   number    term of the entry before
 *   ...       data
 *
 * Index and term of an entry tell the whole log before it (paper §5.3, Log Matching), so the term of
 * the entry before chains them: a batch that LevelDB lost between two others does not pass.
 */
import type { Entry, EntryKind } from '../../raft/entry.ts';
import type { Index, Term } from '../../raft/ids.ts';
import { toTerm } from '../../raft/ids.ts';
import { Damage } from './damage.ts';
import { checkVersion, seal, SEAL_BYTES, unseal } from './sealed-record.ts';
import { readUint64, writeUint64 } from './uint64.ts';

const FORMAT_VERSION = 1;
const TERM_AT = 2;
const PREVIOUS_AT = 10;
const DATA_AT = 18;

// The place of a name is its number in the format: append only.
const KINDS: readonly EntryKind[] = ['noop', 'command', 'configuration'];

export interface EntryRecord {
  readonly entry: Entry;
  /** Of the entry before, or of the base. */
  readonly previousTerm: Term;
}

export function encodeEntry(key: Buffer, { term, kind, data }: Entry, previousTerm: Term): Buffer {
  const record = Buffer.allocUnsafe(DATA_AT + data.length + SEAL_BYTES);
  record[0] = FORMAT_VERSION;
  record[1] = KINDS.indexOf(kind);
  writeUint64(record, term, TERM_AT);
  writeUint64(record, previousTerm, PREVIOUS_AT);
  record.set(data, DATA_AT);
  return seal(key, record);
}

/** The entry's data is a view of `record`. Throws `Damage`. */
export function decodeEntry(key: Buffer, index: Index, record: Buffer): EntryRecord {
  const body = unseal(key, record);
  checkVersion(body, FORMAT_VERSION);
  const kind = KINDS[body[1] ?? KINDS.length];
  if (kind === undefined) throw new Damage(`unknown kind ${body[1] ?? 'none'}`);
  const term = toTerm(readUint64(body, TERM_AT));
  const previousTerm = toTerm(readUint64(body, PREVIOUS_AT));
  return { entry: { index, term, kind, data: body.subarray(DATA_AT) }, previousTerm };
}
