/** A server of calls on a loopback socket, with a service that does what it is told, and its clients. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { loadSync } from '@grpc/proto-loader';
import { HealthImplementation, protoPath } from 'grpc-health-check';
import { MetaServiceServiceService as Kv } from '../../../proto/gen/meta/common.ts';
import type { Http2Error } from '../../http2/http2-error.ts';
import { createRoom } from '../room.ts';
import { createRpcServer } from '../rpc-server.ts';
import type { RpcServerParts } from '../rpc-server.ts';
import type { Answerer, IncomingCall } from '../unary-handler.ts';
import type { StreamMethods } from '../stream-handler.ts';
import { unaryMethods } from '../unary-methods.ts';

type Handler = (call: IncomingCall<never>, answer: Answerer<unknown>) => void;

export const PATHS = {
  reflection: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  check: '/grpc.health.v1.Health/Check',
  watch: '/grpc.health.v1.Health/Watch',
} as const;

export interface BenchSetup extends Partial<
  Pick<RpcServerParts, 'bytesMax' | 'messageBytesMax' | 'stallMs'>
> {
  readonly get?: Handler;
  readonly streams?: StreamMethods;
  readonly windowBytes?: number;
  readonly set?: Handler;
  /** Answered with an iterator of replies. */
  readonly listTenant?: Handler;
}

/** What the server said, in order. */
interface Told {
  readonly broken: { readonly connections: number; readonly first: Http2Error }[];
  readonly unforeseen: unknown[];
  readonly ended: unknown[];
}

export type Bench = Awaited<ReturnType<typeof createBench>>;

/** Answers writes with nothing, and reads with what `key` asks for: so many bytes. */
export async function createBench(setup: BenchSetup = {}) {
  const told: Told = { broken: [], unforeseen: [], ended: [] };
  const handlers = handlersOf(setup);
  const clock = { nowMs: 1_000_000 };
  const bytesMax = setup.bytesMax ?? 32 << 20;
  const room = createRoom(bytesMax);
  const health = new HealthImplementation({ '': 'SERVING' });
  const inside = new Server({
    'grpc.max_receive_message_length': 4 << 20,
    'grpc.enable_channelz': 0,
  });
  inside.addService(Kv, handlers as never);
  health.addToServer(inside);
  new ReflectionService(loadSync(protoPath)).addToServer(inside);
  const injector = inside.createConnectionInjector(ServerCredentials.createInsecure());
  const server = createRpcServer({
    methods: unaryMethods(Kv, { ...handlers, listTenant: setup.listTenant }),
    streams: setup.streams ?? new Map(),
    otherPaths: new Set(Object.values(PATHS)),
    others: (socket) => injector.injectConnection(socket),
    room,
    messageBytesMax: setup.messageBytesMax ?? 4 << 20,
    limits: { streamsMax: 1_000, headerBytesMax: 16_384, windowBytes: setup.windowBytes ?? 65_535 },
    bytesMax,
    stallMs: setup.stallMs ?? 10_000,
    keepaliveMs: 30_000,
    keepaliveTimeoutMs: 20_000,
    nowMs: () => clock.nowMs,
    ended: (ended) => told.ended.push(ended),
    broken: (connections, first) => told.broken.push({ connections, first }),
    unforeseen: (error) => told.unforeseen.push(error),
  });
  const { port, accepted, close } = await listen((socket) => server.accept(socket));
  const clients: { destroy(): unknown }[] = [];
  return {
    address: `127.0.0.1:${port}`,
    server,
    room,
    told,
    health,
    connections: () => accepted.size,
    /** Of those that are open. */
    readBytes: () => [...accepted].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    /** A look at all connections after so much made-up time. */
    pass: (ms: number): void => {
      clock.nowMs += ms;
      server.look();
    },
    raw: async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      clients.push(socket);
      await once(socket, 'connect');
      return socket;
    },
    http2: (settings: { initialWindowSize?: number } = {}): ClientHttp2Session => {
      const session = connectHttp2(`http://127.0.0.1:${port}`, { settings }).on(
        'error',
        () => undefined,
      );
      clients.push(session);
      return session;
    },
    dispose: async (): Promise<void> => {
      for (const client of clients) client.destroy();
      server.close();
      inside.forceShutdown();
      await close();
    },
  };
}

/** What the service does with each call. */
const handlersOf = (setup: BenchSetup): Record<string, Handler> => ({
  set: setup.set ?? ((_call, answer) => answer(null, {})),
  get:
    setup.get ??
    (({ request }: IncomingCall<{ key: string }>, answer) =>
      answer(null, { value: 'v'.repeat(Number(request.key)) })),
  delete: (_call, answer) => answer({ code: status.ABORTED, details: 'größer als 100 %\n' }),
});

async function listen(accept: (socket: Socket) => void) {
  const accepted = new Set<Socket>();
  const acceptor = createServer({ noDelay: true }, (socket) => {
    accepted.add(socket);
    socket.once('close', () => accepted.delete(socket));
    accept(socket);
  });
  acceptor.listen(0, '127.0.0.1');
  await once(acceptor, 'listening');
  const close = async (): Promise<void> => {
    acceptor.close();
    await once(acceptor, 'close');
  };
  return { port: (acceptor.address() as AddressInfo).port, accepted, close };
}

/** Waits until it is so: things on sockets and inside happen in turns of their own. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

const HEADERS = {
  ':method': 'POST',
  'content-type': 'application/grpc',
  te: 'trailers',
} as const;

/** A call by hand: what is answered, when it has come to its end. */
export function call(
  session: ClientHttp2Session,
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
) {
  const stream = session.request({ ...HEADERS, ':path': path, ...headers });
  const answer = { status: '', message: '', http: 0, data: Buffer.alloc(0), code: 0 };
  const take = (fields: Record<string, unknown>): void => {
    const { 'grpc-status': status, 'grpc-message': message } = fields;
    if (typeof status === 'string') answer.status = status;
    if (typeof message === 'string') answer.message = message;
  };
  stream.on('response', (fields) => {
    answer.http = Number(fields[':status']);
    take(fields);
  });
  stream.on('trailers', take);
  stream.on('data', (data: Buffer) => (answer.data = Buffer.concat([answer.data, data])));
  stream.on('error', () => undefined);
  const done = once(stream, 'close').then(() => {
    answer.code = stream.rstCode;
    return answer;
  });
  return { stream, answer, done };
}

/** A message as it is sent; `claimed`: the length that it says it has. */
export function framed(message: Uint8Array, claimed = message.length, compressed = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed;
  head.writeUInt32BE(claimed, 1);
  return Buffer.concat([head, message]);
}
