/** Calls of two streams, with grpc-js at either end and with our own. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Client, credentials, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ClientDuplexStream, ServerDuplexStream } from '@grpc/grpc-js';
import { HELLO, reset } from '../http2/testing/harness.ts';
import type { CallEnd } from './call-end.ts';
import { openCall } from './outgoing-call.ts';
import type { ServedStream, StreamListener } from './stream-handler.ts';
import { createBench, framed, until } from './testing/bench.ts';
import type { Bench, BenchSetup } from './testing/bench.ts';
import { request } from './testing/requests.ts';

const PATH = '/test.Streams/Talk';
const MIB = 1 << 20;
const asItIs = (bytes: Buffer): Buffer => bytes;

/** What a caller does and sees, whichever way it calls. */
interface Talk {
  readonly write: (message: Buffer) => void;
  readonly cancel: () => void;
  readonly received: Buffer[];
  readonly end: Promise<CallEnd>;
}

/** Does what the messages say: repeats them, or ends the call. */
function repeat(call: ServedStream): StreamListener {
  return {
    message: (message) => {
      const text = message.length < 20 ? message.toString() : '';
      if (text === 'end') call.end();
      else if (text === 'fail') call.fail({ code: status.ABORTED, details: 'größer als 100 %' });
      else call.write(message);
    },
    ended: () => call.end(),
    cancelled: () => undefined,
  };
}

