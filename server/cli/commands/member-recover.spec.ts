import assert from 'node:assert/strict';
import { Phase } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { runCli } from '../testing/run-cli.ts';
import { answer, nobody, startMember, statusWith } from '../testing/scripted-member.ts';
import type { ScriptedMember } from '../testing/scripted-member.ts';

describe('member recover', () => {
  let members: readonly ScriptedMember[];

  const memberAt = (memberId: number, lastLogTerm: number, lastLogIndex: number) =>
    startMember({
      status: answer({
        status: statusWith({ phase: Phase.RUNNING, memberId, lastLogTerm, lastLogIndex }),
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
    assert.match(stdout, /\n2 +7 +41 +.* +recommended/);
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

  it('decides nothing while an endpoint is silent: its log may be further', async () => {
    const silent = await nobody();
    const endpoints = [silent, members[0]?.endpoint].join(',');
    const argv = ['member', 'recover', '--incident', 'fire', '--endpoints', endpoints];
    const { exitCode, stdout } = await runCli(argv);
    assert.equal(exitCode, 3);
    assert.equal(stdout, '');
  });
});
