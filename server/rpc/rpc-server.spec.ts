/** What clients may make a member hold, and for how long: limits.connection_bytes, timeout.stall. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientHttp2Session } from 'node:http2';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { encodeFrame, FLAG, FRAME } from '../http2/frame.ts';
import { HELLO, ping } from '../http2/testing/harness.ts';
import { call, createBench, framed, until } from './testing/bench.ts';
import type { Bench, BenchSetup } from './testing/bench.ts';
import { request } from './testing/requests.ts';

const KIB = 1_024;
const GET_LARGE = framed(Kv.get.requestSerialize({ key: String(2 << 20) }));
const SET = framed(Kv.set.requestSerialize({ key: 'k', value: 'v' }));
/** Of a client that says it takes everything at once. */
const TAKES_ALL = Buffer.concat([
  HELLO,
  encodeFrame(FRAME.settings, 0, 0, Buffer.from('00047fffffff', 'hex')),
  encodeFrame(FRAME.windowUpdate, 0, 0, Buffer.from('7f000000', 'hex')),
]);
const get = (id: number, message: Buffer): Buffer =>
  Buffer.concat([request(id, Kv.get.path), encodeFrame(FRAME.data, FLAG.endStream, id, message)]);
/** The beginning of a message that says it is 900 KiB long. */
const part = (bytes: number): Buffer => framed(Buffer.alloc(bytes - 5), 900 * KIB);

