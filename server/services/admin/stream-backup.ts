import type { ServerWritableStream, StatusObject } from '@grpc/grpc-js';
import type {
  SnapshotRequest,
  SnapshotResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { BackupEncoder, BackupHeader } from '../../codec/backup-file.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';

/** What is written to a call as a backup file. */
export interface BackupStream {
  readonly source: SnapshotSource;
  readonly encoder: BackupEncoder;
  readonly header: BackupHeader;
  readonly toStatus: (error: unknown) => StatusObject;
  /** The stream is over, whoever ended it; the source is closed. */
  readonly ended: () => void;
}

/** A message of gRPC: well below the 4 MiB that every client takes. */
const MESSAGE_BYTES_MAX = 1 << 20;

/**
 * Writes the header, every chunk of the source and the end. The next chunk is read when the reader
 * has taken the last one, so that one chunk is in memory however slow it is. A reader that goes away
 * ends the reading. Returns how to break it off.
 */
export function streamBackup(
  call: ServerWritableStream<SnapshotRequest, SnapshotResponse>,
  { source, encoder, header, toStatus, ended }: BackupStream,
): (error: unknown) => void {
  let isOver = false;

  function finish(): boolean {
    if (isOver) return false;
    isOver = true;
    source.close();
    ended();
    return true;
  }

  function fail(error: unknown): void {
    if (finish()) call.emit('error', toStatus(error));
  }

  /** Writes bytes message by message, each when the one before was taken, and then calls `next`. */
  function write(bytes: Buffer, next: () => void): void {
    const chunk = bytes.subarray(0, MESSAGE_BYTES_MAX);
    const rest = bytes.subarray(MESSAGE_BYTES_MAX);
    // Not whenever the stream would take more: it counts messages, and takes 16 of any size.
    call.write({ chunk }, () => {
      if (isOver) return;
      if (rest.length > 0) write(rest, next);
      else next();
    });
  }

  function end(): void {
    if (finish()) call.end();
  }

  function pull(): void {
    source.next((outcome) => {
      if (isOver) return;
      if (!outcome.ok) fail(outcome.error);
      else if (outcome.value !== undefined) write(encoder.chunk(outcome.value), pull);
      else write(encoder.end(), end);
    });
  }

  for (const event of ['cancelled', 'close', 'error', 'finish']) call.on(event, finish);
  write(encoder.header(header), pull);
  return fail;
}
