import assert from 'node:assert/strict';
import { createCluster } from './testing/cluster.ts';

describe('Bootstrap', () => {
  it('founds a cluster in an empty directory, and says so again', async () => {
    const { start, done, pass } = createCluster();
    const a = start();
    const founded = await done(a, 'bootstrap', {});
    assert.deepEqual(founded, { clusterId: 'cluster-1', memberId: 1 });
    assert.deepEqual(await done(a, 'bootstrap', {}), founded);
    pass(3_000, () => a.node.status().role === 'leader');
    assert.deepEqual(await done(a, 'bootstrap', {}), founded);
    assert.equal(a.node.status().identity?.cluster, 'cluster-1');
  });

  it('is refused where another has founded the cluster', async () => {
    const { three, ask } = createCluster();
    const [, b] = await three();
    assert.deepEqual(await ask(b, 'bootstrap', {}), {
      code: 'FAILED_PRECONDITION',
      details:
        'This directory is member 2 of cluster cluster-1, which another member has founded. Bootstrap is for an empty directory.',
    });
  });

  it('is refused on a founder that was removed', async () => {
    const { three, ask, done, pass } = createCluster();
    const [a] = await three();
    const { configurationIndex } = a.node.status();
    await done(a, 'remove', { configurationIndex, memberId: 1 });
    pass(5_000, () => a.node.status().role === 'removed');
    assert.deepEqual(await ask(a, 'bootstrap', {}), {
      code: 'FAILED_PRECONDITION',
      details: 'This member was removed from its cluster. Ask another member.',
    });
  });

  it('happens once when it is asked for twice at the same time', async () => {
    const { start, ask, pass } = createCluster();
    const a = start();
    a.diskHangs = true;
    const first = ask(a, 'bootstrap', {});
    assert.deepEqual(await ask(a, 'bootstrap', {}), {
      code: 'UNAVAILABLE',
      details: 'This directory is becoming a member just now. Try again in a moment.',
    });
    a.release();
    assert.deepEqual(await first, { response: { clusterId: 'cluster-1', memberId: 1 } });
    pass(100);
  });

  it('answers all who asked at the same time with the same ids', async () => {
    const { start, ask } = createCluster();
    const a = start();
    const [first, second] = await Promise.all([ask(a, 'bootstrap', {}), ask(a, 'bootstrap', {})]);
    assert.deepEqual(first, { response: { clusterId: 'cluster-1', memberId: 1 } });
    assert.deepEqual(second, first);
  });

  it('does not know what became of it while the disk hangs', async () => {
    const { start, ask, done } = createCluster();
    const a = start();
    a.diskHangs = true;
    assert.deepEqual(await ask(a, 'bootstrap', {}), {
      code: 'DEADLINE_EXCEEDED',
      details:
        'This may or may not have been carried out, or may still be. Observe with Status, then repeat the same call.',
    });
    a.release();
    assert.deepEqual(await done(a, 'bootstrap', {}), { clusterId: 'cluster-1', memberId: 1 });
  });
});
