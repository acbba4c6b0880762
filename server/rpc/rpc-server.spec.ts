import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { constants } from 'node:http2';
import { Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { encodeFrame, FLAG, FRAME, PREFACE } from '../http2/frame.ts';
import { encodeHeaders } from '../http2/hpack/encode-headers.ts';
import { SETTING } from '../http2/peer-settings.ts';
import { number, setting } from '../http2/testing/wire.ts';
import { createBench, framed, HEADERS } from './testing/bench.ts';

type Bench = Awaited<ReturnType<typeof createBench>>;

const KIB = 1_024;
const GET_HEADERS = encodeHeaders(
  [
    ...Object.entries(HEADERS).map(([name, value]) => ({ name, value })),
    { name: ':scheme', value: 'http' },
  ].sort((one, other) => one.name.localeCompare(other.name)),
);
const GET = framed(Kv.get.requestSerialize({ key: 'k' }));

/** The reply to `get`, or how it failed. */
const get = (bench: Bench, key: string, deadlineMs?: number): Promise<string> =>
  new Promise((resolve) => {
    const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    bench.client.get({ key }, new Metadata(), options, (error, reply) =>
      resolve(error === null ? reply.value : `${status[error.code]}: ${error.details}`),
    );
  });

const set = (bench: Bench, value: string): Promise<ServiceError | null> =>
  new Promise((resolve) => {
    bench.client.set({ key: 'k', value }, (error) => resolve(error));
  });

/** What a stream ended with. */
async function endOf(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders & { body: string }> {
  let headers: IncomingHttpHeaders = {};
  let body = '';
  stream.on('response', (given: IncomingHttpHeaders) => (headers = { ...headers, ...given }));
  stream.on('trailers', (given: IncomingHttpHeaders) => (headers = { ...headers, ...given }));
  stream.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  stream.on('error', () => undefined);
  await once(stream, 'close');
  return { ...headers, body };
}

async function call(session: ClientHttp2Session, body: Buffer, headers: object = {}) {
  const stream = session.request({ ...HEADERS, ...headers });
  stream.end(body);
  return endOf(stream);
}

/** Waits until something is so; the looks of the server are what it waits for. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('A server of plain calls', () => {
  let bench: Bench;

  afterEach(() => {
    assert.equal(bench.defects.length, 0);
    bench.dispose();
  });

  it('answers a client of grpc-js, many calls at once', async () => {
    bench = await createBench();
    const keys = Array.from({ length: 300 }, (_, at) => `key ${at}`);
    assert.deepEqual(await Promise.all(keys.map((key) => get(bench, key))), keys);
  });

  it('hands failures on with their texts, whatever is in them', async () => {
    const details = 'has to forward request to: "Ü%\n"';
    bench = await createBench({
      get: (_call, answer) => answer({ code: status.ABORTED, details }),
    });
    assert.equal(await get(bench, 'k'), `ABORTED: ${details}`);
  });

  it('carries large requests and replies, and gives their room back', async () => {
    bench = await createBench({
      get: (_call, answer) => answer(null, { value: 'v'.repeat(900 * KIB) }),
    });
    assert.equal(await set(bench, 'v'.repeat(900 * KIB)), null);
    assert.equal((await get(bench, 'k')).length, 900 * KIB);
    await until(() => bench.room.heldBytes() === 0);
  });

  it('refuses a message beyond the limit before it has come', async () => {
    bench = await createBench({}, { messageBytesMax: 100_000 });
    const error = await set(bench, 'v'.repeat(200 * KIB));
    assert.equal(error?.code, status.RESOURCE_EXHAUSTED);
    assert.match(error.details, /^limits\.message: 100000 bytes at most, got 20\d+$/);
  });

  it('refuses a message that comes in pieces when there is no room for it', async () => {
    bench = await createBench({}, { roomBytes: 100_000 });
    const error = await set(bench, 'v'.repeat(150 * KIB));
    assert.equal(error?.code, status.RESOURCE_EXHAUSTED);
    assert.match(error.details, /^limits\.connection_bytes/);
    assert.equal(bench.room.heldBytes(), 0);
    assert.equal(await set(bench, 'small'), null);
  });

  it('tells the handler when a deadline passes, and the client once', async () => {
    let cancelled = 0;
    let late: () => void = () => undefined;
    bench = await createBench({
      get: (incoming, answer) => {
        incoming.on('cancelled', () => (cancelled += 1));
        late = () => answer(null, { value: 'late' });
      },
    });
    const ended = await call(bench.http2(), GET, { 'grpc-timeout': '5m' });
    assert.equal(ended['grpc-status'], String(status.DEADLINE_EXCEEDED));
    assert.equal(cancelled, 1);
    late();
  });

  it('tells the handler when a client gives up, or its connection breaks', async () => {
    let begun = 0;
    let cancelled = 0;
    bench = await createBench({
      get: (incoming) => {
        begun += 1;
        incoming.on('cancelled', () => (cancelled += 1));
      },
    });
    const session = bench.http2();
    const [one, other] = [session.request(HEADERS), session.request(HEADERS)];
    one.on('error', () => undefined).end(GET);
    other.on('error', () => undefined).end(GET);
    await until(() => begun === 2);
    one.close(constants.NGHTTP2_CANCEL);
    await until(() => cancelled === 1);
    session.destroy();
    await until(() => cancelled === 2);
  });

  for (const [what, body, expected] of [
    ['no message', Buffer.alloc(0), [status.INTERNAL, 'ended within']],
    ['half a message', GET.subarray(0, 6), [status.INTERNAL, 'ended within']],
    ['two messages', Buffer.concat([GET, GET]), [status.UNIMPLEMENTED, 'more than one']],
    ['a message that cannot be read', framed(Buffer.of(0x0a, 0xff)), [status.INTERNAL, 'decoded']],
    [
      'a message that says it is compressed',
      Buffer.concat([Buffer.of(1), GET.subarray(1)]),
      [status.UNIMPLEMENTED, 'compressed'],
    ],
  ] as const) {
    it(`refuses a request with ${what}`, async () => {
      bench = await createBench();
      const { 'grpc-status': code, 'grpc-message': text } = await call(bench.http2(), body);
      assert.equal(code, String(expected[0]));
      assert.match(String(text), new RegExp(expected[1]));
    });
  }

  it('gives metadata to those who ask, as often as it was sent', async () => {
    bench = await createBench({
      get: ({ metadata }, answer) => answer(null, { value: metadata.get('x').join('|') }),
    });
    const { body } = await call(bench.http2(), GET, { x: ['1', '2'] });
    assert.match(body, /1(\||, )2/);
  });

  it('answers those who speak no gRPC with words', async () => {
    bench = await createBench();
    const ended = await endOf(bench.http2().request({ ':path': '/' }));
    assert.equal(ended[':status'], 415);
    assert.match(ended.body, /speaks gRPC/);
  });

  it('lets grpc-js answer what it does not know, and compressed calls', async () => {
    bench = await createBench();
    const unknown = await call(bench.http2(), GET, { ':path': '/a.B/C' });
    assert.equal(unknown['grpc-status'], String(status.UNIMPLEMENTED));
    const { client } = bench;
    const options = { interceptors: [] };
    const metadata = new Metadata();
    metadata.set('grpc-encoding', 'gzip');
    const reply = await new Promise((resolve) => {
      client.exists({ key: 'k'.repeat(KIB) }, metadata, options, (error, given) =>
        resolve(error ?? given),
      );
    });
    assert.deepEqual(reply, { flag: true });
  });

  it('survives calls that are taken back at once, also those that grpc-js answers', async () => {
    bench = await createBench();
    const session = bench.http2();
    for (let round = 0; round < 200; round += 1) {
      const path = round % 2 === 0 ? '/a.B/C' : Kv.get.path;
      const stream = session.request({ ...HEADERS, ':path': path, 'grpc-encoding': 'gzip' });
      stream.on('error', () => undefined);
      if (round % 3 === 0) stream.end(GET);
      stream.close(constants.NGHTTP2_CANCEL);
    }
    assert.equal((await call(session, GET))['grpc-status'], '0');
  });

  it('says farewell when it leaves, and ends what is in work', async () => {
    let finish: () => void = () => undefined;
    bench = await createBench({
      get: (_call, answer) => (finish = () => answer(null, { value: 'v' })),
    });
    const session = bench.http2();
    const farewell = once(session, 'goaway');
    const ended = call(session, GET);
    await once(session, 'connect');
    await until(() => String(finish).includes('value'));
    bench.rpc.leave();
    await farewell;
    finish();
    assert.equal((await ended)['grpc-status'], '0');
  });

  it('ends a client that does not send the rest, one that does not take its reply, one that never speaks; not one that is idle', async () => {
    bench = await createBench(
      { get: (_call, answer) => answer(null, { value: 'v'.repeat(400 * KIB) }) },
      { stallMs: 200 },
    );
    const idle = bench.http2();
    assert.equal(
      (await call(idle, framed(Buffer.alloc(0)), { ':path': Kv.exists.path }))['grpc-status'],
      '0',
    );
    const slow = bench.http2();
    slow
      .request(HEADERS)
      .on('error', () => undefined)
      .write(framed(Buffer.alloc(10), 500));
    const deaf = bench.http2({ settings: { initialWindowSize: 10 } });
    deaf
      .request(HEADERS)
      .on('error', () => undefined)
      .pause()
      .end(GET);
    const silent = await bench.raw();
    silent.resume();
    await Promise.all([once(slow, 'close'), once(deaf, 'close'), once(silent, 'close')]);
    assert.equal(idle.destroyed, false);
    assert.equal(bench.rpc.stats().ended.stalled, 3);
    await until(() => bench.room.heldBytes() === 0);
  });

  it('ends those that hold the most when all hold too much', async () => {
    bench = await createBench(
      { get: ({ request }, answer) => answer(null, { value: 'v'.repeat(Number(request.key)) }) },
      { bytesMax: 500 * KIB },
    );
    const ask = (kib: number): ClientHttp2Session => {
      const session = bench.http2({ settings: { initialWindowSize: 0 } });
      const body = framed(Kv.get.requestSerialize({ key: String(kib * KIB) }));
      session
        .request(HEADERS)
        .on('error', () => undefined)
        .end(body);
      return session;
    };
    const [small, large] = [ask(20), ask(600)];
    await once(large, 'close');
    assert.equal(small.destroyed, false);
    assert.deepEqual(bench.rpc.stats().ended, { overload: 1, stalled: 0 });
  });

  it('asks a silent client for a sign of life, and gives up one that sends none', async () => {
    bench = await createBench({}, { keepaliveMs: 30, keepaliveTimeoutMs: 100 });
    const alive = bench.http2();
    await once(alive, 'connect');
    let pings = 0;
    alive.on('ping', () => (pings += 1));
    const dead = await bench.raw();
    dead.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    dead.resume();
    await once(dead, 'close');
    await until(() => pings >= 2);
    assert.equal(alive.destroyed, false);
  });

  it('does not read on from a client that leaves its replies unread', async () => {
    let asked = 0;
    bench = await createBench(
      {
        get: ({ request }, answer) => {
          asked += 1;
          answer(null, { value: request.key === 'k' ? 'v'.repeat(1_000 * KIB) : '' });
        },
      },
      { roomBytes: 1e9, bytesMax: 1e9 },
    );
    const socket = await bench.raw();
    const ask = (stream: number): Buffer =>
      Buffer.concat([
        encodeFrame(FRAME.headers, FLAG.endHeaders, stream, GET_HEADERS),
        encodeFrame(FRAME.data, FLAG.endStream, stream, GET),
      ]);
    // What comes in one piece is answered in one turn; what comes later is not even read.
    const asks = Array.from({ length: 40 }, (_, at) => ask(2 * at + 1));
    const window = setting(SETTING.initialWindowSize, 2 ** 31 - 1);
    const widen = encodeFrame(FRAME.windowUpdate, 0, 0, number(2 ** 31 - 70_000));
    socket.write(Buffer.concat([PREFACE, window, widen, ...asks]));
    await until(() => asked === 40);
    assert.ok(bench.room.heldBytes() > 256 * KIB);
    socket.write(ask(99));
    await get(bench, 'somebody else is served meanwhile');
    assert.equal(asked, 41);
    socket.resume();
    await until(() => asked === 42 && bench.room.heldBytes() === 0);
  });
});

describe('A server of plain calls, with a handler that throws', () => {
  it('answers UNKNOWN, and tells of the defect', async () => {
    const bench = await createBench({
      get: () => {
        throw new Error('bug');
      },
    });
    assert.match(await get(bench, 'k'), /^UNKNOWN: /);
    assert.equal(bench.defects.length, 1);
    bench.dispose();
  });
});
