import assert from 'node:assert/strict';
import { Phase, Standing } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { runCli } from '../testing/run-cli.ts';
import { answer, nobody, startMember, statusWith } from '../testing/scripted-member.ts';
import type { ScriptedMember } from '../testing/scripted-member.ts';

/** Four voters and a learner. */
const { VOTER, LEARNER } = Standing;
const MEMBERS = [VOTER, VOTER, LEARNER, VOTER, VOTER].map((standing, at) => ({
  ...{ id: at + 1, directory: `d${at + 1}`, standing, priority: 0 },
  ...{ peerAddress: `meta-${at + 1}:1230`, clientAddress: '' },
}));

describe('member recover', () => {
  let members: readonly ScriptedMember[];

  const memberAt = (
    memberId: number,
    lastLogTerm: number,
    lastLogIndex: number,
    clusterId = 'old',
  ) =>
    startMember({
      status: answer({
        status: statusWith({
          ...{ phase: Phase.RUNNING, clusterId, memberId, lastLogTerm, lastLogIndex },
          configuration: { index: 1, members: MEMBERS, outgoingVoterIds: [], trust: 1 },
        }),
      }),
      recover: answer({ clusterId: 'new', memberId }),
    });
  const argvFor = (...more: readonly string[]) => {
    const endpoints = members.map(({ endpoint }) => endpoint).join(',');
    return ['member', 'recover', '--incident', 'fire', '--endpoints', endpoints, ...more];
  };
  const run = (...more: readonly string[]) => runCli(argvFor(...more));

  beforeEach(async () => {
    members = await Promise.all([memberAt(1, 6, 900), memberAt(2, 7, 41)]);
  });
  afterEach(() => {
    for (const member of members) member.kill();
  });

  it('recommends the last term before the last index, and changes nothing', async () => {
    const { stdout, exitCode } = await run();
    assert.equal(exitCode, 1);
    assert.match(stdout, /\n2 +voter +7 +41 +old +127\S+ +runs, nobody leads +recommended/);
    assert.match(stdout, /--yes-make-new-cluster 2@7\/41/);
    assert.deepEqual(
      members.flatMap(({ calls }) => calls),
      ['status', 'status'],
    );
  });

  it('recovers the recommended one, with consent to just this', async () => {
    const wrong = await run('--yes-make-new-cluster', '1@6/900');
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stderr, /what is recommended is 2@7\/41/);
    const done = await run('--yes-make-new-cluster', '2@7/41', '-o', 'json');
    assert.partialDeepStrictEqual(JSON.parse(done.stdout), {
      recovered: true,
      recommended: members[1]?.endpoint,
      cluster_id: 'new',
      member_id: 2,
    });
    assert.deepEqual(members[1]?.requests.get('recover'), {
      incidentId: 'fire',
      memberId: 2,
      lastLogTerm: 7,
      lastLogIndex: 41,
    });
    assert(!members[0]?.calls.includes('recover'));
  });

  it('does what a person types, and nothing when it is something else', async () => {
    for (const typed of ['', 'yes', '1@6/900']) {
      const { exitCode, stdout, stderr } = await runCli(argvFor(), {
        isTTY: true,
        input: `${typed}\n`,
      });
      assert.equal(exitCode, 1, typed);
      assert.match(stderr, /recommended\n\n[^]*\n\nType 2@7\/41 to go on/);
      assert.match(stdout, /^Nothing was changed/);
    }
    const { exitCode, stderr } = await runCli(argvFor(), { isTTY: true, input: '2@7/41\n' });
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(
      members.map(({ calls }) => calls.filter((name) => name === 'recover').length),
      [0, 1],
    );
  });

  it('looks again when a person has answered', async () => {
    const seen: Partial<Status> = { phase: Phase.RUNNING, clusterId: 'old', memberId: 1 };
    const leads = [0, 1];
    const member = await startMember({
      status: answer(() => ({ status: statusWith({ ...seen, leaderId: leads.shift() ?? 1 }) })),
      recover: answer({ clusterId: 'new', memberId: 1 }),
    });
    try {
      const given = { isTTY: true, input: '1@0/0\n' };
      const { exitCode, stderr } = await runCli(argvFor('--endpoints', member.endpoint), given);
      assert.equal(exitCode, 1);
      assert.match(stderr, /The quorum is not lost: .* member 1 leads/);
      assert.deepEqual(member.calls, ['status', 'status']);
    } finally {
      member.kill();
    }
  });

  it('shows an endpoint that is silent, and takes no consent before it is left out', async () => {
    const silent = await nobody();
    const endpoints = [silent, members[0]?.endpoint].join(',');
    const argv = argvFor('--endpoints', endpoints, '--yes-make-new-cluster', '1@6/900');
    const { exitCode, stdout, stderr } = await runCli(argv);
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /\n- +- +- +- +- +127\.0\.0\.1:\d+ +not usable: not reached: connect ECONNREFUSED/,
    );
    assert.match(stderr, /If it is lost for good, run this again without it/);
    assert(!members[0]?.calls.includes('recover'));
    const { stdout: json } = await runCli([...argv, '-o', 'json']);
    assert.partialDeepStrictEqual(JSON.parse(json), {
      recommended: null,
      consent: null,
      candidates: [
        { kind: 'endpoint', where: silent },
        { member_id: 1, error: null, last_log_index: 900 },
      ],
    });
    assert.equal((await run('--endpoints', members[0]?.endpoint ?? '')).exitCode, 1);
  });

  it('is unreachable when no endpoint answers', async () => {
    const argv = ['member', 'recover', '--incident', 'fire', '--endpoints', await nobody()];
    const { exitCode, stderr } = await runCli(argv);
    assert.equal(exitCode, 3);
    assert.match(stderr, /Are these the right addresses/);
  });

  it('marks learners, and warns of voters that are not there', async () => {
    const { stdout } = await run('--endpoints', members[1]!.endpoint);
    assert.match(stdout, /\n2 +voter +7 +41/);
    assert.match(stdout, /Not looked at: voters 1 \(meta-1:1230\), 4/);
    const learner = await memberAt(3, 6, 1_000);
    try {
      const endpoints = [...members, learner].map(({ endpoint }) => endpoint).join(',');
      const { stdout: all } = await run('--endpoints', endpoints);
      assert.match(all, /\n3 +learner +6 +1000/);
      assert.match(all, /Not looked at: voters 4 \(meta-4:1230\), 5 \(meta-5:1230\)\./);
    } finally {
      learner.kill();
    }
  });

  it('compares no logs of different clusters', async () => {
    const other = await memberAt(1, 9, 9, 'other');
    try {
      const endpoints = [members[0]?.endpoint, other.endpoint].join(',');
      const { exitCode, stderr } = await run('--endpoints', endpoints);
      assert.equal(exitCode, 1);
      assert.match(
        stderr,
        /belongs to cluster old, and .* to cluster other: .*Nothing was changed/,
      );
    } finally {
      other.kill();
    }
  });
});
