import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { runCli } from '../testing/run-cli.ts';
import { answer, nobody, refuse, startMember } from '../testing/scripted-member.ts';
import type { Script, ScriptedMember } from '../testing/scripted-member.ts';

const redirectTo = (endpoint: string): string =>
  `has to forward request to: Some(2), Some(Node { node_id: 2, rpc_addr: "${endpoint}" })`;

describe('kv commands', () => {
  const members: ScriptedMember[] = [];
  const start = async (script: Script): Promise<ScriptedMember> => {
    const member = await startMember(script);
    members.push(member);
    return member;
  };
  afterEach(() => members.splice(0).forEach((member) => member.kill()));

  it('gets a value from the first endpoint that is there', async () => {
    const member = await start({ get: answer({ value: 'a\u001b[2J' }) });
    const endpoints = `${await nobody()},${member.endpoint}`;
    const ran = await runCli(['kv', 'get', 'key', '--client-endpoints', endpoints]);
    assert.deepEqual(ran, { stdout: 'a\u001b[2J\n', stderr: '', exitCode: 0 });
    const seen = await runCli(['kv', 'get', 'key', '--client-endpoints', endpoints], {
      isTTY: true,
    });
    assert.equal(seen.stdout, 'a\\u001b[2J\n');
  });

  it('refuses to take an empty answer for a value', async () => {
    const member = await start({ get: answer({ value: '' }) });
    const ran = await runCli(['kv', 'get', 'key', '--client-endpoints', member.endpoint]);
    assert.deepEqual(ran, { stdout: '', stderr: 'There is no key "key".\n', exitCode: 1 });
  });

  it('follows the redirect to the leader', async () => {
    const leader = await start({ set: answer({}) });
    const follower = await start({ set: refuse(status.INTERNAL, redirectTo(leader.endpoint)) });
    const argv = ['kv', 'set', 'key', '-', '--client-endpoints', follower.endpoint];
    const ran = await runCli(argv, { input: 'from stdin' });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(leader.requests.get('set'), { key: 'key', value: 'from stdin' });
  });

  for (const name of ['del', 'delete']) {
    it(`deletes a key by ${name}`, async () => {
      const member = await start({ delete: answer({}) });
      const ran = await runCli(['kv', name, 'key', '--client-endpoints', member.endpoint]);
      assert.deepEqual(ran, { stdout: '', stderr: '', exitCode: 0 });
      assert.deepEqual(member.requests.get('delete'), { key: 'key' });
    });
  }

  it('asks the next endpoint when there is no leader to be redirected to', async () => {
    const text = 'has to forward request to: None, None';
    const first = await start({ delete: refuse(status.INTERNAL, text) });
    const second = await start({ delete: answer({}) });
    const endpoints = `${first.endpoint},${second.endpoint}`;
    const ran = await runCli(['kv', 'del', 'key', '--client-endpoints', endpoints]);
    assert.equal(ran.exitCode, 0);
    assert.deepEqual([first.calls, second.calls], [['delete'], ['delete']]);
  });

  for (const { text, exitCode } of [
    { text: 'has to forward request to: None, None', exitCode: 1 },
    { text: 'something else', exitCode: 4 },
  ]) {
    it(`ends with ${exitCode} when a write is answered INTERNAL: ${text}`, async () => {
      const member = await start({ set: refuse(status.INTERNAL, text) });
      const ran = await runCli(['kv', 'set', 'k', 'v', '--client-endpoints', member.endpoint]);
      assert.equal(ran.exitCode, exitCode);
    });
  }

  it('does not repeat a write whose outcome is unknown', async () => {
    const first = await start({ set: () => members[0]!.kill() });
    const second = await start({ set: answer({}) });
    const endpoints = `${first.endpoint},${second.endpoint}`;
    const ran = await runCli(['kv', 'set', 'key', 'v', '--client-endpoints', endpoints]);
    assert.equal(ran.exitCode, 4);
    assert.deepEqual(second.calls, []);
  });

  it('repeats a read whose answer was lost', async () => {
    const first = await start({ get: () => members[0]!.kill() });
    const second = await start({ get: answer({ value: 'v' }) });
    const endpoints = `${first.endpoint},${second.endpoint}`;
    const ran = await runCli(['kv', 'get', 'key', '--client-endpoints', endpoints]);
    assert.equal(ran.stdout, 'v\n');
  });

  it('lists all pages of keys and values', async () => {
    const pages = [
      { rows: [{ key: 'k/user/a', value: Buffer.from('1') }], more: true, appliedIndex: 5 },
      { rows: [{ key: 'k/user/b', value: Buffer.from('2\n3') }], more: false, appliedIndex: 5 },
    ];
    let page = 0;
    const member = await start({ range: answer(() => pages[page++ % 2]!) });
    const argv = ['kv', 'list', 'user/', '--endpoints', member.endpoint];
    const { stdout } = await runCli(argv);
    assert.equal(stdout, 'KEY     VALUE\nuser/a  1\nuser/b  2\\u000a3\n');
    assert.deepEqual(member.requests.get('range'), {
      ...{ prefix: 'k/user/', after: 'k/user/a', limit: 1000, keysOnly: false, stale: false },
    });
    const { stdout: json } = await runCli([...argv, '-o', 'json']);
    assert.deepEqual(JSON.parse(json), {
      rows: [
        { key: 'user/a', value: '1' },
        { key: 'user/b', value: '2\n3' },
      ],
    });
  });
});
