import assert from 'node:assert/strict';
import { StorageError } from '../../ports/outcome.ts';
import { toMemberId } from '../../raft/ids.ts';
import type { Recovery } from './parts.ts';
import { createCluster } from './testing/cluster.ts';
import type { Host } from './testing/world.ts';

/** Three voters, of which member 2 alone is left. */
async function createCase() {
  const cluster = createCluster();
  const [a, b, c] = await cluster.three();
  await cluster.write(a, 3);
  cluster.pass(500);
  cluster.kill(a);
  cluster.kill(c);
  cluster.pass(3_000, () => b.node.status().leader === undefined);
  const asked: Recovery[] = [];
  b.recovers = (recovery) => {
    asked.push(recovery);
    return Promise.resolve({ cluster: 'new', member: toMemberId(2) });
  };
  return { ...cluster, a, b, c, asked };
}

const requestFor = ({ node }: Host) => {
  const { identity, lastLog, lastLogTerm } = node.status();
  return {
    incidentId: 'fire',
    memberId: identity?.member ?? 0,
    lastLogTerm,
    lastLogIndex: lastLog,
  };
};

describe('Recover', () => {
  it('recovers the member that was chosen, as it was then', async () => {
    const { b, done, asked } = await createCase();
    const { lastLog, lastLogTerm } = b.node.status();
    const reply = await done(b, 'recover', requestFor(b));
    assert.deepEqual(reply, { clusterId: 'new', memberId: 2 });
    assert.deepEqual(asked, [
      { incident: 'fire', member: 2, last: { index: lastLog, term: lastLogTerm } },
    ]);
  });

  for (const [name, changed, code, words] of [
    ['another member', { memberId: 3 }, 'FAILED_PRECONDITION', /This is member 2, not 3/],
    ['another index', { lastLogIndex: 1 }, 'ABORTED', /choose again/],
    ['another term', { lastLogTerm: 99 }, 'ABORTED', /choose again/],
    ['no incident', { incidentId: '' }, 'INVALID_ARGUMENT', /incident_id/],
    ['no member', { memberId: 0 }, 'INVALID_ARGUMENT', /member_id/],
  ] as const) {
    it(`is refused for ${name}`, async () => {
      const { b, ask, asked } = await createCase();
      const reply = await ask(b, 'recover', { ...requestFor(b), ...changed });
      assert('code' in reply);
      assert.equal(reply.code, code);
      assert.match(reply.details, words);
      assert.deepEqual(asked, []);
    });
  }

  it('is refused while somebody leads', async () => {
    const { three, ask } = createCluster();
    const [a, b] = await three();
    for (const host of [a, b]) {
      const reply = await ask(host, 'recover', requestFor(host));
      assert('code' in reply);
      assert.equal(reply.code, 'FAILED_PRECONDITION');
      assert.match(reply.details, /Member 1 leads: the quorum is not lost/);
    }
  });

  it('answers the same incident again from the state of the new cluster, and no other', async () => {
    const { found, write, ask, done } = createCluster();
    const a = await found();
    const stale = requestFor(a);
    // As `raiseEpochs` leaves it: a base of 1, and the name of the incident.
    await new Promise((resolve) => {
      a.node.propose(Buffer.from('e/cluster-1=\u0001\u0004fire'), resolve);
      void write(a, 1);
    });
    const again = await done(a, 'recover', { ...stale, lastLogIndex: 1 });
    assert.deepEqual(again, { clusterId: 'cluster-1', memberId: 1 });
    const other = await ask(a, 'recover', { ...stale, incidentId: 'flood' });
    assert('code' in other && other.code === 'FAILED_PRECONDITION');
    const elsewhere = await ask(a, 'recover', { ...stale, memberId: 2 });
    assert('code' in elsewhere);
    assert.match(elsewhere.details, /recovered from with member 1, not 2/);
  });

  it('says so when the log has moved on while the node ended', async () => {
    const { b, ask } = await createCase();
    b.recovers = () => Promise.reject(new StorageError('foreign', 'look again'));
    assert.deepEqual(await ask(b, 'recover', requestFor(b)), {
      code: 'ABORTED',
      details: 'look again',
    });
  });
});
