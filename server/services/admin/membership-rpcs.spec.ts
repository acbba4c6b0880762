import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Standing, Trust } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { toMemberId } from '../../raft/ids.ts';
import { createAdminService } from './admin-service.ts';
import { requireSettledLeader } from './leadership.ts';
import { createCluster } from './testing/cluster.ts';
import { addressOf, directoryOf } from './testing/world.ts';
import type { Host } from './testing/world.ts';

const UNKNOWN = {
  code: 'DEADLINE_EXCEEDED',
  details:
    'This may or may not have been carried out, or may still be. Observe with Status, then repeat the same call.',
} as const;

const indexOf = ({ node }: Host): number => node.status().configurationIndex;

const membersOf = ({ node }: Host): readonly string[] =>
  (node.status().configuration?.members ?? []).map(({ id, standing }) => `${id} ${standing}`);

/** The refusal of `request`, which must have left everything as it was. */
const refusalOn = async <Reply>(host: Host, request: () => Promise<Reply>): Promise<Reply> => {
  const before = host.node.status();
  const introduced = host.introduced.length;
  const reply = await request();
  const now = host.node.status();
  assert.equal(now.configurationIndex, before.configurationIndex);
  assert.deepEqual(now.configuration, before.configuration);
  assert.equal(host.introduced.length, introduced);
  return reply;
};

