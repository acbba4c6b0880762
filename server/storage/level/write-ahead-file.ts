/**
 * The batches in LevelDB's write-ahead files. Each record begins with the sequence number of its first
 * operation, 8 bytes, and the count of operations, 4 bytes, little end first; the next batch has the
 * sequence number behind them.
 */
import { Damage } from './damage.ts';
import type { RecordFile } from './record-file.ts';
import { recordsOf } from './record-file.ts';

const BATCH_HEADER_BYTES = 12;

/**
 * Throws `Damage` unless the batches of `files`, oldest first, are whole and follow each other.
 *
 * @param next the first batch has this sequence number or an earlier one.
 */
export function verifyWriteAheadFiles(files: readonly RecordFile[], next: bigint): void {
  let isFirst = true;
  for (const file of files) {
    for (const batch of recordsOf(file)) {
      if (batch.length < BATCH_HEADER_BYTES) throw new Damage(`${file.name}: no batch`);
      const sequence = batch.readBigUInt64LE(0);
      if (isFirst ? sequence > next : sequence !== next) {
        throw new Damage(`${file.name}: batch ${next} is missing before batch ${sequence}`);
      }
      isFirst = false;
      next = sequence + BigInt(batch.readUInt32LE(8));
    }
  }
}
