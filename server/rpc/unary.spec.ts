import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import { call, createBench, framed, until } from './testing/bench.ts';
import type { Bench, BenchSetup } from './testing/bench.ts';
import type { Answerer, IncomingCall } from './unary-handler.ts';

type Outcome = { readonly value: string } | { readonly code: status; readonly details: string };

/** One read by grpc-js, as brokers do it. */
function get(client: Client, key: string, options: { deadline?: number } = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      Kv.get.path,
      Kv.get.requestSerialize,
      Kv.get.responseDeserialize,
      { key },
      new Metadata(),
      options,
      (error: ServiceError | null, reply) =>
        resolve(
          error === null
            ? { value: reply?.value ?? '' }
            : { code: error.code, details: error.details },
        ),
    );
  });
}

const SET = framed(Kv.set.requestSerialize({ key: 'k', value: 'v' }));
const GET = (key: string): Buffer => framed(Kv.get.requestSerialize({ key }));
const LARGE = Kv.set.requestSerialize({ key: 'k', value: 'v'.repeat(1 << 20) });

describe('A plain call', () => {
  let bench: Bench;
  let client: Client;

  async function open(setup: BenchSetup = {}): Promise<void> {
    bench = await createBench(setup);
    client = new Client(bench.address, credentials.createInsecure());
  }

  afterEach(async () => {
    client.close();
    await bench.dispose();
    assert.deepEqual(bench.room.heldBytes(), 0);
  });

  it('is answered', async () => {
    await open();
    assert.deepEqual(await get(client, '3'), { value: 'vvv' });
  });

  it('is told more than words of a failure', async () => {
    const metadata = new Metadata();
    metadata.set('leader', 'host:1230');
    const details = 'not here';
    await open({ get: (_call, answer) => answer({ code: status.ABORTED, details, metadata }) });
    const error = await new Promise<ServiceError | null>((resolve) => {
      const { path, requestSerialize, responseDeserialize } = Kv.get;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { key: 'k' }, resolve);
    });
    assert.deepEqual([error?.code, error?.details], [status.ABORTED, details]);
    assert.deepEqual(error?.metadata.get('leader'), ['host:1230']);
  });

  it('is answered with a large reply, through small windows', async () => {
    await open();
    assert.deepEqual(await get(client, String(3 << 20)), { value: 'v'.repeat(3 << 20) });
    const session = bench.http2({ initialWindowSize: 1_000 });
    const { stream, done } = call(session, Kv.get.path);
    stream.end(GET(String(300_000)));
    assert.equal((await done).data.length, 300_000 + 5 + 4);
  });

  it('fails with any text', async () => {
    await open();
    const { stream, done } = call(bench.http2(), Kv.delete.path);
    stream.end(framed(Kv.delete.requestSerialize({ key: 'k' })));
    const { status: code, message, http } = await done;
    assert.deepEqual([code, message, http], ['10', 'gr%C3%B6%C3%9Fer als 100 %25%0A', 200]);
  });

  it('fails with as much of a long text as fits into a header', async () => {
    await open({
      get: (_call, answer) => answer({ code: status.ABORTED, details: 'ü'.repeat(9_000) }),
    });
    const outcome = await get(client, '');
    assert.ok('details' in outcome);
    assert.match(outcome.details, /^ü{650,683}$/);
  });

  it('with a large request in many pieces is taken, and its memory given back', async () => {
    await open();
    const { stream, done } = call(bench.http2(), Kv.set.path);
    stream.write(framed(LARGE).subarray(0, 500_000));
    await until(() => bench.room.heldBytes() >= 500_000);
    stream.end(framed(LARGE).subarray(500_000));
    assert.equal((await done).status, '0');
    bench.pass(0);
    assert.equal(bench.room.heldBytes(), 0);
  });

  const REFUSED: readonly {
    readonly name: string;
    readonly setup?: BenchSetup;
    readonly path?: string;
    readonly body: Buffer;
    readonly code: status;
    readonly message: RegExp;
  }[] = [
    {
      name: 'longer than limits.message',
      setup: { messageBytesMax: 1 << 20 },
      body: framed(LARGE),
      code: status.RESOURCE_EXHAUSTED,
      message: /^limits.message: 1048576 bytes at most, got 10485/,
    },
    {
      name: 'longer than limits.message, in one piece',
      setup: { messageBytesMax: 3 },
      body: SET,
      code: status.RESOURCE_EXHAUSTED,
      message: /^limits.message/,
    },
    {
      name: 'for which there is no room',
      setup: { bytesMax: 1 << 20 },
      body: framed(LARGE),
      code: status.RESOURCE_EXHAUSTED,
      message: /^limits.connection_bytes/,
    },
    {
      name: 'that cannot be decoded',
      body: framed(Buffer.from('ff', 'hex')),
      code: status.INTERNAL,
      message: /cannot be decoded/,
    },
    {
      name: 'that ends within its message',
      body: SET.subarray(0, -1),
      code: status.INTERNAL,
      message: /ended within/,
    },
    {
      name: 'without a message',
      body: Buffer.alloc(0),
      code: status.INTERNAL,
      message: /ended within/,
    },
    {
      name: 'of two messages',
      body: Buffer.concat([SET, SET]),
      code: status.UNIMPLEMENTED,
      message: /more than one message/,
    },
    {
      name: 'that is compressed but does not say how',
      body: framed(Buffer.from('x'), 1, 1),
      code: status.UNIMPLEMENTED,
      message: /compressed/,
    },
    {
      name: 'of a method that nobody knows',
      path: '/a.Service/What',
      body: SET,
      code: status.UNIMPLEMENTED,
      message: /does not implement the method \/a.Service\/What/,
    },
  ];

  for (const { name, setup, path = Kv.set.path, body, code, message } of REFUSED) {
    it(`is refused: one ${name}`, async () => {
      await open(setup);
      const { stream, done } = call(bench.http2(), path);
      stream.end(body);
      const answer = await done;
      assert.equal(answer.status, String(code));
      assert.match(decodeURIComponent(answer.message), message);
      bench.pass(0);
      assert.equal(bench.room.heldBytes(), 0);
    });
  }

  it('may have exactly limits.message', async () => {
    await open({ messageBytesMax: LARGE.length });
    const { stream, done } = call(bench.http2(), Kv.set.path);
    stream.end(framed(LARGE));
    assert.equal((await done).status, '0');
  });

  it('is no page: a browser is told what this port is for', async () => {
    await open();
    const session = bench.http2();
    for (const headers of [{ ':method': 'GET' }, { 'content-type': 'text/plain' }]) {
      const { stream, done } = call(session, Kv.get.path, headers);
      stream.end();
      const answer = await done;
      assert.equal(answer.http, 415);
      assert.match(answer.data.toString(), /This port speaks gRPC/);
    }
  });

  it('is over at its deadline: its handler is told, and its late answer is nobody’s', async () => {
    const told: string[] = [];
    let late: Answerer<unknown> = () => assert.fail('not called yet');
    await open({
      get: (incoming: IncomingCall<never>, answer) => {
        incoming.on('cancelled', () => told.push('cancelled'));
        late = answer;
      },
    });
    const { stream, done } = call(bench.http2(), Kv.get.path, { 'grpc-timeout': '20m' });
    stream.end(GET('1'));
    assert.equal((await done).status, String(status.DEADLINE_EXCEEDED));
    late(null, { value: 'late' });
    late({ code: status.ABORTED, details: 'later' });
    assert.deepEqual(told, ['cancelled']);
    assert.deepEqual(bench.told.unforeseen, []);
  });

  it('is over at its deadline also before its request has come whole', async () => {
    await open();
    const { stream, done } = call(bench.http2(), Kv.set.path, { 'grpc-timeout': '20m' });
    stream.write(framed(LARGE).subarray(0, 100_000));
    assert.equal((await done).status, String(status.DEADLINE_EXCEEDED));
    bench.pass(0);
    assert.equal(bench.room.heldBytes(), 0);
  });

  for (const how of ['resets it', 'closes its connection'] as const) {
    it(`is cancelled when its client ${how}`, async () => {
      let cancelled = 0;
      let begun = false;
      await open({
        get: (incoming: IncomingCall<never>) => {
          begun = true;
          incoming.on('cancelled', () => (cancelled += 1));
        },
      });
      const session = bench.http2();
      const { stream } = call(session, Kv.get.path);
      stream.end(GET('1'));
      await until(() => begun);
      if (how === 'resets it') stream.close(8);
      else session.destroy();
      await until(() => cancelled > 0);
      if (how === 'resets it') session.destroy();
      await until(() => bench.connections() === 0);
      assert.equal(cancelled, 1);
    });
  }

  for (const where of ['the handler', 'the handler, after it answered', 'the encoder'] as const) {
    it(`is answered when ${where} throws`, async () => {
      await open({
        get: (_call, answer) => {
          if (where === 'the encoder') answer(null, undefined);
          if (where === 'the handler, after it answered') answer(null, { value: 'v' });
          throw new Error('a defect');
        },
      });
      const outcome = await get(client, '1');
      if (where === 'the handler, after it answered') assert.deepEqual(outcome, { value: 'v' });
      else assert.deepEqual('code' in outcome ? outcome.code : 0, status.UNKNOWN);
      assert.ok(bench.told.unforeseen.length > 0);
    });
  }

  it('shows its handler metadata, also what comes twice', async () => {
    let got: unknown;
    await open({
      get: (incoming: IncomingCall<never>, answer) => {
        got = [incoming.metadata.get('twice'), incoming.metadata.get('none')];
        answer(null, { value: '' });
      },
    });
    const { stream, done } = call(bench.http2(), Kv.get.path, { twice: ['a', 'b'] });
    stream.end(GET('1'));
    await done;
    assert.deepEqual(got, [['a', 'b'], []]);
  });

  it('in work ends well when the server leaves', async () => {
    let finish: Answerer<unknown> = () => assert.fail('not called yet');
    let begun = false;
    await open({
      get: (_call, answer) => {
        finish = answer;
        begun = true;
      },
    });
    const session = bench.http2();
    const { stream, done } = call(session, Kv.get.path);
    stream.end(GET('1'));
    await until(() => begun);
    const left = once(session, 'goaway');
    bench.server.leave();
    assert.equal((await left)[0], 0);
    finish(null, { value: 'v' });
    assert.equal((await done).status, '0');
  });
});
