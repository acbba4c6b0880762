import { crc32 } from 'node:zlib';
import type { SnapshotChunk } from '../../../proto/gen/robustmq/raft/v1/raft.ts';

/** The chunks a sender has read and the receiver has not taken: what a resumed transfer needs again. */
export interface UploadWindow {
  /** The next chunk of the body. */
  add(data: Uint8Array): SnapshotChunk;
  /** The receiver has everything before `sequence`. False: it cannot, or wants what is gone. */
  acknowledge(sequence: number): boolean;
  /** From the first that the receiver has not taken. */
  chunks(): readonly SnapshotChunk[];
  first(): number;
  /** How many chunks were added. */
  count(): number;
  bytes(): number;
}

export function createUploadWindow(): UploadWindow {
  const chunks: SnapshotChunk[] = [];
  let first = 0;
  let bytes = 0;
  const count = (): number => first + chunks.length;
  return {
    add: (piece) => {
      const data = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      const chunk = { sequence: count(), checksum: crc32(data), data };
      chunks.push(chunk);
      bytes += data.length;
      return chunk;
    },
    acknowledge: (sequence) => {
      if (sequence < first || sequence > count()) return false;
      for (const { data } of chunks.splice(0, sequence - first)) bytes -= data.length;
      first = sequence;
      return true;
    },
    chunks: () => chunks,
    first: () => first,
    count,
    bytes: () => bytes,
  };
}
