import assert from 'node:assert/strict';
import { RangeResponse } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { createCluster } from './testing/cluster.ts';

const all = { prefix: '', after: '', limit: 0, keysOnly: false, stale: false };

const keysOf = ({ rows }: RangeResponse): readonly string[] => rows.map(({ key }) => key);

describe('Range', () => {
  it('gives the rows behind a prefix, a page at a time', async () => {
    const { found, write, done } = createCluster();
    const a = await found();
    await write(a, 12, 'value');
    const page = { ...all, prefix: 'k000', limit: 4 };
    const first = await done(a, 'range', page);
    assert.deepEqual(keysOf(first), ['k0000', 'k0001', 'k0002', 'k0003']);
    assert.equal(first.rows[0]?.value.toString(), 'value');
    assert.equal(first.more, true);
    assert.equal(first.appliedIndex, a.node.status().applied);
    const last = await done(a, 'range', { ...page, after: 'k0003', limit: 6 });
    assert.deepEqual([keysOf(last).at(0), keysOf(last).at(-1)], ['k0004', 'k0009']);
    assert.equal(last.more, false);
  });

  it('gives keys alone', async () => {
    const { found, write, done } = createCluster();
    const a = await found();
    await write(a, 2);
    const { rows } = await done(a, 'range', { ...all, keysOnly: true });
    assert.deepEqual(
      rows.map(({ key, value }) => [key, value.length]),
      [
        ['k0000', 0],
        ['k0001', 0],
      ],
    );
  });

  it('stays below what a client takes', async () => {
    const { found, write, done } = createCluster();
    const a = await found();
    await write(a, 9, 'x'.repeat(1 << 20));
    const reply = await done(a, 'range', all);
    assert.deepEqual([keysOf(reply).length, reply.more], [3, true]);
    assert(RangeResponse.encode(reply).finish().length < 4 << 20);
    const { rows, more } = await done(a, 'range', { ...all, keysOnly: true });
    assert.deepEqual([rows.length, more], [9, false]);
  });

  it('names a row that fits into no reply', async () => {
    const { found, write, ask } = createCluster();
    const a = await found();
    const bytes = (4 << 20) - 10;
    await write(a, 1, 'x'.repeat(bytes));
    assert.deepEqual(await ask(a, 'range', all), {
      code: 'RESOURCE_EXHAUSTED',
      details: `Row "k0000" of ${bytes} bytes fits into no reply. Read it with keys_only, or what is after it.`,
    });
  });

  it('gives 1,000 rows unless told otherwise, and no more than 10,000', async () => {
    const { found, write, ask, done } = createCluster();
    const a = await found();
    await write(a, 1_001);
    const { rows, more } = await done(a, 'range', all);
    assert.deepEqual([rows.length, more], [1_000, true]);
    assert.equal((await done(a, 'range', { ...all, limit: 10_000 })).rows.length, 1_001);
    for (const limit of [10_001, -1]) {
      assert.deepEqual(await ask(a, 'range', { ...all, limit }), {
        code: 'INVALID_ARGUMENT',
        details: `limit must be from 1 to 10000, or 0 for 1000, not ${limit}.`,
      });
    }
  });

  it('shows on any member what was written before, and stale what that member has', async () => {
    const { three, write, done, disconnect, connect, ask, pass } = createCluster();
    const [a, , c] = await three();
    disconnect(c);
    await write(a, 1);
    const stale = await done(c, 'range', { ...all, stale: true });
    assert.deepEqual([keysOf(stale), stale.appliedIndex], [[], c.node.status().applied]);
    const reply = await ask(c, 'range', all);
    assert('code' in reply);
    assert.equal(reply.code, 'UNAVAILABLE');
    connect(c);
    pass(2_000, () => c.node.status().leader !== undefined);
    assert.deepEqual(keysOf(await done(c, 'range', all)), ['k0000']);
  });

  it('has nothing to show before there is a cluster', async () => {
    const { start, ask } = createCluster();
    const a = start();
    assert.deepEqual(await ask(a, 'range', all), {
      code: 'UNAVAILABLE',
      details: 'No leader is known. Try again in a moment.',
    });
    assert.deepEqual(await ask(a, 'range', { ...all, stale: true }), {
      code: 'FAILED_PRECONDITION',
      details:
        'This process belongs to no cluster yet. Bootstrap it, or let the leader of a cluster add its directory.',
    });
  });
});