describe('A server of calls', () => {
  let bench: Bench;

  const open = async (setup: BenchSetup = {}): Promise<void> => {
    bench = await createBench(setup);
  };
  const ended = () => bench.server.stats().ended;

  /** A client that is served, and waits until so many bytes more are held for it. */
  async function holding(session: ClientHttp2Session, path: string, body: Buffer, last = false) {
    const before = bench.room.heldBytes();
    const made = call(session, path);
    if (last) made.stream.end(body);
    else made.stream.write(body);
    await until(() => bench.room.heldBytes() > before);
    return made;
  }

  afterEach(async () => {
    await bench.dispose();
    await until(() => bench.connections() === 0);
    assert.equal(bench.room.heldBytes(), 0);
  });

  it('ends the connection that holds the most when there is no more room', async () => {
    await open({ bytesMax: 1_000 * KIB });
    const small = bench.http2();
    await holding(small, Kv.set.path, part(10 * KIB));
    const large = [bench.http2(), bench.http2()];
    const closed = Promise.race(large.map((session) => once(session, 'close')));
    for (const session of large) call(session, Kv.set.path).stream.write(part(899 * KIB));
    await closed;
    assert.equal(small.destroyed, false);
    assert.deepEqual(ended(), { overload: 1, stalled: 0, broken: 0 });
    bench.pass(0);
    bench.pass(0);
    assert.deepEqual(bench.told.ended, [{ overload: 1, stalled: 0 }], 'told once');
  });

  it('counts messages that are whole but not ended', async () => {
    await open({ bytesMax: 1_000 * KIB });
    const session = bench.http2();
    const whole = framed(Buffer.alloc(60 * KIB));
    // As many as there is room for: one more ends the connection, if all come at once.
    for (let at = 0; at < 16; at += 1) call(session, Kv.set.path).stream.write(whole);
    await until(() => bench.room.heldBytes() > 900 * KIB);
    bench.pass(0);
    bench.pass(10_000);
    assert.deepEqual(ended(), { overload: 0, stalled: 1, broken: 0 });
  });

  /** Who owes something, and how it goes on owing it while it is looked at. */
  const STALLED: readonly {
    readonly name: string;
    readonly begin: () => Promise<{ destroyed: boolean; go: () => void }>;
  }[] = [
    {
      name: 'never speaks',
      begin: async () => Object.assign((await bench.raw()).resume(), { go: () => undefined }),
    },
    {
      name: 'does not end its request, but sends pings',
      begin: async () => {
        const session = bench.http2();
        await holding(session, Kv.set.path, part(10 * KIB));
        return Object.assign(session, { go: () => void session.ping(() => undefined) });
      },
    },
    {
      name: 'sends its request a byte at a time',
      begin: async () => {
        const session = bench.http2();
        const { stream } = await holding(session, Kv.set.path, part(10 * KIB));
        return Object.assign(session, { go: () => void stream.write('x') });
      },
    },
    {
      name: 'begins a request without ever sending its message',
      begin: async () => {
        const session = bench.http2();
        const { stream } = call(session, Kv.set.path);
        await once(stream, 'ready');
        await new Promise((resolve) => session.ping(resolve));
        return Object.assign(session, { go: () => undefined });
      },
    },
    {
      name: 'sends a frame a byte at a time',
      begin: async () => {
        const socket = (await bench.raw()).resume();
        const frame = ping();
        let at = 5;
        socket.write(Buffer.concat([HELLO, frame.subarray(0, at)]));
        await until(() => bench.room.heldBytes() > 0);
        return Object.assign(socket, {
          go: () => void socket.write(frame.subarray(at, (at += 1))),
        });
      },
    },
    {
      name: 'does not end the headers of its request',
      begin: async () => {
        const socket = (await bench.raw()).resume();
        socket.write(Buffer.concat([HELLO, encodeFrame(FRAME.headers, 0, 1, Buffer.from('a'))]));
        await until(() => bench.room.heldBytes() > 0);
        const more = encodeFrame(FRAME.continuation, 0, 1, Buffer.from('b'));
        return Object.assign(socket, { go: () => void socket.write(more) });
      },
    },
    {
      name: 'opens no window for its reply, but sends pings',
      begin: async () => {
        const session = bench.http2({ initialWindowSize: 0 });
        await holding(session, Kv.get.path, GET_LARGE, true);
        return Object.assign(session, { go: () => void session.ping(() => undefined) });
      },
    },
  ];

  for (const { name, begin } of STALLED) {
    it(`ends a connection that keeps it waiting: it ${name}`, async () => {
      await open();
      const client = await begin();
      for (let second = 0; second < 10; second += 1) {
        client.go();
        bench.pass(second === 0 ? 0 : 999);
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(ended(), { overload: 0, stalled: 0, broken: 0 });
      }
      bench.pass(1_009);
      assert.deepEqual(ended(), { overload: 0, stalled: 1, broken: 0 });
      await until(() => client.destroyed);
    });
  }

  it('ends a connection that reads nothing of its replies, and makes no more of them', async () => {
    await open();
    const socket = await bench.raw();
    socket.pause();
    socket.write(TAKES_ALL);
    for (let id = 1; id < 20; id += 2) socket.write(get(id, GET_LARGE));
    await until(() => bench.room.heldBytes() > 1 << 20);
    bench.pass(0);
    bench.pass(10_001);
    assert.equal(ended().stalled, 1);
    assert.equal(bench.room.heldBytes(), 0);
  });

  it('counts what only the kernel has taken, and ends a connection that does not read it', async () => {
    await open();
    const socket = await bench.raw();
    socket.pause();
    const message = framed(Kv.get.requestSerialize({ key: String(100 * KIB) }));
    socket.write(Buffer.concat([TAKES_ALL, get(1, message)]));
    await until(() => bench.room.heldBytes() > 80 * KIB);
    bench.pass(0);
    assert.ok(bench.room.heldBytes() > 80 * KIB);
    bench.pass(10_001);
    assert.equal(ended().stalled, 1);
  });

  it('counts nothing that was read', async () => {
    await open();
    const session = bench.http2({ initialWindowSize: 1 << 22 });
    const { stream, done } = call(session, Kv.get.path);
    stream.end(GET_LARGE);
    await done;
    await until(() => bench.room.heldBytes() === 0);
  });

  it('keeps one that owes nothing, however long it is silent but answers', async () => {
    await open();
    const session = bench.http2();
    const { stream, done } = call(session, Kv.set.path);
    stream.end(SET);
    await done;
    for (let at = 0; at < 10; at += 1) {
      const read = bench.readBytes();
      bench.pass(30_000);
      if (at % 2 === 1) await until(() => bench.readBytes() > read);
    }
    assert.equal(session.destroyed, false);
  });

  it('gives up a connection whose client does not answer a sign of life', async () => {
    await open();
    const socket = await bench.raw();
    socket.resume();
    socket.write(HELLO);
    await until(() => bench.readBytes() > 0);
    bench.pass(0);
    bench.pass(29_999);
    bench.pass(1);
    bench.pass(19_999);
    assert.equal(bench.connections(), 1);
    bench.pass(1);
    await until(() => bench.connections() === 0);
    assert.deepEqual(ended(), { overload: 0, stalled: 0, broken: 0 });
  });

  it('says farewell to clients that break the protocol, and tells of all of them at once', async () => {
    await open();
    for (let at = 0; at < 20; at += 1) {
      const socket = await bench.raw();
      const chunks: Buffer[] = [];
      socket.on('data', (bytes: Buffer) => chunks.push(bytes));
      socket.write(Buffer.concat([HELLO, encodeFrame(FRAME.data, 0, 0, Buffer.alloc(1)), ping()]));
      await once(socket, 'close');
      assert.match(Buffer.concat(chunks).toString('latin1'), /data on stream 0/);
    }
    bench.pass(0);
    bench.pass(0);
    assert.deepEqual(
      bench.told.broken.map(({ connections, first }) => [connections, first.code]),
      [[20, 'protocolError']],
    );
    assert.deepEqual(ended(), { overload: 0, stalled: 0, broken: 20 });
  });
});
