/** A server of calls on loopback, its clients, and time that is made up. */
import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import type { MetaServiceServiceServer } from '../../../proto/gen/meta/common.ts';
import {
  MetaServiceServiceClient,
  MetaServiceServiceService as Kv,
} from '../../../proto/gen/meta/common.ts';
import { createRoom } from '../room.ts';
import { createRpcServer } from '../rpc-server.ts';
import type { RpcServerParts } from '../rpc-server.ts';
import type { UnaryService } from '../unary-handler.ts';
import { unaryMethods } from '../unary-methods.ts';

type KvService = UnaryService<MetaServiceServiceServer>;

/** Stores nothing: `get` gives the key back as many times as it says, `set` takes anything. */
const ECHO: KvService = {
  set: (_call, answer) => answer(null, {}),
  get: ({ request }, answer) => answer(null, { value: request.key }),
  delete: (_call, answer) => answer(null, {}),
  exists: (_call, answer) => answer(null, { flag: true }),
  getPrefix: (_call, answer) => answer(null, { values: [] }),
};

export async function createBench(
  handlers: Partial<KvService> = {},
  parts: Partial<RpcServerParts> & { readonly roomBytes?: number } = {},
) {
  const kv = { ...ECHO, ...handlers };
  const inner = new Server({ 'grpc.enable_channelz': 0 });
  inner.addService(Kv, kv);
  const injector = inner.createConnectionInjector(ServerCredentials.createInsecure());
  const room = createRoom(parts.roomBytes ?? 1_000_000);
  const defects: unknown[] = [];
  const failures: string[] = [];
  const rpc = createRpcServer({
    methods: unaryMethods(Kv, kv),
    others: (socket) => injector.injectConnection(socket),
    room,
    messageBytesMax: 1_000_000,
    limits: { streamsMax: 100, headerBytesMax: 16_384 },
    bytesMax: 1_000_000,
    stallMs: 60_000,
    keepaliveMs: 60_000,
    keepaliveTimeoutMs: 60_000,
    lookMs: 10,
    nowMs: () => performance.now(),
    ended: () => undefined,
    failed: ({ code }) => failures.push(code),
    unforeseen: (error) => defects.push(error),
    ...parts,
  });
  const acceptor = createServer((socket) => rpc.accept(socket));
  acceptor.listen(0, '127.0.0.1');
  await once(acceptor, 'listening');
  const { port } = acceptor.address() as AddressInfo;
  const opened: { destroy(): void }[] = [];
  const client = new MetaServiceServiceClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
  return {
    rpc,
    room,
    client,
    port,
    defects,
    failures,
    raw: async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      opened.push(socket);
      await once(socket, 'connect');
      return socket;
    },
    http2: (options: Parameters<typeof connectHttp2>[1] = {}): ClientHttp2Session => {
      const session = connectHttp2(`http://127.0.0.1:${port}`, options);
      session.on('error', () => undefined);
      opened.push(session);
      return session;
    },
    dispose: (): void => {
      client.close();
      for (const each of opened) each.destroy();
      acceptor.close();
      rpc.close();
      inner.forceShutdown();
    },
  };
}

export const HEADERS = {
  ':method': 'POST',
  ':path': Kv.get.path,
  'content-type': 'application/grpc',
  te: 'trailers',
} as const;

/** A message as it is on the wire. */
export function framed(message: Uint8Array, lengthBytes = message.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(lengthBytes, 1);
  return Buffer.concat([head, message]);
}
