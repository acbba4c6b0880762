import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { runCli } from './testing/run-cli.ts';
import { answer, nobody, refuse, startMember } from './testing/scripted-member.ts';
import type { Script, ScriptedMember } from './testing/scripted-member.ts';

describe('command line', () => {
  const members: ScriptedMember[] = [];
  const start = async (script: Script): Promise<ScriptedMember> => {
    const member = await startMember(script);
    members.push(member);
    return member;
  };
  afterEach(() => {
    members.splice(0).forEach((member) => member.kill());
    delete process.env['ROBUSTMQ_META_ENDPOINTS'];
  });

  for (const [argv, complaint] of [
    [['status', '--endpoints', 'nowhere'], /host:port/],
    [['status', '--timeout', '5'], /a unit/],
    [['status', '-o', 'yaml'], /table, json/],
    [['member', 'remove'], /missing required argument/],
    [['member', 'remove', '0'], /from 1 to/],
    [['member', 'add', 'meta-3'], /neither the UUID of a directory nor an address/],
    [['log-level', 'loud'], /trace, debug/],
    [['bootstrap', '--endpoints', 'a:1,b:1'], /one endpoint alone/],
    [['status', '--certificate', 'a.pem'], /belong together/],
    [['status', '--authority', '/nowhere/ca.pem'], /Cannot read \/nowhere\/ca\.pem/],
    [['nonsense'], /unknown command/],
  ] as const) {
    it(`takes \`${argv.join(' ')}\` for a mistake`, async () => {
      const text = await runCli(argv);
      assert.equal(text.exitCode, 2);
      assert.match(text.stderr, complaint);
      assert.equal(text.stdout, '');
    });
  }

  it('says so in JSON when asked to', async () => {
    const ran = await runCli(['member', 'remove', '--output', 'json']);
    const message = "missing required argument 'id'";
    assert.deepEqual(JSON.parse(ran.stderr), {
      error: { code: 'usage', exit_code: 2, message, status: null },
    });
  });

  for (const name of ['status', 'member add', 'member promote', 'kv list', 'snapshot save']) {
    it(`explains ${name}, with examples and exit codes`, async () => {
      const ran = await runCli([...name.split(' '), '--help']);
      assert.equal(ran.exitCode, 0);
      assert.match(ran.stdout, new RegExp(`Examples:\n  \\$ robustmq-meta ${name}`));
      assert.match(ran.stdout, /4 {2}outcome unknown/);
    });
  }

  it('takes endpoints from the environment', async () => {
    const member = await start({ bootstrap: answer({ clusterId: 'c1', memberId: 1 }) });
    process.env['ROBUSTMQ_META_ENDPOINTS'] = member.endpoint;
    const ran = await runCli(['bootstrap', '-o', 'json']);
    assert.equal(ran.stdout, '{"cluster_id":"c1","member_id":1}\n', ran.stderr);
  });

  it('bootstraps nobody but the member that was named', async () => {
    const other = await start({ bootstrap: answer({ clusterId: 'c1', memberId: 1 }) });
    const trailers = { 'robustmq-leader': other.endpoint };
    const named = await start({
      bootstrap: refuse(status.FAILED_PRECONDITION, 'in a cluster already', trailers),
    });
    const ran = await runCli(['bootstrap', '--endpoints', named.endpoint]);
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stderr, /in a cluster already/);
    assert.deepEqual(other.calls, []);
  });

  it('sets the log level at every endpoint, and tells of those that are away', async () => {
    const member = await start({ setLogLevel: answer({ previous: 'info' }) });
    const away = await nobody();
    const endpoints = `${away},${member.endpoint}`;
    const ran = await runCli(['log-level', 'debug', '-o', 'json', '--endpoints', endpoints]);
    assert.equal(ran.exitCode, 3);
    const shown = JSON.parse(ran.stdout) as { members: Record<string, unknown>[] };
    assert.deepEqual(shown.members[1], {
      ...{ endpoint: member.endpoint, previous: 'info', error: null },
    });
    assert.match(String(shown.members[0]!['error']), /no member could be reached/);
  });
});
