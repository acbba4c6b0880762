import assert from 'node:assert/strict';
import { createCluster } from './testing/cluster.ts';

describe('Compact', () => {
  it('deletes what the log needs no longer, and says so again', async () => {
    const { found, write, done, pass } = createCluster();
    const a = await found();
    await write(a, 20);
    pass(300);
    const { durable, firstLog } = a.node.status();
    assert(durable > 20 && firstLog === 1);
    const compacted = await done(a, 'compact', {});
    assert.deepEqual(compacted, { firstLogIndex: durable + 1 });
    assert.equal(a.node.status().firstLog, durable + 1);
    assert.deepEqual(await done(a, 'compact', {}), compacted);
  });

  it('works on any member', async () => {
    const { three, done } = createCluster();
    const [, b] = await three();
    const { firstLogIndex } = await done(b, 'compact', {});
    assert(firstLogIndex > 1);
  });

  it('is refused where there is no log', async () => {
    const { start, ask } = createCluster();
    assert.deepEqual(await ask(start(), 'compact', {}), {
      code: 'FAILED_PRECONDITION',
      details:
        'This process belongs to no cluster yet. Bootstrap it, or let the leader of a cluster add its directory.',
    });
  });

  it('does not know its outcome while the disk hangs', async () => {
    const { found, write, ask, pass } = createCluster();
    const a = await found();
    await write(a, 5);
    pass(300);
    a.diskHangs = true;
    const reply = await ask(a, 'compact', {});
    assert('code' in reply);
    assert.equal(reply.code, 'DEADLINE_EXCEEDED');
  });
});

describe('SetLogLevel', () => {
  it('answers the level before', async () => {
    const { start, done } = createCluster();
    const a = start();
    assert.deepEqual(await done(a, 'setLogLevel', { level: 'debug' }), { previous: 'info' });
    assert.deepEqual(await done(a, 'setLogLevel', { level: 'info' }), { previous: 'debug' });
  });

  it('knows which levels there are', async () => {
    const { start, ask, done } = createCluster();
    const a = start();
    assert.deepEqual(await ask(a, 'setLogLevel', { level: 'loud' }), {
      code: 'INVALID_ARGUMENT',
      details: 'level must be one of trace, debug, info, warn, error, fatal, not "loud".',
    });
    assert.deepEqual(await done(a, 'setLogLevel', { level: 'fatal' }), { previous: 'info' });
  });
});