describe('AddLearner', () => {
  it('adds a directory as a learner, and introduces it first', async () => {
    const { found, start, done, pass } = createCluster();
    const a = await found();
    const b = start();
    const decidedOn = indexOf(a);
    const added = await done(a, 'addLearner', {
      configurationIndex: decidedOn,
      directory: b.directory,
      peerAddress: 'host-2:1230',
    });
    assert.deepEqual(added, { memberId: 2, configurationIndex: indexOf(a) });
    assert.notEqual(indexOf(a), decidedOn);
    assert.deepEqual(membersOf(a), ['1 voter', '2 learner']);
    assert.deepEqual(a.introduced, [[b.directory, 'host-2:1230', decidedOn]]);
    pass(1_000, () => b.node.status().identity?.member === 2);
  });

  it('answers again as before, whatever it was decided on, and introduces again', async () => {
    const { found, start, done } = createCluster();
    const a = await found();
    const b = start();
    const request = {
      configurationIndex: indexOf(a),
      directory: b.directory,
      peerAddress: 'host-2:1230',
    };
    const added = await done(a, 'addLearner', request);
    assert.deepEqual(await done(a, 'addLearner', request), added);
    assert.deepEqual(await done(a, 'addLearner', { ...request, configurationIndex: 999 }), added);
    assert.deepEqual(membersOf(a), ['1 voter', '2 learner']);
    assert.equal(a.introduced.length, 3, 'a leader that is new may not know where it is');
  });

  it('is no repetition when the member is removed meanwhile', async () => {
    const { found, start, ask, done } = createCluster();
    const a = await found();
    const { directory } = start();
    const request = { configurationIndex: indexOf(a), directory, peerAddress: addressOf(2) };
    await done(a, 'addLearner', request);
    const read: Host['node']['read'] = (answer) => {
      const changes = [{ kind: 'remove', id: toMemberId(2) }] as const;
      a.node.change(a.node.status().configurationIndex, changes, () => a.node.read(answer));
    };
    const admin = createAdminService({ ...a.parts, node: { ...a.parts.node, read } });
    const reply = await ask({ ...a, admin }, 'addLearner', request);
    assert.deepEqual(membersOf(a), ['1 voter']);
    assert.deepEqual(reply, {
      code: 'ABORTED',
      details: `This was decided on configuration 1, but configuration ${indexOf(a)} is in force. Observe, and decide again.`,
    });
  });

  it('says when the outcome is unknown, and what it was when it is repeated', async () => {
    const { three, start, ask, done, pass } = createCluster();
    const [a, b, c] = await three();
    const d = start();
    const request = {
      configurationIndex: indexOf(a),
      directory: d.directory,
      peerAddress: addressOf(4),
    };
    b.diskHangs = true;
    c.diskHangs = true;
    assert.deepEqual(await ask(a, 'addLearner', request), UNKNOWN);
    const repeated = await ask(a, 'addLearner', request);
    assert.deepEqual(repeated, {
      code: 'ABORTED',
      details: `The change at index ${indexOf(a)} is not finished yet. Wait until it is, observe, and decide again.`,
    });
    b.release();
    c.release();
    pass(2_000);
    const { memberId } = await done(a, 'addLearner', request);
    assert.equal(memberId, 4);
  });

  it('is aborted when it was decided on another configuration', async () => {
    const { found, start, ask } = createCluster();
    const a = await found();
    const b = start();
    const reply = await refusalOn(a, () =>
      ask(a, 'addLearner', {
        configurationIndex: 77,
        directory: b.directory,
        peerAddress: 'host-2:1230',
      }),
    );
    assert.deepEqual(reply, {
      code: 'ABORTED',
      details:
        'This was decided on configuration 77, but configuration 1 is in force. Observe, and decide again.',
    });
  });

  it('refuses a directory that was a member before', async () => {
    const { three, ask, done, pass } = createCluster();
    const [a, , c] = await three();
    await done(a, 'remove', { configurationIndex: indexOf(a), memberId: 3 });
    pass(500);
    const reply = await refusalOn(a, () =>
      ask(a, 'addLearner', {
        configurationIndex: indexOf(a),
        directory: c.directory,
        peerAddress: addressOf(3),
      }),
    );
    assert.deepEqual(reply, {
      code: 'FAILED_PRECONDITION',
      details: `Directory ${c.directory} was member 3 of this cluster, which was removed. Empty it, start its process anew, and add the directory that its Status then names.`,
    });
  });

  it('asks a process that it has not heard of, and refuses one of another cluster', async () => {
    const { found, done, ask, start } = createCluster();
    const [a, b] = [await found(), await found()];
    b.unheard = true;
    const add = (host: Host, peerAddress: string) => ({
      ...{ configurationIndex: indexOf(a), directory: host.directory, peerAddress },
    });
    const reply = await refusalOn(a, () => ask(a, 'addLearner', add(b, addressOf(2))));
    assert('code' in reply);
    assert.match(reply.details, /belongs to member 1 of another cluster, cluster-2/);
    // It may start later, on the address that was said.
    await done(a, 'addLearner', add({ ...start(), directory: directoryOf(9) }, addressOf(9)));
  });

  it('refuses a directory of another cluster', async () => {
    const { found, start, ask, done } = createCluster();
    const a = await found();
    const b = start();
    await done(b, 'bootstrap', { clusterId: '', directory: '' });
    const reply = await ask(a, 'addLearner', {
      configurationIndex: indexOf(a),
      directory: b.directory,
      peerAddress: addressOf(2),
    });
    assert.deepEqual(reply, {
      code: 'FAILED_PRECONDITION',
      details: `Directory ${b.directory} belongs to member 1 of another cluster, cluster-2. Empty it, start its process anew, and add the directory that its Status then names.`,
    });
  });

  const right = {
    configurationIndex: 1,
    directory: directoryOf(2),
    peerAddress: 'host-2:1230',
  };
  for (const [request, details] of [
    [
      { ...right, configurationIndex: 0 },
      'configuration_index must be the configuration index from Status, above 0, not 0.',
    ],
    [
      { ...right, directory: 'data' },
      'directory must be the UUID of a data directory, from Status of its process, not "data".',
    ],
    ...['', 'host', 'host:0', 'host:65536', 'a b:1', '::1:1230', 'host:12x'].map(
      (peerAddress) =>
        [
          { ...right, peerAddress },
          `peer_address must be host:port with a port from 1 to 65535, not "${peerAddress}".`,
        ] as const,
    ),
  ] as const) {
    it(`is invalid: ${details}`, async () => {
      const { found, ask } = createCluster();
      const a = await found();
      const reply = await refusalOn(a, () => ask(a, 'addLearner', request));
      assert.deepEqual(reply, { code: 'INVALID_ARGUMENT', details });
    });
  }

  it('takes an address of IPv6', async () => {
    const { found, start, done } = createCluster();
    const a = await found();
    const { directory } = start();
    const request = { configurationIndex: indexOf(a), directory, peerAddress: '[fd00::2]:1230' };
    assert.equal((await done(a, 'addLearner', request)).memberId, 2);
  });
});

