/**
 * What a database held when it was closed in good order, beside its files, so that the next open need
 * not read all of them. It is believed once, and only while the files are those of then: any that was
 * written since, put back, or copied has another time or another number. What rots without that is
 * found when it is read, and by the scrub.
 *
 *   files     name, size, number and time of change of each file, as JSON, behind its length
 *   ...       body
 *   checksum  CRC-32 of all before it, 4 bytes, little end first
 *
 * It is not synced: after a power loss it may be missing or torn, and counts for nothing.
 */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { continueCrc32 } from '../../codec/crc32.ts';

const NAME = 'closing';
/** LevelDB makes these anew at every open; no data is in them. */
const UNIMPORTANT: ReadonlySet<string> = new Set([NAME, 'LOCK', 'LOG', 'LOG.old']);
const LENGTH_BYTES = 4;
const CHECKSUM_BYTES = 4;

/** Leaves a record beside the files of the database in the directory `path`, which is closed. */
export async function leaveClosingRecord(path: string, body: Buffer): Promise<void> {
  const file = join(path, NAME);
  try {
    const files = Buffer.from(await describeFiles(path));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(files.length);
    const parts = [length, files, body];
    const checksum = Buffer.alloc(CHECKSUM_BYTES);
    checksum.writeUInt32LE(parts.reduce((sum, part) => continueCrc32(part, sum), 0));
    await writeFile(file, [...parts, checksum]);
  } catch {
    // Nothing depends on it; a full disk is no reason not to close.
    await rm(file, { force: true }).catch(() => undefined);
  }
}

/** Removes the record, and returns its body; undefined: the files are to be read. */
export async function takeClosingRecord(path: string): Promise<Buffer | undefined> {
  const file = join(path, NAME);
  try {
    const record = await readFile(file);
    await rm(file);
    const end = record.length - CHECKSUM_BYTES;
    if (crc32(record.subarray(0, end)) !== record.readUInt32LE(end)) return undefined;
    const bodyAt = LENGTH_BYTES + record.readUInt32LE();
    const files = record.toString('utf8', LENGTH_BYTES, bodyAt);
    return files === (await describeFiles(path)) ? record.subarray(bodyAt, end) : undefined;
  } catch {
    return undefined;
  }
}

async function describeFiles(path: string): Promise<string> {
  const names = (await readdir(path)).filter((name) => !UNIMPORTANT.has(name)).sort();
  const files = names.map(async (name) => {
    const { size, ino, mtimeNs, ctimeNs } = await stat(join(path, name), { bigint: true });
    return [name, size, ino, mtimeNs, ctimeNs].map(String);
  });
  return JSON.stringify(await Promise.all(files));
}
