/**
 * A backup: the durable state of one member, in a file. Numbers have 4 bytes, little end first.
 *
 *   bytes     "RobustMQ-Meta-Backup" and a newline
 *   piece     header: JSON, see `BackupHeader`
 *   piece     … the chunks of a snapshot, as members send them to each other, with checks of their own
 *   piece     empty: the end
 *
 * A piece is its length, the CRC-32 of all bytes of the file before it and of itself, and its bytes.
 * So a backup that is cut off, damaged or put together from two is noticed where it happens.
 */
import { crc32 } from 'node:zlib';
import {
  decodeConfiguration,
  encodeConfiguration,
} from '../raft/membership/configuration-codec.ts';
import { toIndex, toTerm } from '../raft/ids.ts';
import { InvariantError } from '../raft/invariant.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { continueCrc32 } from './crc32.ts';

const MAGIC = Buffer.from('RobustMQ-Meta-Backup\n');
/** Of the files that this release writes and reads. */
export const BACKUP_FORMAT_VERSION = 1;
const PIECE_OVERHEAD_BYTES = 8;
/** No chunk is nearly as long: a length beyond is damage, and must not be allocated. */
const PIECE_BYTES_MAX = 64 << 20;

/** What a backup is of. */
export interface BackupHeader {
  /** Id of the cluster. */
  readonly cluster: string;
  readonly position: SnapshotPosition;
  /** Of all rows, as `formatRowsHash` shows it; left out in backups of releases that kept none. */
  readonly hash?: string | undefined;
  /** Unix time. */
  readonly createdMs: number;
  /** Of the program that wrote it. */
  readonly serverVersion: string;
}

/** A backup that cannot be trusted, or not be read here. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Writes a backup, piece by piece. */
export interface BackupEncoder {
  header(header: BackupHeader): Buffer;
  chunk(chunk: Uint8Array): Buffer;
  end(): Buffer;
}

/** Begins a backup. Call `header` first, `end` last, and write what each returns. */
export function createBackupEncoder(): BackupEncoder {
  let sum = crc32(MAGIC);
  const piece = (body: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    sum = continueCrc32(body, crc32(length, sum));
    const check = Buffer.alloc(4);
    check.writeUInt32LE(sum);
    return Buffer.concat([length, check, body]);
  };
  return {
    header: (header) => Buffer.concat([MAGIC, piece(encodeHeader(header))]),
    chunk: (chunk) => piece(chunk),
    end: () => piece(new Uint8Array(0)),
  };
}

/** What is read of a backup. */
export type BackupPiece =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'chunk'; readonly chunk: Buffer }
  | { readonly kind: 'end'; readonly bytes: number };

/**
 * Reads a backup from bytes in pieces of any size.
 *
 * @throws BackupError that says what is wrong at which byte. A backup is whole only if the last piece is `end`.
 */
export async function* readBackup(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<BackupPiece, void, undefined> {
  const bytes = createByteReader(source);
  const magic = await bytes.take(MAGIC.length);
  if (!magic.equals(MAGIC)) throw new BackupError('this is no backup of robustmq-meta');
  let sum = crc32(MAGIC);
  let isHeader = true;
  for (;;) {
    const at = bytes.offset();
    const head = await bytes.take(PIECE_OVERHEAD_BYTES);
    const length = head.readUInt32LE(0);
    if (length > PIECE_BYTES_MAX) throw damaged(at);
    const body = await bytes.take(length);
    sum = continueCrc32(body, crc32(head.subarray(0, 4), sum));
    if (sum !== head.readUInt32LE(4)) throw damaged(at);
    if (isHeader) yield { kind: 'header', header: decodeHeader(body) };
    else if (length > 0) yield { kind: 'chunk', chunk: body };
    else break;
    isHeader = false;
  }
  const total = bytes.offset();
  if (await bytes.hasMore())
    throw new BackupError(`bytes follow the end of the backup at ${total}`);
  yield { kind: 'end', bytes: total };
}

const damaged = (at: number): BackupError =>
  new BackupError(`the backup is damaged in the piece at byte ${at}: its checksum is wrong`);

interface ByteReader {
  /** The next `count` bytes. */
  take(count: number): Promise<Buffer>;
  hasMore(): Promise<boolean>;
  /** How many bytes were taken. */
  offset(): number;
}

function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let parts: Uint8Array[] = [];
  let held = 0;
  let taken = 0;

  async function fill(count: number): Promise<void> {
    while (held < count) {
      const next = await iterator.next();
      if (next.done === true) return;
      parts.push(next.value);
      held += next.value.length;
    }
  }

  return {
    take: async (count) => {
      await fill(count);
      if (held < count) {
        throw new BackupError(`the backup is cut off: it ends at byte ${taken + held}`);
      }
      const all = Buffer.concat(parts);
      parts = [all.subarray(count)];
      held -= count;
      taken += count;
      return all.subarray(0, count);
    },
    hasMore: async () => {
      await fill(1);
      return held > 0;
    },
    offset: () => taken,
  };
}

function encodeHeader(header: BackupHeader): Buffer {
  const { cluster, position, hash, createdMs, serverVersion } = header;
  const { index, term, configuration, configurationIndex } = position;
  return Buffer.from(
    JSON.stringify({
      format: BACKUP_FORMAT_VERSION,
      cluster,
      index,
      term,
      configuration: Buffer.from(encodeConfiguration(configuration)).toString('base64'),
      configurationIndex,
      hash,
      createdMs,
      serverVersion,
    }),
  );
}

type Fields = Readonly<Partial<Record<string, unknown>>>;

function decodeHeader(bytes: Buffer): BackupHeader {
  try {
    const fields = JSON.parse(bytes.toString()) as Fields;
    if (fields['format'] !== BACKUP_FORMAT_VERSION) {
      throw new BackupError(
        `the backup is of format ${String(fields['format'])}, this release knows ${BACKUP_FORMAT_VERSION}`,
      );
    }
    return {
      cluster: String(fields['cluster']),
      position: {
        index: toIndex(Number(fields['index'])),
        term: toTerm(Number(fields['term'])),
        configuration: decodeConfiguration(Buffer.from(String(fields['configuration']), 'base64')),
        configurationIndex: toIndex(Number(fields['configurationIndex'])),
      },
      hash: typeof fields['hash'] === 'string' ? fields['hash'] : undefined,
      createdMs: Number(fields['createdMs']),
      serverVersion: String(fields['serverVersion']),
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof InvariantError) {
      throw new BackupError(`the header of the backup makes no sense: ${error.message}`);
    }
    throw error;
  }
}