describe('Promote', () => {
  it('makes a learner that has caught up a voter, and says so again', async () => {
    const { found, learner, done } = createCluster();
    const a = await found();
    await learner(a, 2);
    const request = { configurationIndex: indexOf(a), memberId: 2 };
    const promoted = await done(a, 'promote', request);
    assert.deepEqual(promoted, { configurationIndex: indexOf(a) });
    assert.deepEqual(membersOf(a), ['1 voter', '2 voter']);
    assert.deepEqual(await done(a, 'promote', request), promoted);
    assert.deepEqual(a.node.status().configuration?.outgoing, []);
  });

  it('is refused while the learner lags, and by how much', async () => {
    const { found, learner, ask, done, write, pass } = createCluster();
    const a = await found();
    const b = await learner(a, 2);
    b.diskHangs = true;
    const { match } = a.node.status().peers[0]!;
    await write(a, 400);
    pass(200);
    const { commit } = a.node.status();
    assert(commit - match > 250);
    const request = { configurationIndex: indexOf(a), memberId: 2 };
    assert.deepEqual(await refusalOn(a, () => ask(a, 'promote', request)), {
      code: 'FAILED_PRECONDITION',
      details: `Member 2 has not caught up: ${commit - match} entries behind, at ${match} of ${commit}; at most 250 are allowed.`,
    });
    b.release();
    pass(500);
    await done(a, 'promote', request);
    assert.deepEqual(a.promotions, [false, true]);
  });

  it('is refused while the learner is not heard from', async () => {
    const { found, learner, ask, kill, pass } = createCluster();
    const a = await found();
    const b = await learner(a, 2);
    kill(b);
    pass(1_100);
    const { commit } = a.node.status();
    const request = { configurationIndex: indexOf(a), memberId: 2 };
    assert.deepEqual(await refusalOn(a, () => ask(a, 'promote', request)), {
      code: 'FAILED_PRECONDITION',
      details: `Member 2 has not caught up: not heard from within an election timeout, 0 entries behind, at ${commit} of ${commit}.`,
    });
  });

  it('is refused for whom the cluster does not have', async () => {
    const { three, ask, done } = createCluster();
    const [a] = await three();
    const promote = (memberId: number) =>
      refusalOn(a, () => ask(a, 'promote', { configurationIndex: indexOf(a), memberId }));
    assert.deepEqual(await promote(9), {
      code: 'FAILED_PRECONDITION',
      details: 'There is no member 9, and never was.',
    });
    await done(a, 'remove', { configurationIndex: indexOf(a), memberId: 3 });
    assert.deepEqual(await promote(3), {
      code: 'FAILED_PRECONDITION',
      details: 'Member 3 was removed from the cluster.',
    });
    assert.deepEqual(await promote(0), {
      code: 'INVALID_ARGUMENT',
      details: 'member_id must be the id of a member, above 0, not 0.',
    });
  });

  it('is aborted when it was decided on another configuration', async () => {
    const { found, learner, ask } = createCluster();
    const a = await found();
    await learner(a, 2);
    const reply = await refusalOn(a, () =>
      ask(a, 'promote', { configurationIndex: 1, memberId: 2 }),
    );
    assert.deepEqual(reply, {
      code: 'ABORTED',
      details: `This was decided on configuration 1, but configuration ${indexOf(a)} is in force. Observe, and decide again.`,
    });
  });

  it('is done while the learner is 250 entries behind, and no more', async () => {
    const { found, learner, ask, write, pass } = createCluster();
    const a = await found();
    const b = await learner(a, 2);
    b.diskHangs = true;
    const { commit, peers } = a.node.status();
    const { match } = peers[0]!;
    await write(a, 250 - (commit - match));
    pass(200);
    assert.equal(a.node.status().commit - match, 250);
    const promoted = ask(a, 'promote', { configurationIndex: indexOf(a), memberId: 2 });
    await setImmediate();
    b.release();
    assert('response' in (await promoted));
  });
});

