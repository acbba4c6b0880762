import type { AdminServiceServer } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { AdminError, toStatus } from './admin-error.ts';
import * as fields from './fields.ts';
import type { AdminParts } from './parts.ts';
import { permit, unary } from './rpc.ts';
import { statusMessage } from './status-message.ts';
import { watch } from './watch.ts';
import type { WatchCall } from './watch.ts';

const INTERVAL_MS = { preset: 1_000, min: 100, max: 60_000 };
/** Each has the status put together anew every interval: more would be left open by mistake. */
const WATCHERS_MAX = 64;

export interface StatusRpcs {
  readonly rpcs: Pick<AdminServiceServer, 'status' | 'watchStatus'>;
  /** Ends all streams: their readers would keep the process. */
  close(): void;
}

/** What this member knows. Members may ask one another, to tell who is there. */
export function createStatusRpcs(parts: AdminParts): StatusRpcs {
  const watching = new Set<WatchCall>();
  const { after, unforeseen } = parts;
  const read = () => statusMessage(parts);

  function open(call: WatchCall): void {
    permit(parts, call, 'peer');
    const intervalMs = fields.bounded('interval_ms', call.request.intervalMs, INTERVAL_MS);
    if (watching.size >= WATCHERS_MAX) {
      throw new AdminError(
        'resourceExhausted',
        `${WATCHERS_MAX} callers watch the status of this member already. Try again when one has ended, or ask for it with Status now and then.`,
      );
    }
    watching.add(call);
    watch(call, { read, intervalMs, after, ended: () => void watching.delete(call) });
  }

  const fail = (call: WatchCall, error: unknown): void => {
    call.emit('error', toStatus(error, unforeseen));
  };

  return {
    rpcs: {
      status: unary(parts, 'peer', () => ({ status: read() })),
      watchStatus: (call) => {
        try {
          open(call);
        } catch (error) {
          fail(call, error);
        }
      },
    },
    close: () => {
      const error = new AdminError('unavailable', 'This process is stopping. Ask another member.');
      for (const call of [...watching]) fail(call, error);
    },
  };
}
