/**
 * LevelDB's manifest: which files make up the database (LevelDB, db/version_edit.cc). A record is a
 * change, a list of fields; each has a tag and then numbers (varints) and bytes (length, then bytes).
 */
import { Damage } from './damage.ts';
import type { RecordFile } from './record-file.ts';
import { recordsOf } from './record-file.ts';
import { readBytes, readVarint } from './varint.ts';
import type { Cursor } from './varint.ts';

const TAG = {
  comparator: 1,
  writeAheadFile: 2,
  nextFile: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedTable: 6,
  newTable: 7,
  previousWriteAheadFile: 9,
} as const;

export interface Manifest {
  /** Bytes of each table, by its number. */
  readonly tables: Map<number, number>;
  /** Number of the oldest write-ahead file whose batches are in no table; later ones have later batches. */
  writeAheadFile: number;
  /** Sequence number of the last operation when the manifest was written. */
  lastSequence: number;
}

/** Throws `Damage`. */
export function readManifest(file: RecordFile): Manifest {
  const manifest: Manifest = { tables: new Map(), writeAheadFile: 0, lastSequence: 0 };
  for (const bytes of recordsOf(file)) {
    for (const cursor: Cursor = { bytes, at: 0 }; cursor.at < bytes.length;) take(manifest, cursor);
  }
  return manifest;
}

function take(manifest: Manifest, cursor: Cursor): void {
  const tag = readVarint(cursor);
  switch (tag) {
    case TAG.comparator:
      skipBytes(cursor);
      return;
    case TAG.writeAheadFile:
      manifest.writeAheadFile = readVarint(cursor);
      return;
    case TAG.lastSequence:
      manifest.lastSequence = readVarint(cursor);
      return;
    case TAG.nextFile:
    case TAG.previousWriteAheadFile:
      readVarint(cursor);
      return;
    case TAG.compactPointer:
      readVarint(cursor);
      skipBytes(cursor);
      return;
    case TAG.deletedTable:
      readVarint(cursor);
      manifest.tables.delete(readVarint(cursor));
      return;
    case TAG.newTable: {
      readVarint(cursor);
      const number = readVarint(cursor);
      manifest.tables.set(number, readVarint(cursor));
      skipBytes(cursor);
      skipBytes(cursor);
      return;
    }
    default:
      throw new Damage(`unknown field ${tag}`);
  }
}

function skipBytes(cursor: Cursor): void {
  readBytes(cursor, readVarint(cursor));
}
