import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { rowKey } from '../../server/state/row-keys.ts';
import { startThree } from '../local/local-cluster.ts';
import { statusesOf } from './admin.ts';
import { CLIENTS, CUT_OFF, underLoad } from './broker-load.ts';
import { awaitLeader } from './leader.ts';
import { missingFrom, rowsOn } from './rows.ts';
import type { ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const LIMIT_MS = 8_000;
/** As the issue of the durable server says it of a leader that dies. */
const NEXT_LEADER_MS = 2_500;
/** The longest a member may take to leave: an election timeout, then the requests in work. */
const LEAVE_MS = 11_000;

describe('members as processes, when their leader goes', () => {
  let workspace: Workspace;
  let members: readonly ServerMember[];

  before(async function () {
    this.timeout(30_000);
    workspace = createWorkspace(tmpdir());
    members = await startThree(workspace);
  });
  after(() => workspace.dispose());

  const leaderBut = async (gone: ServerMember | undefined): Promise<ServerMember> => {
    const left = members.filter((member) => member !== gone);
    return (await awaitLeader(left, LIMIT_MS, 500)).member;
  };

  const load = (prefix: string, happen: Parameters<typeof underLoad>[2]) =>
    underLoad(
      members.map(({ place }) => place.client),
      prefix,
      happen,
    );

  const more = (written: () => number, count: number): Promise<unknown> => {
    const enough = written() + count;
    return until(`${count} more writes`, LIMIT_MS, () => Promise.resolve(written() >= enough));
  };
  const lostOn = async ({ place }: ServerMember, acknowledged: ReadonlyMap<string, string>) =>
    missingFrom(await rowsOn(place.peer, rowKey('kv', '')), acknowledged, (key) =>
      rowKey('kv', key),
    );

  it('SIGTERM: it hands over, brokers see no error, and it exits with 0', async function () {
    this.timeout(20_000);
    const leader = await leaderBut(undefined);
    let [exit, leaveMs]: [number | undefined, number] = [undefined, Infinity];
    const { acknowledged, errors, gapMs } = await load('term/', async (written) => {
      await more(written, 100);
      const begin = performance.now();
      exit = await leader.end('SIGTERM');
      leaveMs = performance.now() - begin;
      await more(written, 100);
    });
    assert.equal(exit, 0);
    assert.ok(leaveMs < LEAVE_MS, `it took ${leaveMs} ms to leave`);
    assert.deepEqual(
      errors.filter(({ text }) => text !== CUT_OFF),
      [],
    );
    assert.ok(errors.length <= CLIENTS, `${errors.length} calls were cut off`);
    assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
    assert.deepEqual(await lostOn(await leaderBut(leader), acknowledged), []);
    leader.start();
  });

  it('SIGKILL: another leads soon, and what was acknowledged is there', async function () {
    this.timeout(20_000);
    await until('all members answer', LIMIT_MS, async () =>
      (await statusesOf(members.map(({ place }) => place.peer))).every(
        (status) => (status?.leaderId ?? 0) !== 0,
      ),
    );
    const leader = await leaderBut(undefined);
    const { acknowledged, errors, gapMs } = await load('kill/', async (written) => {
      await more(written, 100);
      await leader.end('SIGKILL');
      await more(written, 100);
    });
    assert.deepEqual(
      errors.filter(({ text }) => text !== CUT_OFF),
      [],
    );
    assert.ok(errors.length <= CLIENTS, `${errors.length} calls were cut off`);
    assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
    assert.deepEqual(await lostOn(await leaderBut(leader), acknowledged), []);
  });
});
