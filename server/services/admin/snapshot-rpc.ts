import type { ServerWritableStream } from '@grpc/grpc-js';
import type {
  AdminServiceServer,
  SnapshotRequest,
  SnapshotResponse,
} from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { createBackupEncoder } from '../../codec/backup-file.ts';
import { AdminError, toStatus } from './admin-error.ts';
import type { AdminParts } from './parts.ts';
import { PHASE_PROBLEMS } from './refusals.ts';
import { permit } from './rpc.ts';
import { streamBackup } from './stream-backup.ts';

type Parts = Pick<AdminParts, 'authorize' | 'node' | 'unforeseen' | 'versions' | 'wallMs'>;
type SnapshotCall = ServerWritableStream<SnapshotRequest, SnapshotResponse>;

/** Each holds a view of the state and a chunk of it: more would be asked for by mistake. */
const STREAMS_MAX = 4;

export interface SnapshotRpc {
  readonly rpcs: Pick<AdminServiceServer, 'snapshot'>;
  /** Ends all streams: their readers would keep the process. */
  close(): void;
}

/** The durable state of this very member, as a backup file in pieces. */
export function createSnapshotRpc(parts: Parts): SnapshotRpc {
  const running = new Map<SnapshotCall, (error: AdminError) => void>();

  function open(call: SnapshotCall): void {
    permit(parts, call, 'operator');
    if (running.size >= STREAMS_MAX) {
      throw new AdminError(
        'resourceExhausted',
        `${STREAMS_MAX} snapshots are on their way from this member. Try again when one is done, or ask another member.`,
      );
    }
    const { phase, error, identity } = parts.node.status();
    const problem = PHASE_PROBLEMS[phase](error);
    if (problem !== undefined) throw problem;
    const source = parts.node.snapshot();
    const header = {
      cluster: identity?.cluster ?? '',
      position: source.position,
      hash: source.hash,
      createdMs: parts.wallMs(),
      serverVersion: parts.versions.server,
    };
    const fail = streamBackup(call, {
      source,
      encoder: createBackupEncoder(),
      header,
      toStatus: (thrown) => toStatus(thrown, parts.unforeseen),
      ended: () => void running.delete(call),
    });
    running.set(call, fail);
  }

  return {
    rpcs: {
      snapshot: (call) => {
        try {
          open(call);
        } catch (error) {
          call.emit('error', toStatus(error, parts.unforeseen));
        }
      },
    },
    close: () => {
      const error = new AdminError('unavailable', 'This process is stopping. Ask another member.');
      for (const fail of [...running.values()]) fail(error);
    },
  };
}
