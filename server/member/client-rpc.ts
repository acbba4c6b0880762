import { ServerCredentials } from '@grpc/grpc-js';
import type { Config } from '../config/settings.ts';
import type { Log } from '../observe/log/log.ts';
import { createRoom } from '../rpc/room.ts';
import { createRpcServer } from '../rpc/rpc-server.ts';
import type { RpcServer } from '../rpc/rpc-server.ts';
import { unaryMethodsOf } from '../rpc/unary-methods.ts';
import type { ClientService } from '../services/client-service.ts';
import { nowMs } from './clocks.ts';
import { COMMON_PATHS, createClientServer } from './grpc-servers.ts';
import type { Health } from './health.ts';
import { boundReplies } from './overload-replies.ts';
import { toError } from './to-error.ts';

/** As v0.4.11 pings: a connection is probed after this much silence … */
const KEEPALIVE_MS = 30_000;
/** … and ended after as much more. */
const KEEPALIVE_TIMEOUT_MS = 20_000;
const STREAMS_PER_CONNECTION_MAX = 4_096;
const HEADER_BYTES_MAX = 16_384;
/** Small requests come whole; the others need room first. */
const WINDOW_BYTES = 65_535;

/** What is served on the client port. */
export function createClientRpc(
  config: Config,
  log: Log,
  services: readonly ClientService[],
  health: Health,
): RpcServer {
  const room = createRoom(config['limits.connection_bytes']);
  const bounded = services.map((service) => boundReplies(service, room));
  const server = createClientServer(bounded, health, config['limits.message']);
  const others = server.createConnectionInjector(ServerCredentials.createInsecure());
  return createRpcServer({
    methods: unaryMethodsOf(bounded),
    streams: new Map(),
    otherPaths: COMMON_PATHS,
    others: (socket) => others.injectConnection(socket),
    room,
    messageBytesMax: config['limits.message'],
    limits: {
      streamsMax: STREAMS_PER_CONNECTION_MAX,
      headerBytesMax: HEADER_BYTES_MAX,
      windowBytes: WINDOW_BYTES,
    },
    bytesMax: config['limits.connection_bytes'],
    stallMs: config['timeout.stall'],
    keepaliveMs: KEEPALIVE_MS,
    keepaliveTimeoutMs: KEEPALIVE_TIMEOUT_MS,
    nowMs,
    ended: (ended, heldBytes) => log.write('connections_ended', { ...ended, heldBytes }),
    broken: (connections, error) => log.write('connections_broken', { connections, error }),
    unforeseen: (error) => log.write('request_failed', { method: 'client', error: toError(error) }),
  });
}
