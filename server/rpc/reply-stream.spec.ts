import assert from 'node:assert/strict';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { MetaServiceServiceService } from '../../proto/gen/meta/common.ts';
import type { ListTenantReply } from '../../proto/gen/meta/common.ts';
import { call, createBench, framed, until } from './testing/bench.ts';
import type { Bench } from './testing/bench.ts';
import { CallFailed } from './unary-handler.ts';

const { path, requestSerialize, responseDeserialize } = MetaServiceServiceService.listTenant;
const EMPTY = framed(requestSerialize({ tenantName: '' }));
const UNREAD_BYTES_MAX = 262_144;
const TURN_BYTES = 65_536;

/** So many messages of so many bytes, and how many were taken. */
function messages(count: number, bytes: number, failing?: Error) {
  const made = { taken: 0 };
  const iterator: Iterator<ListTenantReply> = {
    next: () => {
      if (made.taken === count) {
        if (failing !== undefined) throw failing;
        return { done: true, value: undefined };
      }
      made.taken += 1;
      return { done: false, value: { tenant: Buffer.alloc(bytes, made.taken) } };
    },
  };
  return { made, iterator };
}

/** How it ended, well or not. */
const statusOf = (
  stream: ClientReadableStream<unknown>,
): Promise<{ readonly code: status; readonly details: string }> =>
  new Promise((resolve) => void stream.once('status', resolve));

describe('A stream of replies', () => {
  let bench: Bench;
  let client: Client;

  async function open(iterator: Iterator<ListTenantReply>): Promise<void> {
    bench = await createBench({ listTenant: (_call, answer) => answer(null, iterator) });
    client = new Client(bench.address, credentials.createInsecure());
  }

  const list = (options: { deadline?: number } = {}): ClientReadableStream<ListTenantReply> =>
    client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { tenantName: '' },
      new Metadata(),
      options,
    );

  async function outcome(stream: ClientReadableStream<ListTenantReply>) {
    const sizes: number[] = [];
    stream.on('data', ({ tenant }: ListTenantReply) => sizes.push(tenant.length));
    stream.on('error', () => undefined);
    const { code, details } = await statusOf(stream);
    return { sizes, code: status[code], details };
  }

  afterEach(async () => {
    client.close();
    await bench.dispose();
    assert.equal(bench.room.heldBytes(), 0);
  });

  it('comes whole and in order', async () => {
    await open(messages(3, 10).iterator);
    assert.deepEqual(await outcome(list()), { sizes: [10, 10, 10], code: 'OK', details: '' });
  });

  it('may be empty: then it is one block of headers that says so', async () => {
    await open(messages(0, 0).iterator);
    const { stream, done } = call(bench.http2(), path);
    stream.end(EMPTY);
    const { status: code, http, data } = await done;
    assert.deepEqual([code, http, data.length], ['0', 200, 0]);
  });

  it('is made as fast as it is taken, however long it is', async () => {
    const { made, iterator } = messages(20_000, 10_000);
    await open(iterator);
    const { stream, done, answer } = call(bench.http2({ initialWindowSize: 65_535 }), path);
    stream.pause();
    stream.end(EMPTY);
    await until(() => made.taken > 0);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(
      made.taken * 10_000 <= UNREAD_BYTES_MAX + 3 * TURN_BYTES,
      `${made.taken} were made for a client that takes none`,
    );
    stream.resume();
    await until(() => made.taken > 150);
    stream.destroy();
    await done;
    assert.ok(answer.data.length > 0);
  });

  it('ends where it cannot go on, and says why', async () => {
    const failure = { code: status.UNAVAILABLE, details: 'this member stops' };
    await open(messages(2, 5, new CallFailed(failure)).iterator);
    assert.deepEqual(await outcome(list()), {
      sizes: [5, 5],
      code: 'UNAVAILABLE',
      details: 'this member stops',
    });
    assert.deepEqual(bench.told.unforeseen, []);
  });

  it('ends at a defect, of which the log is told', async () => {
    const defect = new Error('a defect');
    await open(messages(1, 5, defect).iterator);
    assert.equal((await outcome(list())).code, 'UNKNOWN');
    assert.deepEqual(bench.told.unforeseen, [defect]);
  });

  it('ends at its deadline, after what was sent', async () => {
    await open(messages(Infinity, 100).iterator);
    const { stream, done } = call(bench.http2(), path, { 'grpc-timeout': '300m' });
    let bytes = 0;
    // Millions of messages come: only their number is kept.
    stream.removeAllListeners('data');
    stream.on('data', ({ length }: Buffer) => (bytes += length));
    stream.end(EMPTY);
    assert.equal((await done).status, String(status.DEADLINE_EXCEEDED));
    assert.ok(bytes > 0);
  });

  it('makes no more for a client that has gone', async () => {
    const { made, iterator } = messages(Infinity, 10_000);
    await open(iterator);
    const stream = list();
    stream.on('error', () => undefined);
    stream.once('data', () => stream.cancel());
    await statusOf(stream);
    for (let before = -1; before !== made.taken;) {
      before = made.taken;
      for (let turn = 0; turn < 20; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
  });
});
