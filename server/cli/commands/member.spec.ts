import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { Standing } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { runCli } from '../testing/run-cli.ts';
import { answer, nobody, refuse, startMember, statusWith } from '../testing/scripted-member.ts';
import type { Script, ScriptedMember } from '../testing/scripted-member.ts';

const DIRECTORY = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

const configuration = (index: number): NonNullable<Status['configuration']> => ({
  index,
  members: [
    {
      ...{ id: 2, directory: DIRECTORY, standing: Standing.LEARNER, priority: 0 },
      ...{ peerAddress: 'b:1230', clientAddress: 'b:1228' },
    },
  ],
  outgoingVoterIds: [],
  trust: 1,
});

const inCluster = (index: number, fields: Partial<Status> = {}): Status =>
  statusWith({
    clusterId: 'c',
    memberId: 1,
    leaderId: 1,
    configuration: configuration(index),
    ...fields,
  });

describe('member commands', () => {
  const members: ScriptedMember[] = [];
  const start = async (script: Script): Promise<ScriptedMember> => {
    const member = await startMember(script);
    members.push(member);
    return member;
  };
  afterEach(() => members.splice(0).forEach((member) => member.kill()));

  it('reads the configuration index first and names it', async () => {
    const member = await start({
      status: answer({ status: inCluster(41) }),
      remove: answer({ configurationIndex: 42 }),
    });
    const ran = await runCli([
      'member',
      'remove',
      '2',
      '-o',
      'json',
      '--endpoints',
      member.endpoint,
    ]);
    assert.deepEqual(member.calls, ['status', 'remove']);
    assert.deepEqual(member.requests.get('remove'), { configurationIndex: 41, memberId: 2 });
    assert.equal(ran.stdout, '{"member_id":2,"configuration_index":42}\n');
    assert.equal(ran.exitCode, 0);
  });

  it('does not ask for an index that is pinned', async () => {
    const member = await start({ remove: answer({ configurationIndex: 8 }) });
    const argv = ['member', 'remove', '2', '--configuration-index', '7'];
    const ran = await runCli([...argv, '--endpoints', member.endpoint]);
    assert.deepEqual(member.calls, ['remove']);
    assert.deepEqual(member.requests.get('remove'), { configurationIndex: 7, memberId: 2 });
    assert.equal(ran.exitCode, 0);
  });

  it('says that the membership moved, and does not repeat the call', async () => {
    const script = { remove: refuse(status.ABORTED, 'configuration 9 is in force') };
    const [first, second] = [await start(script), await start(script)];
    const argv = ['member', 'remove', '2', '--configuration-index', '7', '-o', 'json'];
    const ran = await runCli([...argv, '--endpoints', `${first.endpoint},${second.endpoint}`]);
    assert.equal(ran.exitCode, 1);
    assert.deepEqual(second.calls, []);
    assert.deepEqual(JSON.parse(ran.stderr), {
      error: {
        code: 'moved',
        exit_code: 1,
        message: `Could not remove member 2: ${first.endpoint} answered configuration 9 is in force. The membership or the leader has changed since this was decided, and nothing was changed. Look at \`robustmq-meta member list\`, and re-run the command if it is still right.`,
        status: 'ABORTED',
      },
    });
    assert.equal(ran.stdout, '');
  });

  it('follows the trailer to the leader, past the other endpoints', async () => {
    const leader = await start({ transfer: answer({ leaderId: 3 }) });
    const trailers = { 'robustmq-leader': leader.endpoint };
    const follower = await start({
      transfer: refuse(status.FAILED_PRECONDITION, 'not the leader', trailers),
    });
    const other = await start({});
    const argv = ['member', 'transfer', '3', '--configuration-index', '7', '--term', '4'];
    const ran = await runCli([...argv, '--endpoints', `${follower.endpoint},${other.endpoint}`]);
    assert.equal(ran.stdout, 'Member 3 leads now.\n');
    assert.deepEqual(leader.calls, ['transfer']);
    assert.deepEqual(other.calls, []);
  });

  for (const { name, argv, wanted } of [
    { name: 'names what it was decided on', argv: [], wanted: { configurationIndex: 41, term: 6 } },
    {
      name: 'names what is pinned, and asks for the rest',
      argv: ['--term', '5'],
      wanted: { configurationIndex: 41, term: 5 },
    },
  ]) {
    it(`transfer to the best ${name}`, async () => {
      const member = await start({
        status: answer({ status: inCluster(41, { term: 6 }) }),
        transfer: answer({ leaderId: 3 }),
      });
      const ran = await runCli(['member', 'transfer', ...argv, '--endpoints', member.endpoint]);
      assert.deepEqual(member.calls, ['status', 'transfer']);
      assert.deepEqual(member.requests.get('transfer'), { ...wanted, memberId: 0 });
      assert.equal(ran.stdout, 'Member 3 leads now.\n');
    });
  }

  it('stops when members name each other as leader', async () => {
    const endpoints: string[] = [];
    const script: Script = {
      transfer: (...args: Parameters<ReturnType<typeof refuse>>) => {
        const even = members[0]!.calls.length === members[1]!.calls.length;
        const trailers = { 'robustmq-leader': endpoints[even ? 0 : 1] ?? '' };
        refuse(status.FAILED_PRECONDITION, 'not the leader', trailers)(...args);
      },
    };
    endpoints.push((await start(script)).endpoint, (await start(script)).endpoint);
    const argv = ['member', 'transfer', '--configuration-index', '7', '--term', '4'];
    const ran = await runCli([...argv, '--endpoints', endpoints[0]!]);
    assert.equal(ran.exitCode, 1);
    assert.ok(members[0]!.calls.length + members[1]!.calls.length <= 6);
  });

  it('repeats a change elsewhere when there was no connection, or nobody led', async () => {
    const leaderless = await start({ remove: refuse(status.UNAVAILABLE, 'nobody leads') });
    const leader = await start({ remove: answer({ configurationIndex: 8 }) });
    const endpoints = [await nobody(), leaderless.endpoint, leader.endpoint].join(',');
    const argv = ['member', 'remove', '2', '--configuration-index', '7', '--endpoints', endpoints];
    const ran = await runCli(argv);
    assert.equal(ran.exitCode, 0);
    assert.deepEqual([leaderless.calls, leader.calls], [['remove'], ['remove']]);
  });

  for (const { name, script, options } of [
    {
      name: 'the connection is lost',
      script: (): Script => ({ remove: () => members[0]!.kill() }),
      options: [],
    },
    {
      name: 'no answer comes in time',
      script: (): Script => ({ remove: () => undefined }),
      options: ['--timeout', '300ms'],
    },
    {
      name: 'the member cannot tell',
      script: (): Script => ({ remove: refuse(status.DEADLINE_EXCEEDED, 'no quorum in time') }),
      options: [],
    },
  ]) {
    it(`leaves the outcome open, and asks nobody else, when ${name}`, async () => {
      const first = await start(script());
      const second = await start({ remove: answer({ configurationIndex: 8 }) });
      const argv = ['member', 'remove', '2', '--configuration-index', '7', ...options];
      const ran = await runCli([...argv, '--endpoints', `${first.endpoint},${second.endpoint}`]);
      assert.equal(ran.exitCode, 4);
      assert.match(ran.stderr, /^Outcome unknown: .*may or may not have been carried out/);
      assert.deepEqual([first.calls, second.calls], [['remove'], []]);
    });
  }

  it('is unreachable when there is no connection at all, and says why', async () => {
    const endpoint = await nobody();
    const ran = await runCli(['member', 'list', '--endpoints', endpoint]);
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /no member could be reached \(127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  });

  it('asks the process at an address for its directory before it adds it', async () => {
    const newcomer = await start({
      status: answer({ status: statusWith({ directory: DIRECTORY, peerAddress: 'meta-3:1230' }) }),
    });
    const leader = await start({
      status: answer({ status: inCluster(5) }),
      addLearner: answer({ memberId: 4, configurationIndex: 6 }),
    });
    const ran = await runCli(['member', 'add', newcomer.endpoint, '--endpoints', leader.endpoint]);
    assert.equal(ran.exitCode, 0);
    assert.deepEqual(leader.requests.get('addLearner'), {
      ...{ configurationIndex: 5, directory: DIRECTORY, peerAddress: 'meta-3:1230' },
    });
  });

  it('says of a voter that is added again that it is one', async () => {
    const [learner] = configuration(6).members;
    const voter = { ...learner!, id: 4, standing: Standing.VOTER };
    const leader = await start({
      status: answer({
        status: inCluster(6, { configuration: { ...configuration(6), members: [voter] } }),
      }),
      addLearner: answer({ memberId: 4, configurationIndex: 6 }),
    });
    const argv = ['member', 'add', DIRECTORY, '--peer-address', 'meta-3:1230'];
    const ran = await runCli([...argv, '--endpoints', leader.endpoint]);
    assert.equal(ran.stdout, 'Member 4 is there already, as a voter.\n');
  });

  it('asks where a directory is', async () => {
    const ran = await runCli(['member', 'add', DIRECTORY, '--endpoints', await nobody()]);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /Give --peer-address/);
  });

  it('refuses to add a process that belongs to another cluster', async () => {
    const foreigner = await start({
      status: answer({ status: statusWith({ directory: DIRECTORY, clusterId: 'd', memberId: 3 }) }),
    });
    const leader = await start({
      status: answer({ status: inCluster(5) }),
      addLearner: answer({ memberId: 4, configurationIndex: 6 }),
    });
    const ran = await runCli(['member', 'add', foreigner.endpoint, '--endpoints', leader.endpoint]);
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stderr, /is member 3 of another cluster, d; .* belongs to c\. Nothing was/);
    assert(!leader.calls.includes('addLearner'));
  });

  it('waits until a learner has caught up, and names the index of then', async () => {
    let polls = 0;
    const leader = await start({
      status: answer(() => {
        polls += 1;
        const progress = { memberId: 2, matchIndex: polls, state: 2, recent: true } as const;
        return {
          status: inCluster(polls, {
            progress: [{ ...progress, caughtUp: polls >= 3, regressed: false }],
          }),
        };
      }),
      promote: answer({ configurationIndex: 9 }),
    });
    const argv = ['member', 'promote', '2', '--wait', '--endpoints', leader.endpoint];
    const ran = await runCli(argv, { pause: () => Promise.resolve() });
    assert.deepEqual(leader.calls, ['status', 'status', 'status', 'status', 'promote']);
    assert.deepEqual(leader.requests.get('promote'), { configurationIndex: 4, memberId: 2 });
    assert.equal(ran.stdout, 'Member 2 is a voter now.\n');
  });

  it('does not promote when the wait is interrupted', async () => {
    const controller = new AbortController();
    const leader = await start({ status: answer({ status: inCluster(1) }) });
    const ran = await runCli(['member', 'promote', '2', '--wait', '--endpoints', leader.endpoint], {
      interrupt: controller.signal,
      pause: () => {
        controller.abort();
        return Promise.resolve();
      },
    });
    assert.equal(ran.exitCode, 1);
    assert.deepEqual(leader.calls, ['status']);
  });

  for (const [argv, change] of [
    [['demote', '2'], { $case: 'demote', value: { memberId: 2 } }],
    [['priority', '2', '-5'], { $case: 'setPriority', value: { memberId: 2, priority: -5 } }],
  ] as const) {
    it(`changes the membership with ${argv[0]}`, async () => {
      const leader = await start({
        changeMembership: answer({ configuration: configuration(8) }),
      });
      const pinned = ['--configuration-index', '7', '--endpoints', leader.endpoint];
      const ran = await runCli(['member', ...argv, ...pinned]);
      assert.equal(ran.exitCode, 0, ran.stderr);
      assert.deepEqual(leader.requests.get('changeMembership'), {
        configurationIndex: 7,
        changes: [{ kind: change }],
      });
    });
  }

  it('lists members as the leader knows them', async () => {
    const leader = await start({ status: answer({ status: inCluster(5) }) });
    const follower = await start({
      status: answer({
        status: inCluster(4, { memberId: 3, leaderPeerAddress: leader.endpoint }),
      }),
    });
    const argv = ['member', 'list', '-o', 'json', '--endpoints', follower.endpoint];
    const ran = await runCli(argv);
    assert.deepEqual(JSON.parse(ran.stdout), {
      configuration_index: 5,
      leader_id: 1,
      members: [
        {
          ...{ member_id: 2, directory: DIRECTORY, standing: 'learner', priority: 0 },
          ...{ leader: false, peer_address: 'b:1230', client_address: 'b:1228' },
          ...{ match_index: null, recent: null, caught_up: null },
        },
      ],
    });
  });
});
