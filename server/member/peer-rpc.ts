import { ServerCredentials } from '@grpc/grpc-js';
import type { Socket } from 'node:net';
import { AdminServiceService } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { PeerServiceService } from '../../proto/gen/robustmq/raft/v1/raft.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../observe/log/log.ts';
import { createRoom } from '../rpc/room.ts';
import { createRpcServer } from '../rpc/rpc-server.ts';
import type { RpcServer } from '../rpc/rpc-server.ts';
import { unaryMethods } from '../rpc/unary-methods.ts';
import type { AdminService } from '../services/admin/admin-service.ts';
import { createRelayService } from '../services/relay.ts';
import { stampOf } from '../transport/grpc/caller-role.ts';
import { nowMs } from './clocks.ts';
import type { Core } from './core.ts';
import type { Front } from './front.ts';
import { COMMON_PATHS, createPeerServer } from './grpc-servers.ts';
import type { Health } from './health.ts';
import { authorize } from './peer-security.ts';
import { transportOptions } from './settings.ts';
import { toError } from './to-error.ts';

/** What peers and operators may make a member hold: messages on their way in, and replies on theirs out. */
const HELD_BYTES_MAX = 256 << 20;
const STREAMS_PER_CONNECTION_MAX = 4_096;
const HEADER_BYTES_MAX = 16_384;

/** What is served on the peer port, to those who have proved who they are. */
export interface PeerRpc extends Pick<RpcServer, 'close'> {
  accept(socket: Socket): void;
}

export function createPeerRpc(
  config: Config,
  log: Log,
  { transport, credentials, self }: Pick<Core, 'credentials' | 'self' | 'transport'>,
  { admin, relayed }: Pick<Front, 'admin' | 'relayed'>,
  health: Health,
): PeerRpc {
  const options = transportOptions(config);
  const { unary, streamPaths } = adminMethods(admin);
  const room = createRoom(HELD_BYTES_MAX);
  const relay = createRelayService({
    methods: relayed,
    cluster: () => self().identity?.cluster,
    refuse: (caller) => authorize(caller, 'peer'),
  });
  const server = createPeerServer(transport, admin, health, options.receiveBytesMax);
  const others = server.createConnectionInjector(ServerCredentials.createInsecure());
  const rpc = createRpcServer({
    methods: new Map([
      ...unaryMethods(PeerServiceService, { ...transport.service.handlers, relay }),
      ...unary,
    ]),
    streams: transport.service.streams,
    otherPaths: new Set([...COMMON_PATHS, ...streamPaths]),
    others: (socket) => others.injectConnection(socket),
    room,
    messageBytesMax: options.receiveBytesMax,
    limits: {
      streamsMax: STREAMS_PER_CONNECTION_MAX,
      headerBytesMax: HEADER_BYTES_MAX,
      // Appends of a turn fit in it: a slow round trip must not cost several of them.
      windowBytes: options.inflightBytesMax,
    },
    bytesMax: HELD_BYTES_MAX,
    stallMs: config['timeout.stall'],
    keepaliveMs: options.keepaliveMs,
    keepaliveTimeoutMs: options.keepaliveTimeoutMs,
    nowMs,
    ended: (ended, heldBytes) => log.write('connections_ended', { ...ended, heldBytes }),
    broken: (connections, error) => log.write('connections_broken', { connections, error }),
    unforeseen: (error) => log.write('request_failed', { method: 'peer', error: toError(error) }),
  });
  return {
    accept: credentials.acceptor((socket, role) => rpc.accept(socket, stampOf(role))),
    close: () => rpc.close(),
  };
}

/** Those with one request and one reply, and the paths of the others. */
function adminMethods({ handlers }: AdminService) {
  const methods = Object.entries(AdminServiceService);
  const streamed = methods.filter(([, { responseStream }]) => responseStream);
  const streamNames = new Set(streamed.map(([name]) => name));
  const plain = Object.entries(handlers).filter(([name]) => !streamNames.has(name));
  return {
    unary: unaryMethods(AdminServiceService, Object.fromEntries(plain)),
    streamPaths: streamed.map(([, { path }]) => path),
  };
}
