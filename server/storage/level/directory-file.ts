/**
 * `directory.json`, which says what a data directory is. A file of its own and not a row: it is read
 * before either database is opened, decides whether they may be, and an operator can read it.
 */
import { crc32 } from 'node:zlib';
import { Damage } from './damage.ts';

/** The layout of the directory and of the databases in it. */
const DIRECTORY_FORMAT = 1;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type DirectoryFile =
  | { readonly kind: 'known'; readonly id: string }
  /** Written by a newer release, or by another program. */
  | { readonly kind: 'foreign'; readonly why: string };

/** @param id the UUID of the directory. */
export const encodeDirectoryFile = (id: string): string =>
  `${JSON.stringify({ format: DIRECTORY_FORMAT, directory: id, checksum: checksumOf(id) })}\n`;

/** Throws `Damage`. */
export function decodeDirectoryFile(text: string): DirectoryFile {
  const { format, directory, checksum } = parse(text);
  if (typeof format !== 'number') return { kind: 'foreign', why: 'it names no format' };
  if (format !== DIRECTORY_FORMAT) {
    return {
      kind: 'foreign',
      why: `it is of format ${format}, this release knows ${DIRECTORY_FORMAT}`,
    };
  }
  if (typeof directory !== 'string' || !UUID.test(directory)) throw new Damage('no UUID');
  if (checksum !== checksumOf(directory)) throw new Damage('wrong checksum');
  return { kind: 'known', id: directory };
}

function parse(text: string): Partial<Record<'format' | 'directory' | 'checksum', unknown>> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new Damage('no JSON', { cause });
  }
  if (typeof content !== 'object' || content === null) throw new Damage('no JSON object');
  return content;
}

const checksumOf = (id: string): string =>
  crc32(`${DIRECTORY_FORMAT} ${id}`).toString(16).padStart(8, '0');
