/** Checks the files of a database before LevelDB opens them, as strictly as it would if it could be told to. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Damage } from './damage.ts';
import { readManifest } from './manifest-file.ts';
import type { Manifest } from './manifest-file.ts';
import type { RecordFile } from './record-file.ts';
import { openErrorOf } from './storage-error.ts';
import { verifyTable } from './table-file.ts';
import { verifyWriteAheadFiles } from './write-ahead-file.ts';

/** The file that names the manifest. Without it LevelDB takes a database for a new one, and removes the rest. */
const CURRENT = 'CURRENT';

/**
 * Whether there is a database in the directory `path`; false: one may be made. Throws StorageError
 * `corrupt` if there is a damaged one, or a part of one. Reads all of it, changes nothing.
 */
export async function verifyLevelFiles(path: string): Promise<boolean> {
  let reading = path;
  const read = async (name: string): Promise<RecordFile> => {
    reading = join(path, name);
    return { name, bytes: await readFile(reading) };
  };
  try {
    const names = await readdir(path);
    if (!names.includes(CURRENT)) {
      const data = names.find((name) => /^\d+\.(log|ldb|sst)$/.test(name));
      if (data !== undefined) throw new Damage(`there is data, ${data}, but no file ${CURRENT}`);
      return false;
    }
    const manifest = readManifest(await read((await read(CURRENT)).bytes.toString().trim()));
    for (const [number, size] of manifest.tables) {
      const { bytes } = await read(tableName(names, number));
      if (bytes.length !== size) throw new Damage(`it must have ${size} bytes`);
      verifyTable(bytes);
    }
    const logs: RecordFile[] = [];
    for (const name of writeAheadNames(names, manifest.writeAheadFile)) logs.push(await read(name));
    reading = path;
    verifyWriteAheadFiles(logs, BigInt(manifest.lastSequence) + 1n);
    return true;
  } catch (error) {
    throw openErrorOf(error, reading);
  }
}

/** The manifest of the database in the directory `path`, which may be in use. Throws StorageError. */
export async function manifestIn(path: string): Promise<Manifest> {
  let reading = join(path, CURRENT);
  try {
    const name = (await readFile(reading)).toString().trim();
    reading = join(path, name);
    return readManifest({ name, bytes: await readFile(reading) });
  } catch (error) {
    throw openErrorOf(error, reading);
  }
}

/** Tables had another ending before LevelDB 1.14. */
export function tableName(names: readonly string[], number: number): string {
  const stem = `${number}`.padStart(6, '0');
  return names.includes(`${stem}.sst`) ? `${stem}.sst` : `${stem}.ldb`;
}

/** Those from `first` on, oldest first. The first one must be there: LevelDB would not miss it. */
function writeAheadNames(names: readonly string[], first: number): string[] {
  const numberOf = (name: string): number => Number.parseInt(name, 10);
  const found = names
    .filter((name) => /^\d+\.log$/.test(name) && numberOf(name) >= first)
    .sort((a, b) => numberOf(a) - numberOf(b));
  if (first > 0 && numberOf(found[0] ?? '') !== first) {
    throw new Damage(`the write-ahead file ${first} is missing`);
  }
  return found;
}
