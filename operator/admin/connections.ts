/** One connection for each member that is spoken to, closed when it is spoken to no more. */
import { connectivityState } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { AdminServiceClient } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { credentialsOf, SERVER_NAME } from './credentials.ts';
import type { Endpoint, TlsMaterial } from './members.ts';

export interface Connections {
  to(endpoint: Endpoint): AdminServiceClient;
  size(): number;
  close(): void;
}

interface Open {
  readonly client: AdminServiceClient;
  readonly material: string;
  readonly credentials: ChannelCredentials;
  usedMs: number;
  /** When it was open, as far as was seen; or made. */
  openMs: number;
}

export interface Leaving {
  /** Longer than between two looks at a cluster where all is well. */
  readonly idleMs: number;
  readonly sweepMs: number;
}

/**
 * What is not open by then is made anew: to where nobody answers the kernel would try for two minutes,
 * more and more rarely, and a node that is back would be found as late.
 */
const OPENING_MS_MAX = 5_000;
const LEAVING: Leaving = { idleMs: 60_000, sweepMs: 10_000 };
const OPTIONS = {
  'grpc.ssl_target_name_override': SERVER_NAME,
  'grpc.default_authority': SERVER_NAME,
  // A member that is gone without a word is noticed, and one that is back is reached at once.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // A pool for all would keep connections of clients that are closed.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': 4 << 20,
};

/** @param nowMs monotonic. */
export function createConnections(
  nowMs: () => number,
  { idleMs, sweepMs }: Leaving = LEAVING,
): Connections {
  const open = new Map<string, Open>();
  const sweep = (): void => {
    for (const [key, { client, usedMs }] of open) {
      if (nowMs() - usedMs < idleMs) continue;
      client.close();
      open.delete(key);
    }
  };
  const timer = setInterval(sweep, sweepMs).unref();
  // Members of a cluster are called with the same material, of which OpenSSL makes much.
  const credentialsFor = (material: string, tls: TlsMaterial | undefined): ChannelCredentials => {
    for (const each of open.values()) if (each.material === material) return each.credentials;
    return credentialsOf(tls);
  };
  return {
    to: (endpoint) => {
      const { ip, port, tls } = endpoint;
      // Other material is another connection: what it proves was proved at its begin.
      const material = JSON.stringify(tls ?? null);
      const key = `${ip} ${port} ${material}`;
      const known = open.get(key);
      if (known !== undefined) {
        known.usedMs = nowMs();
        if (isOpen(known.client)) known.openMs = nowMs();
        if (nowMs() - known.openMs < OPENING_MS_MAX) return known.client;
        known.client.close();
      }
      const host = ip.includes(':') ? `[${ip}]` : ip;
      const credentials = credentialsFor(material, tls);
      const client = new AdminServiceClient(`${host}:${port}`, credentials, OPTIONS);
      open.set(key, { client, material, credentials, usedMs: nowMs(), openMs: nowMs() });
      return client;
    },
    size: () => open.size,
    close: () => {
      clearInterval(timer);
      for (const { client } of open.values()) client.close();
      open.clear();
    },
  };
}

const isOpen = (client: AdminServiceClient): boolean =>
  client.getChannel().getConnectivityState(false) === connectivityState.READY;
