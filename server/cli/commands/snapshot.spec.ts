import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { SnapshotResponse } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { runCli } from '../testing/run-cli.ts';
import { startMember } from '../testing/scripted-member.ts';
import type { Script, ScriptedMember } from '../testing/scripted-member.ts';

type Stream = ServerWritableStream<unknown, SnapshotResponse>;

const send = (stream: Stream, ...texts: string[]): void => {
  for (const text of texts) stream.write({ chunk: Buffer.from(text) });
};
const whole: Script = {
  snapshot: (stream: Stream) => {
    send(stream, 'head ', 'tail');
    stream.end();
  },
};

describe('snapshot save', () => {
  const members: ScriptedMember[] = [];
  let directory = '';
  let file = '';
  const start = async (script: Script): Promise<ScriptedMember> => {
    const member = await startMember(script);
    members.push(member);
    return member;
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cli-snapshot-'));
    file = join(directory, 'meta.backup');
  });
  afterEach(async () => {
    members.splice(0).forEach((member) => member.kill());
    await rm(directory, { recursive: true });
  });

  it('writes all chunks, and nothing else', async () => {
    const member = await start(whole);
    const ran = await runCli(['snapshot', 'save', file, '--endpoints', member.endpoint]);
    assert.equal(ran.stdout, `Saved 9 B to ${file}.\n`, ran.stderr);
    assert.equal(await readFile(file, 'utf8'), 'head tail');
    assert.deepEqual(await readdir(directory), ['meta.backup']);
  });

  it('replaces a file only with --force', async () => {
    await writeFile(file, 'precious');
    const member = await start(whole);
    const argv = ['snapshot', 'save', file, '--endpoints', member.endpoint];
    const ran = await runCli(argv);
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stderr, /exists.*--force/);
    assert.equal(await readFile(file, 'utf8'), 'precious');
    assert.deepEqual(member.calls, []);
    assert.equal((await runCli([...argv, '--force'])).exitCode, 0);
    assert.equal(await readFile(file, 'utf8'), 'head tail');
  });

  for (const { name, snapshot } of [
    {
      name: 'an error in the middle',
      snapshot: (stream: Stream) => {
        send(stream, 'head');
        stream.emit('error', { code: status.DATA_LOSS, details: 'row 7 is damaged' });
      },
    },
    {
      name: 'a lost connection',
      snapshot: (stream: Stream) => {
        send(stream, 'head');
        members[0]!.kill();
      },
    },
    { name: 'nothing', snapshot: (stream: Stream) => stream.end() },
  ]) {
    it(`leaves no file after ${name}`, async () => {
      const member = await start({ snapshot });
      const ran = await runCli(['snapshot', 'save', file, '--endpoints', member.endpoint]);
      assert.ok(ran.exitCode === 1 || ran.exitCode === 3, `exit code ${ran.exitCode}`);
      assert.notEqual(ran.stderr, '');
      assert.deepEqual(await readdir(directory), []);
    });
  }

  it('asks the next endpoint while nothing was sent', async () => {
    const first = await start({
      snapshot: (stream: Stream) =>
        stream.emit('error', { code: status.UNAVAILABLE, details: 'opening' }),
    });
    const second = await start(whole);
    const endpoints = `${first.endpoint},${second.endpoint}`;
    const ran = await runCli(['snapshot', 'save', file, '-o', 'json', '--endpoints', endpoints]);
    assert.deepEqual(JSON.parse(ran.stdout), { file, bytes: 9 });
  });

  it('leaves no file when it is interrupted', async () => {
    const controller = new AbortController();
    const member = await start({
      snapshot: (stream: Stream) => {
        send(stream, 'head');
        controller.abort();
      },
    });
    const argv = ['snapshot', 'save', file, '--endpoints', member.endpoint];
    const ran = await runCli(argv, { interrupt: controller.signal });
    assert.equal(ran.exitCode, 1);
    assert.deepEqual(await readdir(directory), []);
  });
});
