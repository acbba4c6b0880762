/** Backup, restore and recovery, with real processes on real directories. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { status as Code } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { Role } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { RecoverResponse, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { startCluster } from '../local/local-cluster.ts';
import { askAdmin, statusOf } from './admin.ts';
import { createKvClient } from './kv.ts';
import { unlessFailed } from './member.ts';
import { freePlaces } from './places.ts';
import { rowsOn } from './rows.ts';
import { dataOf, MAIN, startServer, type ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const LIMIT_MS = 15_000;
const KEYS = 40;
/** 2^20, as `byte-writer.ts` writes it. */
const RAISED_ONCE = '\x80\x80\x40';

interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program, run as a person does. */
async function cli(workspace: Workspace, ...args: readonly string[]): Promise<Said> {
  const { output, errors, ended } = workspace.run({ bin: process.execPath, args: [MAIN, ...args] });
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(output), text(errors)]);
  return { exitCode, stdout, stderr };
}

const json = ({ stdout }: Said): Record<string, unknown> =>
  JSON.parse(stdout) as Record<string, unknown>;

const logOf = ({ directory }: ServerMember): string =>
  readFileSync(join(directory, 'output.log'), 'utf8');

async function set({ place }: ServerMember, key: string, value: string): Promise<void> {
  const client = createKvClient({
    endpoints: () => [place.client],
    first: 0,
    timeoutMs: 5_000,
  });
  const { kind } = await client.set(key, value);
  client.close();
  assert.equal(kind, 'ok');
}

const leads = ({ place }: ServerMember): Promise<Status> =>
  until(`${place.peer} leads`, LIMIT_MS, async () => {
    const status = await statusOf(place.peer);
    return status.role === Role.LEADER && status;
  });

/** Everything that was written before the loss is there, and the epochs were raised once. */
async function checkData({ place: { peer } }: ServerMember): Promise<void> {
  // It leads before it has applied the first command of the new cluster.
  const rows = await until('the epochs are raised', LIMIT_MS, async () => {
    const found = (await rowsOn(peer)).rows;
    return found.has('m/epochs') && found;
  });
  for (let n = 0; n < KEYS; n += 1) assert.equal(rows.get(`k/key ${n}`), `value ${n}`);
  assert.equal(rows.get('m/epochs'), RAISED_ONCE);
}

/** Three members with data, all of it on every disk. */
async function startThree(workspace: Workspace): Promise<readonly ServerMember[]> {
  const members = await startCluster({
    workspace,
    places: await freePlaces(3),
    directory: (at) => workspace.directory(`m${at + 1}`),
  });
  for (let n = 0; n < KEYS; n += 1) await set(members[0]!, `key ${n}`, `value ${n}`);
  await until('all have applied the same, durably', LIMIT_MS, async () => {
    const all = await Promise.all(members.map(({ place }) => statusOf(place.peer)));
    return new Set(all.flatMap((each) => [each.durableIndex, each.commitIndex])).size === 1;
  });
  return members;
}

/** Old members turn up beside a cluster of one: it goes on, and they get nothing of it. */
async function checkThatBothAreRefused(
  survivor: ServerMember,
  returning: readonly ServerMember[],
): Promise<void> {
  const before = await leads(survivor);
  for (const member of returning) member.start();
  const refused = until('a greeting is refused', LIMIT_MS, async () => {
    const refusals = logOf(survivor)
      .split('\n')
      .filter((line) => line.includes('"hello_refused"'));
    const greeting = await Promise.all(returning.map(({ place }) => statusOf(place.peer)));
    // Whoever comes to lead the old ones speaks to the survivor; a follower has no reason to.
    return greeting.some(({ directory }) => refusals.some((line) => line.includes(directory)));
  });
  await unlessFailed(returning, refused);
  const old = await until('they have found each other', LIMIT_MS, async () => {
    const all = await Promise.all(returning.map(({ place }) => statusOf(place.peer)));
    return all.every(({ leaderId }) => leaderId !== 0) && all;
  });
  await set(survivor, 'after', 'the loss');
  for (const { clusterId } of old) assert.notEqual(clusterId, before.clusterId);
  for (const { place } of returning) {
    assert.equal((await rowsOn(place.peer, 'k/after')).rows.size, 0);
  }
  const metrics = await (await fetch(`http://${survivor.place.http}/metrics`)).text();
  assert.match(metrics, /^robustmq_meta_refused_hellos_total [1-9]/m);
  const after = await statusOf(survivor.place.peer);
  assert.deepEqual(
    [after.clusterId, after.memberId, after.role, after.term],
    [before.clusterId, before.memberId, Role.LEADER, before.term],
  );
  assert.equal(after.configuration?.members.length, 1);
}

