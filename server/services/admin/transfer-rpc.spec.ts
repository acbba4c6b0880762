import assert from 'node:assert/strict';
import { createCluster } from './testing/cluster.ts';
import type { Host } from './testing/world.ts';

const indexOf = ({ node }: Host): number => node.status().configurationIndex;

describe('Transfer', () => {
  it('hands leadership to the member named, and says so again', async () => {
    const { three, ask, done } = createCluster();
    const [a, b] = await three();
    const request = { configurationIndex: indexOf(a), memberId: 2 };
    assert.deepEqual(await done(a, 'transfer', request), { leaderId: 2 });
    assert.equal(b.node.status().role, 'leader');
    assert.deepEqual(await ask(a, 'transfer', request), {
      code: 'FAILED_PRECONDITION',
      details: 'This member does not lead: ask member 2 at host-2:1230.',
      leader: 'host-2:1230',
    });
    const { term } = b.node.status();
    assert.deepEqual(await done(b, 'transfer', request), { leaderId: 2 });
    assert.deepEqual(await done(b, 'transfer', { ...request, configurationIndex: 99 }), {
      leaderId: 2,
    });
    assert.equal(b.node.status().term, term);
  });

  it('finds the best one by itself', async () => {
    const { three, done, kill, pass } = createCluster();
    const [a, b, c] = await three();
    kill(b);
    pass(1_100);
    const reply = await done(a, 'transfer', { configurationIndex: indexOf(a), memberId: 0 });
    assert.deepEqual(reply, { leaderId: 3 });
    assert.equal(c.node.status().role, 'leader');
  });

  it('is aborted when it was decided on another configuration', async () => {
    const { three, ask } = createCluster();
    const [a] = await three();
    assert.deepEqual(await ask(a, 'transfer', { configurationIndex: 1, memberId: 2 }), {
      code: 'ABORTED',
      details: `This was decided on configuration 1, but configuration ${indexOf(a)} is in force. Observe, and decide again.`,
    });
    assert.equal(a.node.status().role, 'leader');
  });

  it('is refused for whom leadership cannot go to', async () => {
    const { three, learner, ask, kill, pass } = createCluster();
    const [a, b] = await three();
    await learner(a, 4);
    kill(b);
    pass(1_100);
    const { commit } = a.node.status();
    const transfer = (memberId: number) =>
      ask(a, 'transfer', { configurationIndex: indexOf(a), memberId });
    assert.deepEqual(await transfer(2), {
      code: 'FAILED_PRECONDITION',
      details: `Member 2 is not ready to lead: not heard from within an election timeout, 0 entries behind, at ${commit} of ${commit}.`,
    });
    for (const id of [4, 9]) {
      assert.deepEqual(await transfer(id), {
        code: 'FAILED_PRECONDITION',
        details: `Member ${id} is no voter: it cannot lead.`,
      });
    }
    assert.equal(a.node.status().role, 'leader');
  });

  it('is refused when nobody else is there', async () => {
    const { found, ask } = createCluster();
    const a = await found();
    assert.deepEqual(await ask(a, 'transfer', { configurationIndex: 1, memberId: 0 }), {
      code: 'FAILED_PRECONDITION',
      details: 'no other voter is ready to lead',
    });
  });

  it('is given up while the other does not catch up', async () => {
    const { three, ask, write } = createCluster();
    const [a, b] = await three();
    b.diskHangs = true;
    await write(a, 5);
    assert.deepEqual(await ask(a, 'transfer', { configurationIndex: indexOf(a), memberId: 2 }), {
      code: 'UNAVAILABLE',
      details:
        'Leadership stayed: the other member did not catch up within an election timeout. Try again.',
    });
    assert.equal(a.node.status().role, 'leader');
  });

  it('does not know its outcome when the other vanishes in the middle of it', async () => {
    const { three, ask, disconnect } = createCluster();
    const [a, b] = await three();
    disconnect(b);
    assert.deepEqual(await ask(a, 'transfer', { configurationIndex: indexOf(a), memberId: 2 }), {
      code: 'DEADLINE_EXCEEDED',
      details:
        'This may or may not have been carried out, or may still be. Observe with Status, then repeat the same call.',
    });
  });

  it('is not called done already by a leader that cannot reach the others', async () => {
    const { three, ask, disconnect } = createCluster();
    const [a] = await three();
    disconnect(a);
    assert.equal(a.node.status().role, 'leader');
    const reply = await ask(a, 'transfer', { configurationIndex: indexOf(a), memberId: 1 });
    assert('code' in reply);
    assert.equal(reply.code, 'UNAVAILABLE');
  });

  it('is invalid without an index, and for what is no id', async () => {
    const { found, ask } = createCluster();
    const a = await found();
    for (const [request, details] of [
      [
        { configurationIndex: 0, memberId: 2 },
        'configuration_index must be the configuration index from Status, above 0, not 0.',
      ],
      [
        { configurationIndex: 1, memberId: -2 },
        'member_id must be the id of a member, above 0, not -2.',
      ],
    ] as const) {
      const reply = await ask(a, 'transfer', request);
      assert.deepEqual(reply, { code: 'INVALID_ARGUMENT', details });
    }
  });
});