describe('Remove', () => {
  it('removes a voter, and says so again', async () => {
    const { three, done } = createCluster();
    const [a] = await three();
    const request = { configurationIndex: indexOf(a), memberId: 3 };
    const removed = await done(a, 'remove', request);
    assert.deepEqual(membersOf(a), ['1 voter', '2 voter']);
    assert.deepEqual(await done(a, 'remove', request), removed);
    assert.equal(removed.configurationIndex, indexOf(a));
  });

  it('removes the dead one of three, but neither of those that are left with it', async () => {
    const { three, ask, done, kill, pass } = createCluster();
    const [a, b, c] = await three();
    kill(c);
    pass(1_100);
    const remove = (memberId: number) => ({ configurationIndex: indexOf(a), memberId });
    assert.deepEqual(await refusalOn(a, () => ask(a, 'remove', remove(2))), {
      code: 'FAILED_PRECONDITION',
      details:
        'This would cost the quorum: the voters would be 1, 3, of which 2 must be healthy and 1 are. Unhealthy: member 3 (not heard from within an election timeout).',
    });
    assert.deepEqual(await refusalOn(a, () => ask(a, 'remove', remove(1))), {
      code: 'FAILED_PRECONDITION',
      details:
        'This would cost the quorum: the voters would be 2, 3, of which 2 must be healthy and 1 are. Unhealthy: member 3 (not heard from within an election timeout).',
    });
    assert.deepEqual(membersOf(b), ['1 voter', '2 voter', '3 voter']);
    await done(a, 'remove', remove(3));
    assert.deepEqual(membersOf(a), ['1 voter', '2 voter']);
  });

  it('removes the leader: the others go on without it', async () => {
    const { three, ask, done, pass } = createCluster();
    const [a, b, c] = await three();
    const request = { configurationIndex: indexOf(a), memberId: 1 };
    await done(a, 'remove', request);
    pass(3_000, () => [b, c].some(({ node }) => node.status().role === 'leader'));
    const leader = [b, c].find(({ node }) => node.status().role === 'leader')!;
    pass(3_000, () => leader.node.status().configuration?.members.length === 2);
    pass(500);
    assert.deepEqual(await done(leader, 'remove', request), {
      configurationIndex: indexOf(leader),
    });
    assert.deepEqual(await ask(a, 'remove', request), {
      code: 'FAILED_PRECONDITION',
      details: 'This member was removed from its cluster. Ask another member.',
    });
  });

  it('keeps the last voter', async () => {
    const { found, ask } = createCluster();
    const a = await found();
    const request = { configurationIndex: indexOf(a), memberId: 1 };
    assert.deepEqual(await refusalOn(a, () => ask(a, 'remove', request)), {
      code: 'FAILED_PRECONDITION',
      details: 'This would leave no voter of 1: a cluster needs one.',
    });
  });

  it('is refused for whom the cluster never had', async () => {
    const { found, ask } = createCluster();
    const a = await found();
    const request = { configurationIndex: indexOf(a), memberId: 9 };
    assert.deepEqual(await refusalOn(a, () => ask(a, 'remove', request)), {
      code: 'FAILED_PRECONDITION',
      details: 'There is no member 9, and never was.',
    });
  });
});

