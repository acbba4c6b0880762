import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import type { MetaServiceServiceServer } from '../../proto/gen/meta/common.ts';
import { listen } from './grpc-listener.ts';
import type { ListenerLimits } from './grpc-listener.ts';
import { createOverloadGuard } from './overload-guard.ts';
import type { OverloadSetup } from './overload-guard.ts';

const KIB = 1_024;
const LARGE = 'v'.repeat(400 * KIB);

/** A listener of a server that has one large value, and clients of it. */
async function createBench(limits: ListenerLimits) {
  const unused = (): never => assert.fail('not called here');
  const kv: MetaServiceServiceServer = {
    set: (_call, callback) => callback(null, {}),
    get: (_call, callback) => callback(null, { value: LARGE }),
    delete: unused,
    exists: unused,
    getPrefix: unused,
  };
  const server = new Server({ 'grpc.enable_channelz': 0 });
  server.addService(Kv, { ...kv });
  const credentials = ServerCredentials.createInsecure();
  const listener = await listen(server, credentials, { host: '127.0.0.1', port: 0 }, limits);
  const { port } = listener.address;
  const sessions: (ClientHttp2Session | Socket)[] = [];
  return {
    listener,
    raw: async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sessions.push(socket);
      await once(socket, 'connect');
      return socket.resume();
    },
    call: (path: string): { session: ClientHttp2Session; stream: ClientHttp2Stream } => {
      const session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => undefined);
      sessions.push(session);
      const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc' };
      const stream = session.request(headers).on('error', () => undefined);
      return { session, stream };
    },
    dispose: (): void => {
      for (const session of sessions) session.destroy();
      listener.stopAccepting();
      listener.destroy();
      server.forceShutdown();
    },
  };
}

const guardOf = (setup: Partial<OverloadSetup>) =>
  createOverloadGuard({
    bytesMax: 1_000 * KIB,
    stallMs: 60_000,
    nowMs: () => performance.now(),
    relieve: () => undefined,
    ended: () => undefined,
    ...setup,
  });

/** The first bytes of a message that says it is 1 MiB long. */
function partOfMessage(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32BE(KIB * KIB, 1);
  return buffer;
}

const wholeMessage = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

describe('A gRPC listener', () => {
  let bench: Awaited<ReturnType<typeof createBench>>;

  afterEach(() => bench.dispose());

  it('closes connections beyond the limit, counts them, and says so once a second', async () => {
    let told = 0;
    bench = await createBench({ connectionsMax: 2, full: () => (told += 1) });
    await Promise.all([bench.raw(), bench.raw()]);
    for (let attempt = 0; attempt < 3; attempt++) await once(await bench.raw(), 'close');
    assert.deepEqual(bench.listener.stats(), { connections: 2, refused: 3 });
    assert.equal(told, 1);
  });

  it('ends the connection that holds the most of unfinished requests', async () => {
    const guard = guardOf({});
    bench = await createBench({ connectionsMax: 10, guard });
    const small = bench.call(Kv.set.path);
    small.stream.write(partOfMessage(10 * KIB));
    const large = bench.call(Kv.set.path);
    const alsoLarge = bench.call(Kv.set.path);
    const firstEnded = Promise.race([
      once(large.session, 'close'),
      once(alsoLarge.session, 'close'),
    ]);
    large.stream.write(partOfMessage(900 * KIB));
    alsoLarge.stream.write(partOfMessage(900 * KIB));
    await firstEnded;
    assert.equal(small.session.destroyed, false);
    assert.equal(guard.stats().ended.overload, 1);
  });

  it('ends one that does not take its reply, and one that never speaks; not one that is idle', async () => {
    const guard = guardOf({ stallMs: 300 });
    bench = await createBench({ connectionsMax: 10, guard });
    const idle = bench.call(Kv.set.path);
    idle.stream.resume().end(wholeMessage(Kv.set.requestSerialize({ key: 'k', value: 'v' })));
    const deaf = bench.call(Kv.get.path);
    deaf.stream.end(wholeMessage(Kv.get.requestSerialize({ key: 'k' })));
    const silent = await bench.raw();
    await Promise.all([
      once(deaf.session, 'close'),
      once(silent, 'close'),
      once(idle.stream, 'close'),
    ]);
    assert.equal(idle.session.destroyed, false);
    assert.equal(guard.stats().ended.stalled, 2);
  });
});

describe('An overload guard', () => {
  it('makes room for replies only as long as there is some', () => {
    const guard = guardOf({});
    assert.equal(guard.admitReply(900 * KIB), true);
    assert.equal(guard.admitReply(200 * KIB), false);
    assert.equal(guard.admitReply(KIB), true, 'small ones always');
    guard.close();
  });
});
