import assert from 'node:assert/strict';
import { createCluster } from './testing/cluster.ts';
import type { Host } from './testing/world.ts';

const indexOf = ({ node }: Host): number => node.status().configurationIndex;
const termOf = ({ node }: Host): number => node.status().term;

/** From this leader to anybody else. */
const away = (host: Host) => ({
  configurationIndex: indexOf(host),
  memberId: 0,
  term: termOf(host),
});

describe('Transfer', () => {
  it('hands leadership to the member named, and says so again', async () => {
    const { three, ask, done } = createCluster();
    const [a, b] = await three();
    const request = { configurationIndex: indexOf(a), memberId: 2, term: termOf(a) };
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
    assert.deepEqual(await done(a, 'transfer', away(a)), { leaderId: 3 });
    assert.equal(c.node.status().role, 'leader');
  });

  it('to whomever is done once, however often it is asked for', async () => {
    const { three, done } = createCluster();
    const hosts = await three();
    const request = away(hosts[0]);
    const { leaderId } = await done(hosts[0], 'transfer', request);
    const next = hosts[leaderId - 1]!;
    const { term } = next.node.status();
    assert.deepEqual(await done(next, 'transfer', request), { leaderId });
    assert.deepEqual(await done(next, 'transfer', { ...request, configurationIndex: 99 }), {
      leaderId,
    });
    assert.deepEqual([next.node.status().role, next.node.status().term], ['leader', term]);
  });

  it('to whomever is not done again where leadership has come back to', async () => {
    const { three, done } = createCluster();
    const hosts = await three();
    const [a] = hosts;
    const request = away(a);
    const { leaderId } = await done(a, 'transfer', request);
    const back = { configurationIndex: indexOf(a), memberId: 1, term: 0 };
    assert.deepEqual(await done(hosts[leaderId - 1]!, 'transfer', back), { leaderId: 1 });
    const { term } = a.node.status();
    assert.deepEqual(await done(a, 'transfer', request), { leaderId: 1 });
    assert.deepEqual([a.node.status().role, a.node.status().term], ['leader', term]);
  });

  it('is aborted in another term than the one it was decided in', async () => {
    const { three, ask } = createCluster();
    const [a] = await three();
    const term = termOf(a);
    for (const request of [
      { ...away(a), memberId: 2, term: term - 1 },
      { ...away(a), memberId: 2, term: term + 1 },
      { ...away(a), term: term + 1 },
    ]) {
      assert.deepEqual(await ask(a, 'transfer', request), {
        code: 'ABORTED',
        details: `This was decided in term ${request.term}, but this member leads in term ${term}. Observe, and decide again.`,
      });
    }
    assert.deepEqual([a.node.status().role, termOf(a)], ['leader', term]);
  });

  it('is aborted when it was decided on another configuration', async () => {
    const { three, ask } = createCluster();
    const [a] = await three();
    assert.deepEqual(await ask(a, 'transfer', { configurationIndex: 1, memberId: 2, term: 0 }), {
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
      ask(a, 'transfer', { configurationIndex: indexOf(a), memberId, term: 0 });
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
    assert.deepEqual(await ask(a, 'transfer', away(a)), {
      code: 'FAILED_PRECONDITION',
      details: 'no other voter is ready to lead',
    });
  });

  it('is given up while the other does not catch up', async () => {
    const { three, ask, write } = createCluster();
    const [a, b] = await three();
    b.diskHangs = true;
    await write(a, 5);
    assert.deepEqual(
      await ask(a, 'transfer', { configurationIndex: indexOf(a), memberId: 2, term: 0 }),
      {
        code: 'UNAVAILABLE',
        details:
          'Leadership stayed: the other member did not catch up within an election timeout. Try again.',
      },
    );
    assert.equal(a.node.status().role, 'leader');
  });

  it('does not know its outcome when the other vanishes in the middle of it', async () => {
    const { three, ask, disconnect } = createCluster();
    const [a, b] = await three();
    disconnect(b);
    assert.deepEqual(
      await ask(a, 'transfer', { configurationIndex: indexOf(a), memberId: 2, term: 0 }),
      {
        code: 'DEADLINE_EXCEEDED',
        details:
          'This may or may not have been carried out, or may still be. Observe with Status, then repeat the same call.',
      },
    );
  });

  it('is not called done already by a leader that cannot reach the others', async () => {
    const { three, ask, disconnect } = createCluster();
    const [a] = await three();
    disconnect(a);
    assert.equal(a.node.status().role, 'leader');
    for (const request of [
      { ...away(a), memberId: 1 },
      { ...away(a), term: termOf(a) - 1 },
    ]) {
      const reply = await ask(a, 'transfer', request);
      assert('code' in reply);
      assert.equal(reply.code, 'UNAVAILABLE');
    }
  });

  it('is invalid without an index, for what is no id, and to whomever without a term', async () => {
    const { found, ask } = createCluster();
    const a = await found();
    for (const [request, details] of [
      [
        { configurationIndex: 0, memberId: 2, term: 1 },
        'configuration_index must be the configuration index from Status, above 0, not 0.',
      ],
      [
        { configurationIndex: 1, memberId: -2, term: 1 },
        'member_id must be the id of a member, above 0, not -2.',
      ],
      [
        { configurationIndex: 1, memberId: 2, term: -1 },
        'term must be the term from Status, above 0, not -1.',
      ],
      [
        { configurationIndex: 1, memberId: 0, term: 0 },
        'term must be the term from Status, above 0, where member_id is 0, not 0.',
      ],
    ] as const) {
      const reply = await ask(a, 'transfer', request);
      assert.deepEqual(reply, { code: 'INVALID_ARGUMENT', details });
    }
  });
});
