import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Client, compressionAlgorithms, credentials, Metadata } from '@grpc/grpc-js';
import fc from 'fast-check';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { encodeFrame, encodeNumberFrame, FLAG, FRAME } from '../http2/frame.ts';
import { HELLO } from '../http2/testing/harness.ts';
import { request } from './testing/requests.ts';
import { call, createBench, framed, PATHS, until } from './testing/bench.ts';
import type { Bench } from './testing/bench.ts';

const NOBODY = framed(Buffer.alloc(0));
/** Asks a reflection service for all services. */
const LIST = framed(Buffer.from('3a00', 'hex'));

describe('A call that grpc-js answers', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await createBench();
  });

  afterEach(async () => {
    await bench.dispose();
    await until(() => bench.connections() === 0);
    assert.equal(bench.room.heldBytes(), 0);
  });

  const held = (): number => {
    bench.pass(0);
    return bench.room.heldBytes();
  };

  it('may be compressed', async () => {
    const client = new Client(bench.address, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
    });
    const value = await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        Kv.get.path,
        Kv.get.requestSerialize,
        Kv.get.responseDeserialize,
        { key: '300000' },
        new Metadata(),
        (error, reply) => (error === null ? resolve(reply?.value) : reject(error)),
      );
    });
    client.close();
    assert.equal(value, 'v'.repeat(300_000));
  });

  it('comes to its end through windows that hold 1 KiB', async () => {
    const { stream, done } = call(bench.http2({ initialWindowSize: 1_024 }), Kv.get.path, {
      'grpc-encoding': 'gzip',
    });
    stream.end(framed(gzipSync(Kv.get.requestSerialize({ key: '900000' })), undefined, 1));
    const { status, data } = await done;
    assert.deepEqual([status, data.length], ['0', 900_000 + 5 + 4]);
  });

  it('is a check of health', async () => {
    const { stream, done } = call(bench.http2(), PATHS.check);
    stream.end(NOBODY);
    const { status, data } = await done;
    assert.deepEqual([status, data.toString('hex')], ['0', '00000000020801']);
  });

  it('is a watch of health, until its client cancels it', async () => {
    const { stream, answer, done } = call(bench.http2(), PATHS.watch);
    stream.end(NOBODY);
    await until(() => answer.data.length === 7);
    bench.health.setStatus('', 'NOT_SERVING');
    await until(() => answer.data.length === 14);
    assert.equal(answer.data.toString('hex'), '0000000002080100000000020802');
    bench.pass(60_000);
    stream.close(8);
    await done;
    // What the connection inside takes stays with it.
    await until(() => held() < 82_000);
    assert.deepEqual(bench.server.stats().ended, { overload: 0, stalled: 0, broken: 0 });
  });

  it('is a reflection that goes on, and owes nothing in between', async () => {
    const { stream, answer, done } = call(bench.http2(), PATHS.reflection);
    for (let turn = 1; turn <= 3; turn += 1) {
      const before = answer.data.length;
      stream.write(LIST);
      await until(() => answer.data.length > before);
      bench.pass(20_000);
      bench.pass(20_000);
    }
    stream.end();
    const { status, data } = await done;
    assert.equal(status, '0');
    assert.equal(data.toString('latin1').split('grpc.health.v1.Health').length, 4);
  });

  it('ends with its connection', async () => {
    const session = bench.http2();
    const { stream, answer } = call(session, PATHS.watch);
    stream.end(NOBODY);
    await until(() => answer.data.length > 0);
    assert.ok(held() > 0);
    session.destroy();
    await until(() => bench.connections() === 0);
    await until(() => held() === 0);
  });

  it('is ended when the rest of its message does not come', async () => {
    const session = bench.http2();
    const { stream } = call(session, Kv.set.path, { 'grpc-encoding': 'gzip' });
    stream.write(framed(Buffer.alloc(100), 1_000, 1));
    await until(() => held() > 82_000);
    bench.pass(9_000);
    assert.equal(session.destroyed, false);
    bench.pass(10_000);
    await once(session, 'close');
    assert.deepEqual(bench.server.stats().ended, { overload: 0, stalled: 1, broken: 0 });
  });

  it('is refused when there is no room for it', async () => {
    bench.room.take(32 << 20);
    const session = bench.http2();
    const { stream, done } = call(session, Kv.set.path, { 'grpc-encoding': 'gzip' });
    stream.end(framed(Buffer.alloc(100), 100, 1));
    const { status } = await done;
    bench.room.take(-(32 << 20));
    assert.equal(status, '8');
  });

  it('keeps what came twice in its metadata, and gets no header that Node refuses', async () => {
    const session = bench.http2();
    const { stream, done } = call(session, Kv.get.path, {
      'grpc-encoding': 'gzip',
      twice: ['a', 'b'],
    });
    stream.end(framed(gzipSync(Kv.get.requestSerialize({ key: '1' })), undefined, 1));
    assert.equal((await done).status, '0');
    const socket = await bench.raw();
    socket.write(
      Buffer.concat([
        HELLO,
        request(1, PATHS.watch, ['authorization', 'a'], ['authorization', 'b']),
      ]),
    );
    let got = '';
    socket.on('data', (bytes: Buffer) => (got += bytes.toString('latin1')));
    await until(() => got.includes('grpc-status'));
  });

  it('may be taken back, or left, in any turn', async () => {
    const paths = fc.constantFrom(PATHS.watch, PATHS.reflection, '/a.Service/What', Kv.get.path);
    const steps = fc.array(
      fc.record({
        path: paths,
        body: fc.boolean(),
        ended: fc.boolean(),
        turns: fc.nat({ max: 6 }),
      }),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.nat({ max: 6 }), async (calls, turnsAtEnd) => {
        const [host = '', port = ''] = bench.address.split(':');
        const socket = connect(Number(port), host)
          .on('error', () => undefined)
          .resume();
        await once(socket, 'connect');
        socket.write(HELLO);
        for (const [at, { path, body, ended, turns }] of calls.entries()) {
          const id = 2 * at + 1;
          const frames = [request(id, path, ['grpc-encoding', 'gzip'])];
          if (body) frames.push(encodeFrame(FRAME.data, ended ? FLAG.endStream : 0, id, NOBODY));
          if (turns === 0) frames.push(encodeNumberFrame(FRAME.rstStream, id, 8));
          socket.write(Buffer.concat(frames));
          await pass(turns);
          if (turns > 0) socket.write(encodeNumberFrame(FRAME.rstStream, id, 8));
        }
        await pass(turnsAtEnd);
        socket.destroy();
        await until(() => bench.connections() === 0);
        await until(() => held() === 0);
      }),
      { numRuns: 60 },
    );
  });
});

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