describe('ChangeMembership', () => {
  const promote = (memberId: number) => ({
    kind: { $case: 'promote', value: { memberId } } as const,
  });
  const remove = (memberId: number) => ({
    kind: { $case: 'remove', value: { memberId } } as const,
  });
  const demote = (memberId: number) => ({
    kind: { $case: 'demote', value: { memberId } } as const,
  });
  const prioritize = (memberId: number, priority: number) => ({
    kind: { $case: 'setPriority', value: { memberId, priority } } as const,
  });
  const setTrust = (trust: Trust) => ({ kind: { $case: 'setTrust', value: { trust } } as const });
  const add = (n: number) => ({
    kind: {
      $case: 'addLearner',
      value: { directory: directoryOf(n), peerAddress: addressOf(n) },
    } as const,
  });

  it('replaces a member in one step, and says so again', async () => {
    const { three, learner, start, done, kill, pass } = createCluster();
    const [a, , c] = await three();
    await learner(a, 4);
    start();
    kill(c);
    pass(1_100);
    const request = {
      configurationIndex: indexOf(a),
      changes: [promote(4), remove(3), add(5), prioritize(2, 7), setTrust(Trust.NEITHER)],
    };
    const changed = await done(a, 'changeMembership', request);
    assert.deepEqual(changed.configuration, {
      index: indexOf(a),
      members: [
        [1, Standing.VOTER, 0],
        [2, Standing.VOTER, 7],
        [4, Standing.VOTER, 0],
        [5, Standing.LEARNER, 0],
      ].map(([id = 0, standing, priority]) => ({
        id,
        directory: directoryOf(id),
        standing,
        priority,
        peerAddress: `host-${id}:1230`,
        clientAddress: `host-${id}:1228`,
      })),
      outgoingVoterIds: [],
      trust: Trust.NEITHER,
    });
    assert.deepEqual(await done(a, 'changeMembership', request), changed);
  });

  it('does what is left of wishes that are fulfilled in part', async () => {
    const { three, done } = createCluster();
    const [a] = await three();
    await done(a, 'remove', { configurationIndex: indexOf(a), memberId: 3 });
    await done(a, 'changeMembership', {
      configurationIndex: indexOf(a),
      changes: [remove(3), demote(2)],
    });
    assert.deepEqual(membersOf(a), ['1 voter', '2 learner']);
  });

  it('does nothing when one of its wishes is refused', async () => {
    const { three, learner, ask, kill, pass } = createCluster();
    const [a, , c] = await three();
    const d = await learner(a, 4);
    kill(c);
    kill(d);
    pass(1_100);
    const change = (...changes: ReturnType<typeof add | typeof promote | typeof remove>[]) =>
      refusalOn(a, () => ask(a, 'changeMembership', { configurationIndex: indexOf(a), changes }));
    const late = await change(add(9), promote(4));
    assert('details' in late);
    assert.match(late.details, /^Member 4 has not caught up: not heard from/);
    const costly = await change(add(9), remove(2));
    assert('details' in costly);
    assert.match(costly.details, /^This would cost the quorum: the voters would be 1, 3,/);
  });

  it('is refused when a demotion would cost the quorum', async () => {
    const { three, ask, kill, pass } = createCluster();
    const [a, , c] = await three();
    kill(c);
    pass(1_100);
    const reply = await refusalOn(a, () =>
      ask(a, 'changeMembership', { configurationIndex: indexOf(a), changes: [demote(2)] }),
    );
    assert('details' in reply);
    assert.match(reply.details, /^This would cost the quorum: the voters would be 1, 3,/);
  });

  for (const [what, changes, details] of [
    ['nothing', [], 'changes must be 1 to 32 changes, not 0.'],
    [
      'too much',
      Array.from({ length: 33 }, (_, at) => remove(at + 1)),
      'changes must be 1 to 32 changes, not 33.',
    ],
    ['no kind', [{ kind: undefined }], 'changes[0] must say what to change.'],
    [
      'no member',
      [setTrust(Trust.LEASE), promote(0)],
      'changes[1].promote.member_id must be the id of a member, above 0, not 0.',
    ],
    [
      'a priority below 0',
      [prioritize(1, -1)],
      'changes[0].set_priority.priority must be a whole number, 0 or above, not -1.',
    ],
    [
      'no trust',
      [setTrust(Trust.UNSPECIFIED)],
      'changes[0].set_trust.trust must be TRUST_NEITHER, TRUST_LEASE or TRUST_EARLY_CAMPAIGN, not 0.',
    ],
    [
      'a trust of the future',
      [setTrust(9 as Trust)],
      'changes[0].set_trust.trust must be TRUST_NEITHER, TRUST_LEASE or TRUST_EARLY_CAMPAIGN, not 9.',
    ],
    [
      'a contradiction',
      [promote(2), demote(2)],
      'changes[1] decides the standing of member 2 again: each may be decided once.',
    ],
    [
      'a priority for whom it removes',
      [prioritize(2, 1), remove(2)],
      'changes[1] decides the priority of member 2 again: each may be decided once.',
    ],
    [
      'a directory twice',
      [add(2), add(2)],
      `changes[1] decides directory ${directoryOf(2)} again: each may be decided once.`,
    ],
  ] as const) {
    it(`is invalid with ${what}`, async () => {
      const { found, ask } = createCluster();
      const a = await found();
      const reply = await refusalOn(a, () =>
        ask(a, 'changeMembership', { configurationIndex: indexOf(a), changes }),
      );
      assert.deepEqual(reply, { code: 'INVALID_ARGUMENT', details });
    });
  }
});

