/** Two processes on copies of one data directory: the same member twice. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { rowKey } from '../../server/state/row-keys.ts';
import { startCluster } from '../local/local-cluster.ts';
import { statusesOf } from './admin.ts';
import { awaitLeader } from './leader.ts';
import { freePlaces } from './places.ts';
import { missingFrom, rowsOn } from './rows.ts';
import { dataOf, startServer, type ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';
import { startWriters, type Writers } from './writers.ts';

const LIMIT_MS = 10_000;
const WRITERS = 4;
const FLAGS = ['--log-format', 'json'];

/** One cluster under load; the tests go on with it in their order. */
describe('a data directory of which there are copies', function () {
  this.timeout(20_000);
  let workspace: Workspace;
  let members: ServerMember[];
  let writers: Writers;

  before(async function () {
    this.timeout(30_000);
    workspace = createWorkspace(tmpdir());
    members = [
      ...(await startCluster({
        workspace,
        places: await freePlaces(3),
        directory: (at) => workspace.directory(`m${at + 1}`),
      })),
    ];
    const endpoints = (): string[] => members.map(({ place }) => place.client);
    writers = startWriters({ endpoints, count: WRITERS, prefix: 'copies/' });
  });
  after(async () => {
    await writers.stop();
    await workspace.dispose();
  });

  const peers = (): string[] => members.map(({ place }) => place.peer);
  const writes = (count = 100): Promise<true> => {
    const enough = writers.acknowledged.size + count;
    return until(`${count} more writes`, LIMIT_MS, () =>
      Promise.resolve(writers.acknowledged.size >= enough),
    );
  };

  /** A process that is to run on a copy of a member's directory, as it is now, at another place. */
  async function copyOf({ directory }: ServerMember, name: string): Promise<() => ServerMember> {
    const [place] = await freePlaces(1);
    const copy = workspace.directory(name);
    cpSync(dataOf(directory), dataOf(copy), { recursive: true });
    assert(place !== undefined);
    const origin = { kind: 'join', members: peers() } as const;
    return () => startServer(workspace, { directory: copy, place, origin, flags: FLAGS });
  }
  /** The last words of one that is told to end, which must be these. */
  async function isTurnedOut({ failure }: ServerMember): Promise<void> {
    const words = await failure;
    assert.match(words, /ended with status 1/);
    assert.match(words, /"event":"member_displaced"/);
    assert.match(words, /two processes run on copies of directory .* leave this one stopped/);
  }
  /** All three run, follow one leader, and have applied all that it has. */
  const together = (): Promise<true> =>
    until('all three are together', LIMIT_MS, async () => {
      const found = (await statusesOf(peers())).filter((status) => status !== undefined);
      const applied = new Set(found.map(({ appliedIndex }) => appliedIndex));
      return (
        found.length === 3 && found.every(({ leaderId }) => leaderId !== 0) && applied.size === 1
      );
    });

  it('serves one of two processes that are started on copies at once; the other one ends', async () => {
    const at = ((await awaitLeader(members, LIMIT_MS)).at + 1) % members.length;
    const member = members[at]!;
    await member.end('SIGTERM');
    const start = await copyOf(member, 'stopped');
    await writes();
    member.start();
    const copy = start();
    const ended = await Promise.race([member, copy].map((each) => each.failure.then(() => each)));
    await isTurnedOut(ended);
    if (ended === member) members[at] = copy;
    await writes();
  });

  it('serves the leader on, and not the copy that was made while it ran', async () => {
    const before = await awaitLeader(members, LIMIT_MS);
    const leader = before.member;
    leader.signal('SIGSTOP');
    const start = await copyOf(leader, 'running');
    leader.signal('SIGCONT');
    const sinceMs = performance.now();
    await isTurnedOut(start());
    await writes();
    const after = await awaitLeader(members, LIMIT_MS);
    assert.deepEqual(
      [after.at, after.status.term],
      [before.at, before.status.term],
      'nobody noticed anything',
    );
    assert.ok(writers.longestGapMs(sinceMs) < 500, `${writers.longestGapMs(sinceMs)} ms`);
  });

  it('has lost no write, on any member', async () => {
    await writers.stop();
    await together();
    for (const peer of peers()) {
      const missing = missingFrom(await rowsOn(peer), writers.acknowledged, (key) =>
        rowKey('kv', key),
      );
      assert.deepEqual(missing, [], `on ${peer}`);
    }
    assert.deepEqual(writers.failed, []);
  });
});
