/**
 * What a log is beyond its entries, as bytes, sealed under its key. Every batch writes it anew.
 *
 *   byte      format version, 1
 *   byte      1 if there is a hard state, else 0
 *   number    index of the base, then its term
 *   number    index of the last entry, then its term; the base's when there is none
 *   number    entries through here were there when the log was reset, and may still be; 0 for none
 *   number    the hard state's term, or 0
 *   number    its vote, or 0
 *   number    the member id, or 0
 *   ...       the cluster id in UTF-8, or nothing
 *
 * A number has 8 bytes, big end first.
 *
 * Each batch puts the header under the next revision and deletes the one before. So a log has one
 * header; two, or none, show that a batch is missing between others, which LevelDB does not report.
 */
import type { Identity } from '../../ports/identity.ts';
import type { HardState } from '../../raft/hard-state.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Index, LogPosition } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import { Damage } from './damage.ts';
import { checkVersion, seal, SEAL_BYTES, unseal } from './sealed-record.ts';
import { readUint64, UINT64_BYTES, writeUint64 } from './uint64.ts';

const FORMAT_VERSION = 1;
const NUMBERS_AT = 2;
const NUMBERS = 8;
const CLUSTER_AT = NUMBERS_AT + NUMBERS * UINT64_BYTES;

export interface LogHeader {
  readonly base: LogPosition;
  readonly last: LogPosition;
  readonly resetThrough: Index;
  readonly hardState: HardState | undefined;
  readonly identity: Identity | undefined;
}

export function encodeLogHeader(key: Buffer, header: LogHeader): Buffer {
  const { base, last, resetThrough, hardState, identity } = header;
  invariant(
    identity === undefined || (identity.cluster !== '' && identity.member > 0),
    'an identity names a cluster and a member',
    { identity },
  );
  const cluster = Buffer.from(identity?.cluster ?? '');
  const record = Buffer.allocUnsafe(CLUSTER_AT + cluster.length + SEAL_BYTES);
  record[0] = FORMAT_VERSION;
  record[1] = hardState === undefined ? 0 : 1;
  const numbers = [
    base.index,
    base.term,
    last.index,
    last.term,
    resetThrough,
    hardState?.term ?? 0,
    hardState?.vote ?? 0,
    identity?.member ?? 0,
  ];
  for (const [place, value] of numbers.entries()) {
    writeUint64(record, value, NUMBERS_AT + place * UINT64_BYTES);
  }
  record.set(cluster, CLUSTER_AT);
  return seal(key, record);
}

/** Throws `Damage`. */
export function decodeLogHeader(key: Buffer, record: Buffer): LogHeader {
  const body = unseal(key, record);
  checkVersion(body, FORMAT_VERSION);
  const number = (place: number): number => readUint64(body, NUMBERS_AT + place * UINT64_BYTES);
  const position = (place: number): LogPosition => ({
    index: toIndex(number(place)),
    term: toTerm(number(place + 1)),
  });
  const vote = number(6);
  const member = number(7);
  const cluster = body.toString('utf8', CLUSTER_AT);
  if ((cluster === '') !== (member === 0)) throw new Damage('half an identity');
  if (body[1] !== 0 && body[1] !== 1) throw new Damage('an unknown flag');
  return {
    base: position(0),
    last: position(2),
    resetThrough: toIndex(number(4)),
    hardState:
      body[1] === 0
        ? undefined
        : { term: toTerm(number(5)), vote: vote === 0 ? undefined : toMemberId(vote) },
    identity: member === 0 ? undefined : { cluster, member: toMemberId(member) },
  };
}