describe('A change of the membership', () => {
  it('is sent on to the leader by another member', async () => {
    const { three, ask } = createCluster();
    const [, b] = await three();
    assert.deepEqual(await ask(b, 'remove', { configurationIndex: indexOf(b), memberId: 3 }), {
      code: 'FAILED_PRECONDITION',
      details: 'This member does not lead: ask member 1 at host-1:1230.',
      leader: 'host-1:1230',
    });
  });

  it('is not sent anywhere while nobody leads', async () => {
    const { three, ask, kill, pass } = createCluster();
    const [a, b, c] = await three();
    kill(a);
    kill(c);
    pass(5_000);
    assert.deepEqual(await ask(b, 'remove', { configurationIndex: indexOf(b), memberId: 3 }), {
      code: 'UNAVAILABLE',
      details: 'No leader is known. Try again in a moment.',
    });
  });

  it('is refused by a process that belongs to no cluster', async () => {
    const { start, ask } = createCluster();
    const reply = await ask(start(), 'remove', { configurationIndex: 1, memberId: 3 });
    assert.deepEqual(reply, {
      code: 'FAILED_PRECONDITION',
      details:
        'This process belongs to no cluster yet. Bootstrap it, or let the leader of a cluster add its directory.',
    });
  });

  it('waits for the end of a joint phase', async () => {
    const { found } = createCluster();
    const { parts, node } = await found();
    const status = node.status();
    const configuration = { ...status.configuration!, outgoing: [toMemberId(1)] };
    const joint = { ...parts.node, status: () => ({ ...status, configuration }) };
    assert.equal(requireSettledLeader(parts).status.configurationIndex, 1);
    assert.throws(() => requireSettledLeader({ ...parts, node: joint }), {
      code: 'aborted',
      message:
        'The change at index 1 is not finished yet. Wait until it is, observe, and decide again.',
    });
  });

  it('is not called done already by a leader that cannot reach the others', async () => {
    const { three, done, ask, disconnect } = createCluster();
    const [a] = await three();
    const request = { configurationIndex: indexOf(a), memberId: 3 };
    await done(a, 'remove', request);
    disconnect(a);
    assert.equal(a.node.status().role, 'leader');
    const reply = await ask(a, 'remove', request);
    assert('code' in reply);
    assert.equal(reply.code, 'UNAVAILABLE');
  });
});
