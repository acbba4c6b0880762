import type { ServerWritableStream } from '@grpc/grpc-js';
import { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type {
  WatchStatusRequest,
  WatchStatusResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';

/** A stream of what one watcher is told. */
export type WatchCall = ServerWritableStream<WatchStatusRequest, WatchStatusResponse>;

export interface WatchParts {
  readonly read: () => Status;
  readonly intervalMs: number;
  readonly after: (ms: number, task: () => void) => () => void;
  /** The stream is over, whoever ended it. */
  readonly ended: () => void;
}

/**
 * Writes the status now, and again when it has changed, at most once every interval. To a reader
 * that does not keep up nothing is written until it does, and then the latest: what waits for it
 * is one status.
 */
export function watch(call: WatchCall, { read, intervalMs, after, ended }: WatchParts): void {
  let sent: Uint8Array | undefined;
  let isFull = false;
  let isOver = false;
  let cancel = (): void => undefined;

  function look(): void {
    if (!isFull) {
      const status = read();
      const bytes = Status.encode(status).finish();
      if (sent === undefined || Buffer.compare(sent, bytes) !== 0) {
        sent = bytes;
        isFull = !call.write({ status });
      }
    }
    // A write may have shown that nobody listens any more.
    if (!isOver) cancel = after(intervalMs, look);
  }

  function end(): void {
    if (isOver) return;
    isOver = true;
    cancel();
    ended();
  }

  call.on('drain', () => {
    isFull = false;
  });
  for (const event of ['cancelled', 'close', 'error', 'finish']) call.on(event, end);
  look();
}