describe('A call of two streams', () => {
  const closers: (() => unknown)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function serve(setup: BenchSetup = {}): Promise<Bench> {
    const bench = await createBench({
      streams: new Map([[PATH, repeat]]),
      messageBytesMax: 64 * MIB,
      ...setup,
    });
    closers.push(async () => {
      await bench.dispose();
      await until(() => bench.connections() === 0);
      assert.equal(bench.room.heldBytes(), 0);
    });
    return bench;
  }

  /** The same service on grpc-js. */
  async function serveOnGrpc(): Promise<string> {
    const server = new Server({ 'grpc.max_receive_message_length': -1 });
    const talk = (call: ServerDuplexStream<Buffer, Buffer>): void => {
      const listener = repeat({
        metadata: call.metadata,
        peer: '',
        write: (message) => call.write(Buffer.from(message)),
        end: () => call.end(),
        fail: (failure) => call.emit('error', failure),
        hold: () => undefined,
      });
      call.on('data', (message: Buffer) => listener.message(message));
      call.on('end', () => listener.ended());
    };
    const coding = {
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    };
    const method = { path: PATH, requestStream: true, responseStream: true, ...coding };
    server.addService({ talk: method }, { talk });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    closers.push(() => server.forceShutdown());
    return `127.0.0.1:${port}`;
  }

  function socketTo(address: string): Socket {
    const [host = '', port = ''] = address.split(':');
    return connect({ host, port: Number(port), noDelay: true });
  }

  function talk(address: string, path = PATH): Talk & { readonly waitingBytes: () => number } {
    const received: Buffer[] = [];
    const { promise: end, resolve } = Promise.withResolvers<CallEnd>();
    const parts = { messageBytesMax: 64 * MIB, keepaliveMs: 5_000, keepaliveTimeoutMs: 5_000 };
    const call = openCall(
      { ...parts, path, socket: socketTo(address) },
      {
        message: (message) => received.push(message),
        drained: () => undefined,
        ended: resolve,
      },
    );
    closers.push(() => call.close());
    return {
      write: (message) => call.write(message),
      waitingBytes: () => call.waitingBytes(),
      cancel: () => call.close(),
      received,
      end,
    };
  }

  function talkOverGrpc(address: string, path = PATH): Talk {
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
    });
    closers.push(() => client.close());
    const call: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
      path,
      asItIs,
      asItIs,
      new Metadata(),
    );
    const received: Buffer[] = [];
    const { promise: end, resolve } = Promise.withResolvers<CallEnd>();
    call.on('data', (message: Buffer) => received.push(message));
    call.on('error', () => undefined);
    call.on('status', resolve);
    return {
      write: (message) => void call.write(message),
      cancel: () => call.cancel(),
      received,
      end,
    };
  }

  const WAYS: readonly (readonly [string, () => Promise<Talk>])[] = [
    ['between our own ends', async () => talk((await serve()).address)],
    ['from grpc-js to our own end', async () => talkOverGrpc((await serve()).address)],
    ['from our own end to grpc-js', async () => talk(await serveOnGrpc())],
  ];

  for (const [way, open] of WAYS) {
    describe(way, () => {
      it('carries messages of all sizes both ways, in their order', async () => {
        const { write, received, end } = await open();
        const sizes = [1, 0, 400, 16_384, 65_535, 3 * MIB, 7, 9 * MIB];
        sizes.forEach((bytes, at) => write(Buffer.alloc(bytes, 100 + at)));
        await until(() => received.length === sizes.length);
        received.forEach((message, at) => {
          assert(message.equals(Buffer.alloc(sizes[at] ?? 0, 100 + at)), `message ${at}`);
        });
        write(Buffer.from('end'));
        assert.equal((await end).code, status.OK);
      });

      it('ends with what the server says, at once or after messages', async () => {
        for (const before of [0, 2]) {
          const { write, received, end } = await open();
          for (let count = 0; count < before; count += 1) write(Buffer.from('before'));
          write(Buffer.from('fail'));
          assert.deepEqual(pick(await end), [status.ABORTED, 'größer als 100 %']);
          assert.equal(received.length, before);
        }
      });
    });
  }

  it('tells the server that its caller has gone', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<undefined>();
    const handler = (call: ServedStream): StreamListener => ({
      ...repeat(call),
      cancelled: () => resolve(undefined),
    });
    const bench = await serve({ streams: new Map([[PATH, handler]]) });
    const { write, received, cancel } = talk(bench.address);
    write(Buffer.from('hello'));
    await until(() => received.length === 1);
    cancel();
    await gone;
  });

  it('tells the caller that the server has gone, and why there is none', async () => {
    const bench = await serve();
    const { write, received, end } = talk(bench.address);
    write(Buffer.from('hello'));
    await until(() => received.length === 1);
    bench.server.close();
    assert.match((await end).details, /^Connection dropped: /);
    const refused = await talk('127.0.0.1:1').end;
    assert.equal(refused.code, status.UNAVAILABLE);
    assert.match(refused.details, /ECONNREFUSED/);
  });

  it('is refused where nobody serves it', async () => {
    const { address } = await serve();
    assert.deepEqual(pick(await talk(address, '/test.Streams/Nothing').end), [
      status.UNIMPLEMENTED,
      'The server does not implement the method /test.Streams/Nothing',
    ]);
    assert.equal((await talk(await serveOnGrpc(), '/no').end).code, status.UNIMPLEMENTED);
  });

  it('is refused a message that is too long, compressed or cut short', async () => {
    const bench = await serve({ messageBytesMax: 1_000 });
    const { write, end } = talk(bench.address);
    write(Buffer.alloc(1_001));
    assert.deepEqual(pick(await end), [
      status.RESOURCE_EXHAUSTED,
      'a message of 1001 bytes; 1000 at most',
    ]);
    const session = bench.http2();
    const headers = { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc' };
    for (const [body, code] of [
      [framed(Buffer.alloc(3), 3, 1), status.UNIMPLEMENTED],
      [framed(Buffer.alloc(3), 4), status.INTERNAL],
    ] as const) {
      const stream = session.request(headers);
      const answer = new Promise<unknown>((resolve) => {
        stream.on('response', (fields) => resolve(fields['grpc-status']));
      });
      stream.on('error', () => undefined);
      stream.end(body);
      assert.equal(await answer, String(code));
    }
  });

  it('lets its caller send no more than the window while it is held, and all of it afterwards', async () => {
    const calls: ServedStream[] = [];
    let taken = 0;
    const handler = (call: ServedStream): StreamListener => {
      calls.push(call);
      call.hold(true);
      return { ...repeat(call), message: ({ length }) => void (taken += length) };
    };
    const windowBytes = 256 << 10;
    const bench = await serve({ streams: new Map([[PATH, handler]]), windowBytes });
    const { write, waitingBytes } = talk(bench.address);
    for (let count = 0; count < 400; count += 1) write(Buffer.alloc(10_000));
    await until(() => taken > windowBytes - 20_000);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    for (let count = 0; count < 200; count += 1) await turn();
    assert(taken <= windowBytes, `${taken} bytes were taken`);
    assert(waitingBytes() > 3_000_000, 'the rest waits where it was sent');
    calls[0]?.hold(false);
    await until(() => taken === 4_000_000);
    assert.equal(waitingBytes(), 0);
  });

  it('counts a message of which the rest does not come, and ends whoever lets it wait', async () => {
    const bench = await serve();
    const session = bench.http2();
    const headers = { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc' };
    const stream = session.request(headers);
    stream.on('error', () => undefined);
    stream.write(framed(Buffer.alloc(20_000), 30_000));
    await until(() => bench.room.heldBytes() >= 20_000);
    bench.pass(0);
    stream.write(Buffer.alloc(10_000));
    await until(() => bench.room.heldBytes() < 20_000);
    bench.pass(10_000);
    assert.equal(bench.server.stats().ended.stalled, 0, 'nothing is owed between messages');
    stream.write(framed(Buffer.alloc(20_000), 30_000));
    await until(() => bench.room.heldBytes() >= 20_000);
    bench.pass(0);
    bench.pass(10_000);
    assert.equal(bench.server.stats().ended.stalled, 1);
  });

  it('may be taken back at once', async () => {
    const bench = await serve();
    const socket = await bench.raw();
    for (let id = 1; id < 200; id += 2) {
      socket.write(
        Buffer.concat([id === 1 ? HELLO : Buffer.alloc(0), request(id, PATH), reset(id)]),
      );
    }
    const { write, received } = talk(bench.address);
    write(Buffer.from('hello'));
    await until(() => received.length === 1);
  });
});

const pick = ({ code, details }: CallEnd): unknown[] => [code, details];