/** A damaged copy of a backup is refused with the place, and leaves nothing of itself. */
async function checkThatDamageIsRefused(workspace: Workspace, file: string): Promise<void> {
  const copy = `${file}.damaged`;
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(copy, bytes);
  const target = join(workspace.root, 'target');
  for (const args of [
    ['inspect', copy],
    ['restore', copy, '--data-dir', target],
  ]) {
    const said = await cli(workspace, 'snapshot', ...args);
    assert.equal(said.exitCode, 1);
    assert.match(said.stderr, /damaged in the piece at byte \d+/);
  }
  assert.equal(existsSync(target), false);
}

describe('a cluster that is lost', function () {
  this.timeout(60_000);
  let workspace: Workspace;
  let members: readonly ServerMember[];

  beforeEach(async () => {
    workspace = createWorkspace(tmpdir());
    members = await startThree(workspace);
  });
  afterEach(() => workspace.dispose());

  it('is restored from a backup as a new one', async () => {
    const [first, ...others] = members as [ServerMember, ServerMember, ServerMember];
    const file = join(workspace.root, 'meta.backup');
    const before = await statusOf(first.place.peer);
    const saved = await cli(workspace, 'snapshot', 'save', file, '--endpoints', first.place.peer);
    assert.equal(saved.exitCode, 0, saved.stderr);
    const { clusterId, durableIndex } = await statusOf(first.place.peer);
    const inspected = await cli(workspace, 'snapshot', 'inspect', file, '-o', 'json');
    assert.equal(json(inspected)['cluster_id'], clusterId);
    assert.equal(json(inspected)['format_version'], 1);
    assert.match(String(json(inspected)['state_hash']), /^[0-9a-f]+$/);
    // The state reaches the disk now and then, by itself too.
    const index = Number(json(inspected)['index']);
    assert.ok(before.durableIndex <= index && index <= durableIndex, `${index}`);
    await checkThatDamageIsRefused(workspace, file);

    for (const member of members) await member.end('SIGKILL');
    const home = workspace.directory('restored');
    const restored = await cli(
      workspace,
      ...['snapshot', 'restore', file, '--data-dir', dataOf(home), '-o', 'json'],
    );
    assert.equal(restored.exitCode, 0, restored.stderr);
    const again = await cli(workspace, 'snapshot', 'restore', file, '--data-dir', dataOf(home));
    assert.equal(again.exitCode, 1);
    assert.match(again.stderr, /is not empty/);

    const survivor = startServer(workspace, {
      directory: home,
      place: first.place,
      origin: { kind: 'wait' },
    });
    const status = await leads(survivor);
    assert.equal(status.clusterId, json(restored)['cluster_id']);
    assert.notEqual(status.clusterId, clusterId);
    assert.equal(status.memberId, 4);
    await checkData(survivor);
    await checkThatBothAreRefused(survivor, others);
  });

  it('is recovered from the directory that is furthest, with consent alone', async () => {
    const [first, second, third] = members as [ServerMember, ServerMember, ServerMember];
    await third.end('SIGKILL');
    await set(first, 'late', 'write');
    const { lastLogIndex } = await until('the late write is on both', LIMIT_MS, async () => {
      const [one, other] = await Promise.all([
        statusOf(first.place.peer),
        statusOf(second.place.peer),
      ]);
      return (
        one.lastLogIndex === other.lastLogIndex && one.durableIndex === one.lastLogIndex && one
      );
    });
    await first.end('SIGKILL');

    const directories = [third, second].flatMap((each) => ['--data-dir', dataOf(each.directory)]);
    const inUse = await cli(workspace, 'recover', ...directories);
    assert.equal(inUse.exitCode, 1);
    assert.match(
      inUse.stderr,
      /has this data directory open.*: end that process.* name the endpoint/,
    );
    await second.end('SIGKILL');

    const look = await cli(workspace, 'recover', ...directories, '-o', 'json');
    assert.equal(look.exitCode, 1);
    const { recommended, consent } = json(look);
    assert.equal(recommended, dataOf(second.directory));
    assert.match(String(consent), new RegExp(`@\\d+/${lastLogIndex}$`));
    const wrong = ['--yes-make-new-cluster', '9@9/9'];
    assert.match((await cli(workspace, 'recover', ...directories, ...wrong)).stderr, /look again/);
    const unchanged = await cli(workspace, 'recover', ...directories, '-o', 'json');
    assert.deepEqual(json(unchanged), json(look));

    const yes = ['--yes-make-new-cluster', String(consent)];
    const done = await cli(workspace, 'recover', ...directories, ...yes);
    assert.equal(done.exitCode, 0, done.stderr);
    assert.match(done.stdout, /New cluster .*, the only voter/);
    second.start();
    await leads(second);
    await checkData(second);
    assert.equal((await rowsOn(second.place.peer, 'k/late')).rows.get('k/late'), 'write');
    await checkThatBothAreRefused(second, [first, third]);
  });

  it('is recovered over a directory and a member that runs, in its process', async () => {
    const [first, second, third] = members as [ServerMember, ServerMember, ServerMember];
    const isLate = (member: ServerMember) => async (): Promise<boolean> =>
      (await rowsOn(member.place.peer, 'k/late')).rows.size === 1;
    await third.end('SIGKILL');
    await set(first, 'late', 'write');
    await until('the late write is on the second', LIMIT_MS, isLate(second));
    const recover = (...more: readonly string[]): Promise<Said> => {
      const places = ['--data-dir', dataOf(third.directory), '--endpoints', second.place.peer];
      return cli(workspace, 'recover', ...places, '--incident', 'flood', ...more);
    };
    const alive = await recover();
    assert.equal(alive.exitCode, 1);
    assert.match(alive.stderr, /The quorum is not lost: .* leads cluster/);

    await first.end('SIGKILL');
    const status = await until('nobody leads any more', LIMIT_MS, async () => {
      const found = await statusOf(second.place.peer);
      return found.leaderId === 0 && found;
    });
    const { clusterId, memberId, lastLogTerm, lastLogIndex } = status;
    const consent = `${memberId}@${lastLogTerm}/${lastLogIndex}`;
    const yes = ['--yes-make-new-cluster', consent];
    const silent = await recover('--endpoints', first.place.peer, ...yes);
    assert.equal(silent.exitCode, 1);
    assert.match(silent.stdout, new RegExp(`${first.place.peer} +not usable: not reached`));
    assert.match(silent.stderr, /run this again without it/);

    const look = await recover('-o', 'json');
    assert.equal(look.exitCode, 1);
    assert.partialDeepStrictEqual(json(look), {
      ...{ recovered: false, recommended: second.place.peer, consent },
      candidates: [
        { kind: 'endpoint', where: second.place.peer, cluster_id: clusterId, leader_id: 0 },
        { kind: 'directory', where: dataOf(third.directory), cluster_id: clusterId },
      ],
    });
    assert.equal((await recover('--yes-make-new-cluster', '9@9/9')).exitCode, 1);
    assert.equal((await statusOf(second.place.peer)).clusterId, clusterId, 'nothing has changed');

    const { pid } = second;
    const done = await recover(...yes);
    assert.equal(done.exitCode, 0, done.stderr);
    assert.match(done.stdout, /is the only voter of the new cluster/);
    await leads(second);
    assert.equal(second.pid, pid);
    await checkData(second);
    assert(await isLate(second)());
    await checkThatBothAreRefused(second, [first, third]);
  });

  it('is recovered through the admin API while the process goes on, once', async () => {
    const [first, second, third] = members as [ServerMember, ServerMember, ServerMember];
    for (const member of [first, third]) await member.end('SIGKILL');
    const status = await until('nobody leads any more', LIMIT_MS, async () => {
      const found = await statusOf(second.place.peer);
      return found.leaderId === 0 && found;
    });
    const request = {
      incidentId: 'fire in the hall',
      memberId: status.memberId,
      lastLogTerm: status.lastLogTerm,
      lastLogIndex: status.lastLogIndex,
    };
    const recover = (changed: Partial<typeof request> = {}): Promise<RecoverResponse> =>
      askAdmin<RecoverResponse>(
        second.place.peer,
        (client, ...rest) => client.recover({ ...request, ...changed }, ...rest),
        LIMIT_MS,
      );
    const code = (expected: Code) => (error: ServiceError) => error.code === expected;
    const { pid } = second;
    await assert.rejects(recover({ lastLogIndex: 1 }), code(Code.ABORTED));
    const recovered = await recover();
    assert.equal(recovered.memberId, status.memberId);
    assert.notEqual(recovered.clusterId, status.clusterId);
    await leads(second);
    assert.deepEqual(await until('it is answered again', LIMIT_MS, () => recover()), recovered);
    await assert.rejects(recover({ incidentId: 'flood' }), code(Code.FAILED_PRECONDITION));
    assert.equal(second.pid, pid);
    await checkData(second);
    await checkThatBothAreRefused(second, [first, third]);
    await second.end('SIGKILL');
    second.start();
    assert.equal((await leads(second)).clusterId, recovered.clusterId);
    assert.deepEqual(await recover(), recovered);
    await checkData(second);
  });
});
