/** Calls with one reply, of our own, to grpc-js and to our server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { createBench } from './testing/bench.ts';
import { createUnaryCaller } from './unary-caller.ts';
import type { UnaryCaller, UnaryOutcome } from './unary-caller.ts';

const GET = '/test.Echo/Say';
const asItIs = (bytes: Buffer): Buffer => bytes;
const DEFINITION = {
  say: {
    path: GET,
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
};

describe('A caller with one connection', () => {
  const closers: (() => unknown)[] = [];
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    sockets.length = 0;
  });

  function callerOf(port: number, keepalive = { keepaliveMs: 10_000, keepaliveTimeoutMs: 5_000 }) {
    const caller = createUnaryCaller({
      ...keepalive,
      authority: `127.0.0.1:${port}`,
      connect: () => {
        const socket = connect({ port, host: '127.0.0.1' });
        sockets.push(socket);
        return socket;
      },
    });
    closers.push(() => caller.close());
    return caller;
  }

  const ask = (
    caller: UnaryCaller,
    message: string | Buffer,
    timeoutMs = 5_000,
  ): Promise<UnaryOutcome> =>
    new Promise((resolve) => {
      caller.call({ path: GET, message: Buffer.from(message), timeoutMs }, resolve);
    });

  const replied = async (outcome: Promise<UnaryOutcome>): Promise<string> => {
    const settled = await outcome;
    return settled.kind === 'reply'
      ? settled.reply.toString()
      : `${settled.code}: ${settled.details}`;
  };

  /** Repeats what it is told, fails when it is told to, and is silent when it is told to. */
  async function serve(): Promise<{ readonly port: number; readonly server: Server }> {
    const server = new Server({ 'grpc.max_receive_message_length': 64 << 20 });
    server.addService(DEFINITION, {
      say: (
        { request }: { request: Buffer },
        done: (error: object | null, reply?: Buffer) => void,
      ) => {
        const text = request.toString();
        if (text === 'fail') done({ code: status.ABORTED, details: 'größer als 100 %' });
        else if (text !== 'silence')
          done(null, request.length > 1_000 ? Buffer.from(String(request.length)) : request);
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    closers.push(() => server.forceShutdown());
    return { port, server };
  }

  it('makes all calls on one connection, at once and one after another', async () => {
    const { port } = await serve();
    const caller = callerOf(port);
    const many = Array.from({ length: 50 }, (_, at) => String(at));
    assert.deepEqual(await Promise.all(many.map((each) => replied(ask(caller, each)))), many);
    assert.equal(await replied(ask(caller, '')), '');
    assert.equal(caller.calls(), 0);
    assert.equal(sockets.length, 1);
  });

  it('sends more than the windows of the other end take at once', async () => {
    const { port } = await serve();
    const sent = Buffer.alloc(3 << 20, 1);
    assert.equal(await replied(ask(callerOf(port), sent)), String(sent.length));
  });

  it('calls our own server', async () => {
    const bench = await createBench();
    closers.push(() => bench.dispose());
    const caller = callerOf(Number(bench.address.split(':')[1]));
    const message = Kv.set.requestSerialize({ key: 'k', value: 'v' });
    const outcome = await new Promise<UnaryOutcome>((resolve) => {
      caller.call({ path: Kv.set.path, message, timeoutMs: 5_000 }, resolve);
    });
    assert.equal(outcome.kind, 'reply');
  });

  it('tells what the other end says of a call that failed', async () => {
    const { port } = await serve();
    assert.equal(await replied(ask(callerOf(port), 'fail')), '10: größer als 100 %');
  });

  it('gives a call up after its time, and goes on with the connection', async () => {
    const { port } = await serve();
    const caller = callerOf(port);
    assert.equal(await replied(ask(caller, 'silence', 50)), '4: no answer within 50 ms');
    assert.equal(await replied(ask(caller, 'a')), 'a');
    assert.equal(sockets.length, 1);
  });

  it('tells nothing of a call that was given up', async () => {
    const { port } = await serve();
    const caller = callerOf(port);
    const giveUp = caller.call({ path: GET, message: Buffer.from('a'), timeoutMs: 50 }, () =>
      assert.fail('told'),
    );
    giveUp();
    assert.equal(await replied(ask(caller, 'b')), 'b');
    assert.equal(caller.calls(), 0);
  });

  it('connects anew after the connection was lost, and where nobody listened', async () => {
    const { port, server } = await serve();
    const caller = callerOf(port);
    const waiting = replied(ask(caller, 'silence'));
    assert.equal(await replied(ask(caller, 'a')), 'a');
    server.forceShutdown();
    assert.match(await waiting, /^(14|8|1): /);
    assert.match(await replied(ask(caller, 'b')), /^14: Connection dropped: .*ECONNREFUSED/);
    const again = new Server();
    again.addService(DEFINITION, {
      say: ({ request }: { request: Buffer }, done: (error: null, reply: Buffer) => void) =>
        done(null, request),
    });
    await new Promise((resolve) => {
      again.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), resolve);
    });
    closers.push(() => again.forceShutdown());
    assert.equal(await replied(ask(caller, 'c')), 'c');
  });

  /** Says nothing; and how its connections end. */
  async function listenInSilence() {
    const ends: Promise<unknown>[] = [];
    const silent = createServer((socket) => {
      socket.resume();
      ends.push(once(socket, 'close').catch((error: unknown) => error));
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    closers.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    return { port, ends };
  }

  it('gives a connection up that shows no sign of life', async () => {
    const { port, ends } = await listenInSilence();
    const caller = callerOf(port, { keepaliveMs: 20, keepaliveTimeoutMs: 20 });
    assert.match(await replied(ask(caller, 'a')), /^14: .*no sign of life within 20 ms/);
    assert.equal(caller.calls(), 0);
    // By a reset: what was sent, and has not arrived, arrives no more.
    assert.match(String(await ends[0]), /ECONNRESET/);
  });

  it('has its connection broken off by a reset when the system closes it', async function () {
    if (process.platform !== 'linux') this.skip();
    const { port, ends } = await listenInSilence();
    const answer = replied(ask(callerOf(port), 'a', 200));
    assert.match(await answer, /^4: /);
    sockets[0]?.destroy();
    assert.match(String(await ends[0]), /ECONNRESET/);
  });

  it('gives a connection up that is broken', async () => {
    const broken = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 no\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(broken, 'listening');
    closers.push(() => broken.close());
    const { port } = broken.address() as AddressInfo;
    assert.match(await replied(ask(callerOf(port), 'a')), /^13: the other end broke the protocol/);
  });
});
