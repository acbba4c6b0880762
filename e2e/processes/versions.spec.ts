import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Phase, Role } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { CompactResponse, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Edit } from '../../server/sim/mutants/mutant.ts';
import { COMMAND_VERSION_MAX } from '../../server/state/command-kinds.ts';
import { rowKey } from '../../server/state/row-keys.ts';
import { startCluster } from '../local/local-cluster.ts';
import { askAdmin, statusesOf, statusOf } from './admin.ts';
import { leaderAmong } from './leader.ts';
import { editedBy } from './edited-program.ts';
import { createKvClient } from './kv.ts';
import { freePlaces } from './places.ts';
import { missingFrom, rowsOn } from './rows.ts';
import { startServer, type Origin, type ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';
import { startWriters, type Writers } from './writers.ts';

const LIMIT_MS = 10_000;
const WRITERS = 4;
const WAIT: Origin = { kind: 'wait' };

/** What this release and the next one know. */
const NOW = COMMAND_VERSION_MAX;
const NEXT_VERSION = NOW + 1;
/** A member's version in force, and what it knows. */
const OLD = `${NOW} of ${NOW}`;
const MIXED = `${NOW} of ${NEXT_VERSION}`;

const KINDS = 'server/state/command-kinds.ts';
const CODEC = 'server/state/command-codec.ts';

/**
 * The next release: commands of another version, a new kind among them. It has a bug: it deletes by
 * the new kind whether or not that version is in force.
 */
const NEXT: readonly Edit[] = [
  {
    file: KINDS,
    find: `COMMAND_VERSION_MAX = ${NOW}`,
    replace: `COMMAND_VERSION_MAX = ${NEXT_VERSION}`,
  },
  {
    file: KINDS,
    find: 'kvDelete: { tag: 2, since: 1 },',
    replace: `kvDelete: { tag: 2, since: 1 }, kvDrop: { tag: 60, since: ${NEXT_VERSION} },`,
  },
  {
    file: CODEC,
    find: 'COMMAND_KINDS[command.kind].tag);',
    replace: "command.kind === 'kvDelete' ? 60 : COMMAND_KINDS[command.kind].tag);",
  },
  {
    file: CODEC,
    find: "case 'kvDelete':\n      return finish",
    replace: "case 'kvDrop':\n    case 'kvDelete':\n      return finish",
  },
  {
    file: 'server/state/machine.ts',
    find: "case 'kvDelete':",
    replace: "case 'kvDrop':\n    case 'kvDelete':",
  },
];
/** Releases of which one thing is newer. */
const NEWER_DIRECTORY: readonly Edit[] = [
  {
    file: 'server/storage/level/directory-file.ts',
    find: 'DIRECTORY_FORMAT = 1',
    replace: 'DIRECTORY_FORMAT = 2',
  },
];
const FAR_GREETING: readonly Edit[] = [
  {
    file: 'server/transport/grpc/greeting.ts',
    find: 'PROTOCOL_VERSION = 1',
    replace: 'PROTOCOL_VERSION = 3',
  },
  {
    file: 'server/transport/grpc/greeting.ts',
    find: 'PROTOCOL_VERSION_MIN = 1',
    replace: 'PROTOCOL_VERSION_MIN = 2',
  },
];
const NEWER_SNAPSHOT: readonly Edit[] = [
  {
    file: 'server/storage/level/snapshot-chunk.ts',
    find: 'FORMAT_VERSION = 1',
    replace: 'FORMAT_VERSION = 2',
  },
];

const logOf = ({ directory }: ServerMember): string =>
  readFileSync(join(directory, 'output.log'), 'utf8');

/** Waits for a line of a member's log. */
const logged = (member: ServerMember, line: RegExp): Promise<boolean> =>
  until(`a line ${line.source}`, LIMIT_MS, () => Promise.resolve(line.test(logOf(member))));

const compactLog = (peer: string): Promise<CompactResponse> =>
  askAdmin<CompactResponse>(peer, (client, ...rest) => client.compact({}, ...rest));

/** One cluster of real processes; the tests go on with it in their order. */
describe('members of two releases', () => {
  let workspace: Workspace;
  let members: ServerMember[];
  let writers: Writers | undefined;

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
    writers = startWriters({
      endpoints: () => members.map(({ place }) => place.client),
      count: WRITERS,
      prefix: 'k/',
    });
  });
  after(async () => {
    await workspace.dispose();
    await writers?.stop();
  });

  const peers = (): string[] => members.map(({ place }) => place.peer);

  const start = async (
    name: string,
    origin: Origin,
    edits: readonly Edit[],
    flags: readonly string[] = [],
  ): Promise<ServerMember> =>
    startServer(workspace, {
      directory: workspace.directory(name),
      place: (await freePlaces(1))[0]!,
      origin,
      within: editedBy({ name, edits }),
      flags,
    });

  /** Ends a member in good order, and runs another program on its directory. */
  async function replaceProgram(at: number, edits: readonly Edit[]): Promise<void> {
    const member = members[at]!;
    await member.end('SIGTERM');
    const { directory, place } = member;
    const within = editedBy({ name: 'next release', edits });
    members[at] = startServer(workspace, { directory, place, origin: WAIT, within });
  }

  /** All run, follow one leader, and have applied all that it has. */
  const together = (): Promise<readonly Status[]> =>
    until('all members follow', LIMIT_MS, async () => {
      const statuses = await statusesOf(peers());
      const leader = statuses[leaderAmong(statuses) ?? -1];
      const follow = statuses.every(
        (each) =>
          each?.leaderId === leader?.memberId &&
          (each?.appliedIndex ?? 0) + 500 > (leader?.commitIndex ?? Infinity),
      );
      return follow ? statuses.filter((each) => each !== undefined) : undefined;
    });
  const versions = async (): Promise<readonly string[]> =>
    (await together()).map(({ versions: of }) => `${of?.command} of ${of?.commandMax}`);

  /** Writes go on: more of them are acknowledged than when it was asked. */
  const writing = async (): Promise<void> => {
    const before = writers!.acknowledged.size;
    await until('writes go on', LIMIT_MS, () =>
      Promise.resolve(writers!.acknowledged.size > before + 50),
    );
  };
  const remove = async (key: string) => {
    const leader = leaderAmong(await together())!;
    const endpoints = () => [members[leader]!.place.client];
    const client = createKvClient({ endpoints, first: 0, timeoutMs: 2_000 });
    return client.delete(key).finally(() => client.close());
  };

  it('are one cluster under load, which uses what the older ones know', async function () {
    this.timeout(30_000);
    await until('all that they know is in force', LIMIT_MS, async () =>
      (await versions()).every((each) => each === OLD),
    );
    for (const at of [0, 1]) {
      await replaceProgram(at, NEXT);
      await together();
      await writing();
    }
    assert.deepEqual(await versions(), [MIXED, MIXED, OLD]);
  });

  it('roll back while one of them is older', async function () {
    this.timeout(20_000);
    await replaceProgram(0, []);
    await until(
      'the older release is announced',
      LIMIT_MS,
      async () => (await versions()).join() === [OLD, MIXED, OLD].join(),
    );
    await writing();
    await replaceProgram(0, NEXT);
    assert.deepEqual(await versions(), [MIXED, MIXED, OLD]);
  });

  it('stop rather than apply differently when they meet a command that they do not know', async function () {
    this.timeout(20_000);
    // The older one must not be the leader: its bug-free program would send the older kind.
    const [first] = await together();
    await until('a member of the next release leads', LIMIT_MS, async () => {
      if (leaderAmong(await together()) !== 2) return true;
      const request = { memberId: first!.memberId, configurationIndex: 0, term: 0 };
      const { configuration } = await statusOf(peers()[2]!);
      await askAdmin(peers()[2]!, (client, ...rest) =>
        client.transfer({ ...request, configurationIndex: configuration!.index }, ...rest),
      );
      return false;
    });
    const older = members[2]!;
    assert.notEqual((await remove('no such key')).kind, 'ok', 'the new version is not in force');
    const words = await older.failure;
    assert.match(words, /status 1/);
    assert.match(
      logOf(older),
      /unknown kind 60: this member is older than its cluster; start it with a newer/,
    );
    await writing();
    const { directory, place } = older;
    const again = startServer(workspace, { directory, place, origin: WAIT });
    assert.match(await again.failure, /status 1/);
    assert.equal(logOf(again).split('"command_unknown"').length, 3, 'it stops there again');
  });

  it('use what is new as soon as all know it', async function () {
    this.timeout(20_000);
    await replaceProgram(2, NEXT);
    await until('the new version is in force', LIMIT_MS, async () =>
      (await versions()).every((each) => each === `${NEXT_VERSION} of ${NEXT_VERSION}`),
    );
    assert.equal((await remove('no such key')).kind, 'ok');
    await writing();
  });

  it('do not roll back any more: the older release refuses, and loses nothing', async function () {
    this.timeout(20_000);
    // Before that it would meet the raising of the version in its log, and stop there.
    const { appliedIndex } = await statusOf(peers()[1]!);
    await until('what is new is on disk', LIMIT_MS, async () => {
      const { durableIndex } = await statusOf(peers()[1]!);
      return durableIndex >= appliedIndex;
    });
    await replaceProgram(1, []);
    const refused = await until('it is refused', LIMIT_MS, async () => {
      const status = await statusOf(peers()[1]!);
      return status.phase === Phase.REFUSED && status;
    });
    assert.match(
      refused.error,
      new RegExp(
        `uses commands of version ${NEXT_VERSION}, and this program can apply version ${NOW} at most: start it with a newer`,
      ),
    );
    await logged(members[1]!, /with the version of the program that wrote it.*"storage_refused"/);
    await writing();
    await replaceProgram(1, NEXT);
    await together();
  });

  it('let no older release in', async function () {
    this.timeout(20_000);
    const join: Origin = { kind: 'join', members: peers() };
    const leader = (await together()).findIndex(({ role }) => role === Role.LEADER);
    await compactLog(peers()[leader]!);
    const late = await start('late', join, []);
    const refused = await until('it is refused', LIMIT_MS, async () => {
      const status = await statusOf(late.place.peer);
      return status.phase === Phase.REFUSED && status;
    });
    assert.match(refused.error, new RegExp(`uses commands of version ${NEXT_VERSION}`));
    assert.equal(await late.end('SIGTERM'), 0);
  });

  it('have lost no write through all of this', async function () {
    this.timeout(20_000);
    await writers!.stop();
    const { acknowledged } = writers!;
    assert(acknowledged.size > 300, `${acknowledged.size} writes`);
    for (const peer of peers()) {
      const missing = await until(`${peer} has all`, LIMIT_MS, async () => {
        const found = missingFrom(await rowsOn(peer), acknowledged, (key) => rowKey('kv', key));
        return found.length === 0 && found;
      });
      assert.deepEqual(missing, []);
    }
  });

  it('do not start on a directory of a newer release', async function () {
    this.timeout(20_000);
    const newer = await start('newer', WAIT, NEWER_DIRECTORY);
    await until('it waits', LIMIT_MS, async () => {
      const { phase } = await statusOf(newer.place.peer);
      return phase === Phase.WAITING;
    });
    assert.equal(await newer.end('SIGTERM'), 0);
    const older = await start('newer', WAIT, []);
    const words = await older.failure;
    assert.match(words, /status 1/);
    assert.match(
      words,
      /it is of format 2, this release knows 1. Nothing was changed.*"storage_refused"/,
    );
  });

  it('do not speak to a release that they have no protocol in common with', async function () {
    this.timeout(20_000);
    const { memberId } = await statusOf(peers()[0]!);
    await replaceProgram(0, [...NEXT, ...FAR_GREETING]);
    await logged(
      members[0]!,
      /speaks protocol versions 1 to 1, and this one 2 to 3: start the member at .* with a newer version.*"hello_refused"/,
    );
    await until('the others go on', LIMIT_MS, async () => {
      const { leaderId } = await statusOf(peers()[1]!);
      return leaderId !== 0 && leaderId !== memberId;
    });
  });

  it('do not take a snapshot of a newer format', async function () {
    this.timeout(20_000);
    const newer = await start('alone', { kind: 'bootstrap', peers: [] }, NEWER_SNAPSHOT);
    await until('it has begun to forget its log', LIMIT_MS, async () => {
      // Not before something of the state is durable.
      const { firstLogIndex } = await compactLog(newer.place.peer);
      return firstLogIndex > 1;
    });
    const older = await start('joiner', { kind: 'join', members: [newer.place.peer] }, []);
    await logged(
      older,
      /format version 2 is not known here, only 1: start the newer version of .*"snapshot_refused"/,
    );
  });
});
