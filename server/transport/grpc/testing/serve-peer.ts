import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { PeerServiceService } from '../../../../proto/gen/robustmq/raft/v1/raft.ts';
import { createRoom } from '../../../rpc/room.ts';
import { createRpcServer } from '../../../rpc/rpc-server.ts';
import { unaryMethods } from '../../../rpc/unary-methods.ts';
import { stampOf } from '../caller-role.ts';
import type { PeerCredentials } from '../credentials.ts';
import type { GrpcTransport } from '../grpc-transport.ts';
import type { TransportOptions } from '../options.ts';

/** Serves a transport on a port of loopback, and nothing beside it. */
export async function servePeer(
  { service }: Pick<GrpcTransport, 'service'>,
  credentials: Pick<PeerCredentials, 'acceptor'>,
  options: TransportOptions,
): Promise<{ readonly port: number; readonly kill: () => void }> {
  const server = createRpcServer({
    methods: unaryMethods(PeerServiceService, service.handlers),
    streams: service.streams,
    otherPaths: new Set(),
    others: () => assert.fail('nothing is handed on'),
    room: createRoom(Infinity),
    messageBytesMax: options.receiveBytesMax,
    limits: { streamsMax: 100, headerBytesMax: 16_384, windowBytes: options.inflightBytesMax },
    bytesMax: Infinity,
    stallMs: 10_000,
    keepaliveMs: options.keepaliveMs,
    keepaliveTimeoutMs: options.keepaliveTimeoutMs,
    nowMs: () => performance.now(),
    ended: () => undefined,
    broken: () => undefined,
    unforeseen: (error) => assert.fail(String(error)),
  });
  const accept = credentials.acceptor((socket, role) => server.accept(socket, stampOf(role)));
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const kill = (): void => {
    listener.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, kill };
}
