import assert from 'node:assert/strict';
import type { BootstrapRequest } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { createCluster } from './testing/cluster.ts';

/** As a person calls it: whatever the directory, and any id will do. */
const ANY: BootstrapRequest = { clusterId: '', directory: '' };

describe('Bootstrap', () => {
  it('founds a cluster in an empty directory, and says so again', async () => {
    const { start, done, pass } = createCluster();
    const a = start();
    const founded = await done(a, 'bootstrap', ANY);
    assert.deepEqual(founded, { clusterId: 'cluster-1', memberId: 1 });
    assert.deepEqual(await done(a, 'bootstrap', ANY), founded);
    pass(3_000, () => a.node.status().role === 'leader');
    assert.deepEqual(await done(a, 'bootstrap', ANY), founded);
    assert.equal(a.node.status().identity?.cluster, 'cluster-1');
  });

  it('is refused where another has founded the cluster', async () => {
    const { three, ask } = createCluster();
    const [, b] = await three();
    assert.deepEqual(await ask(b, 'bootstrap', ANY), {
      code: 'FAILED_PRECONDITION',
      details:
        'This directory is member 2 of cluster cluster-1, which another member has founded. Bootstrap is for an empty directory.',
    });
  });

  it('gives the cluster the id that was written down before', async () => {
    const { start, ask, done } = createCluster();
    const a = start();
    const wanted = { clusterId: 'c-1', directory: a.directory };
    const founded = await done(a, 'bootstrap', wanted);
    assert.deepEqual(founded, { clusterId: 'c-1', memberId: 1 });
    assert.deepEqual(await done(a, 'bootstrap', wanted), founded);
    assert.deepEqual(await done(a, 'bootstrap', ANY), founded);
    assert.deepEqual(await ask(a, 'bootstrap', { ...wanted, clusterId: 'c-2' }), {
      code: 'FAILED_PRECONDITION',
      details:
        'This directory is member 1 of cluster c-1, which it has founded. Bootstrap is for an empty directory.',
    });
  });

  it('is refused on another directory than the one that was meant', async () => {
    const { start, ask } = createCluster();
    const [a, b] = [start(), start()];
    assert.deepEqual(await ask(a, 'bootstrap', { clusterId: '', directory: b.directory }), {
      code: 'FAILED_PRECONDITION',
      details: `This process is on directory ${a.directory}, not ${b.directory}. Observe it with Status.`,
    });
    assert.equal(a.node.status().phase, 'waiting');
  });

  it('refuses what is no id', async () => {
    const { start, ask } = createCluster();
    assert.deepEqual(await ask(start(), 'bootstrap', { clusterId: 'a b', directory: '' }), {
      code: 'INVALID_ARGUMENT',
      details: 'cluster_id must be 1 to 64 letters, digits and "-", not "a b".',
    });
  });

  it('is refused on a founder that was removed', async () => {
    const { three, ask, done, pass } = createCluster();
    const [a] = await three();
    const { configurationIndex } = a.node.status();
    await done(a, 'remove', { configurationIndex, memberId: 1 });
    pass(5_000, () => a.node.status().role === 'removed');
    assert.deepEqual(await ask(a, 'bootstrap', ANY), {
      code: 'FAILED_PRECONDITION',
      details: 'This member was removed from its cluster. Ask another member.',
    });
  });

  it('happens once when it is asked for twice at the same time', async () => {
    const { start, ask, pass } = createCluster();
    const a = start();
    a.diskHangs = true;
    const first = ask(a, 'bootstrap', ANY);
    assert.deepEqual(await ask(a, 'bootstrap', ANY), {
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
    const [first, second] = await Promise.all([ask(a, 'bootstrap', ANY), ask(a, 'bootstrap', ANY)]);
    assert.deepEqual(first, { response: { clusterId: 'cluster-1', memberId: 1 } });
    assert.deepEqual(second, first);
  });

  it('does not know what became of it while the disk hangs', async () => {
    const { start, ask, done } = createCluster();
    const a = start();
    a.diskHangs = true;
    assert.deepEqual(await ask(a, 'bootstrap', ANY), {
      code: 'DEADLINE_EXCEEDED',
      details:
        'This may or may not have been carried out, or may still be. Observe with Status, then repeat the same call.',
    });
    a.release();
    assert.deepEqual(await done(a, 'bootstrap', ANY), { clusterId: 'cluster-1', memberId: 1 });
  });
});
