import assert from 'node:assert/strict';
import { Phase, Standing } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { runCli } from '../testing/run-cli.ts';
import { answer, nobody, startMember, statusWith } from '../testing/scripted-member.ts';
import type { ScriptedMember } from '../testing/scripted-member.ts';

/** Two voters and a learner. */
const MEMBERS = [Standing.VOTER, Standing.VOTER, Standing.LEARNER].map((standing, at) => ({
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
  const run = (...more: readonly string[]) => {
    const endpoints = members.map(({ endpoint }) => endpoint).join(',');
    return runCli(['member', 'recover', '--incident', 'fire', '--endpoints', endpoints, ...more]);
  };

  beforeEach(async () => {
    members = await Promise.all([memberAt(1, 6, 900), memberAt(2, 7, 41)]);
  });
  afterEach(() => {
    for (const member of members) member.kill();
  });

  it('recommends the last term before the last index, and changes nothing', async () => {
    const { stdout, exitCode } = await run();
    assert.equal(exitCode, 1);
    assert.match(stdout, /\n2 +voter +7 +41 +.* +recommended/);
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
    assert.deepEqual(JSON.parse(done.stdout), {
      recovered: true,
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

  it('shows an endpoint that is silent, and recommends among the others', async () => {
    const silent = await nobody();
    const endpoints = [silent, members[0]?.endpoint].join(',');
    const argv = ['member', 'recover', '--incident', 'fire', '--endpoints', endpoints];
    const { exitCode, stdout } = await runCli(argv);
    assert.equal(exitCode, 1);
    assert.match(stdout, /\n- +- +- +- +127\.0\.0\.1:\d+ +not reached: connect ECONNREFUSED/);
    assert.match(stdout, /--yes-make-new-cluster 1@6\/900/);
    const { stdout: json } = await runCli([...argv, '-o', 'json']);
    assert.partialDeepStrictEqual(JSON.parse(json), {
      recommended: members[0]?.endpoint,
      endpoints: [
        { endpoint: silent, reachable: false },
        { member_id: 1, reachable: true, last_log_index: 900 },
      ],
      absent_voter_ids: [2],
    });
  });

  it('is unreachable when no endpoint answers', async () => {
    const argv = ['member', 'recover', '--incident', 'fire', '--endpoints', await nobody()];
    const { exitCode, stdout } = await runCli(argv);
    assert.equal(exitCode, 3);
    assert.equal(stdout, '');
  });

  it('marks learners, and warns of voters that are not there', async () => {
    const { stdout } = await run('--endpoints', members[1]!.endpoint);
    assert.match(stdout, /\n2 +voter +7 +41/);
    assert.match(stdout, /Not heard: voters 1 \(meta-1:1230\)\./);
    const learner = await memberAt(3, 6, 1_000);
    try {
      const endpoints = [...members, learner].map(({ endpoint }) => endpoint).join(',');
      const { stdout: all } = await run('--endpoints', endpoints);
      assert.match(all, /\n3 +learner +6 +1000/);
      assert.doesNotMatch(all, /Not heard/);
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
      assert.match(stderr, /belongs to cluster other, and .* to cluster old\. Nothing was changed/);
    } finally {
      other.kill();
    }
  });
});
