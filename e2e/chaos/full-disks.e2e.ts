/** Disks without space: real ones, small and filled up. */
import assert from 'node:assert/strict';
import { status as Code } from '@grpc/grpc-js';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { statusOf } from '../processes/admin.ts';
import { createKvClient } from '../processes/kv.ts';
import { until } from '../processes/until.ts';
import type { FleetMember } from './fleet.ts';
import { clearUp, fillUp } from './small-disk.ts';
import { createStage, inPhase, type Stage } from './stage.ts';

const LIMIT_MS = 15_000;
const MIB = 1 << 20;
/** Below what members are told to keep free, but not nothing. */
const LOW_BYTES = 12 * MIB;

describe('A disk', () => {
  let stage: Stage;

  before(async () => {
    stage = await createStage({ disks: 'small', network: false });
  });
  after(() => stage.dispose());

  const alarm = (member: FleetMember, on: boolean) =>
    until(`${member.name} ${on ? 'alarms' : 'is content'}`, LIMIT_MS, async () => {
      const { alarms } = await statusOf(member.server.place.peer);
      const found = alarms.find(({ name }) => name === 'disk_space');
      return (found !== undefined) === on && (found?.message ?? 'none');
    });

  it('of the leader that runs low: it hands over, says what to do, and is content again', async () => {
    await stage.writes();
    const { leader } = await stage.leader();
    const sinceMs = stage.now();
    fillUp(leader.server.directory, LOW_BYTES);
    await stage.leaderAfter(leader);
    const message = await alarm(leader, true);
    assert.match(message, /Free space, or make the disk larger; the alarm ends by itself/);
    await stage.writes();
    console.log(`      no write for ${Math.round(stage.gapMs(sinceMs))} ms`);
    clearUp(leader.server.directory);
    await alarm(leader, false);
  });

  it('of every member that runs low: writes are refused, reads and orders are not', async () => {
    for (const { server } of stage.fleet.members) fillUp(server.directory, LOW_BYTES);
    await Promise.all(stage.fleet.members.map((member) => alarm(member, true)));
    const kv = createKvClient({
      endpoints: () => stage.fleet.clients(),
      first: 0,
      timeoutMs: 5_000,
    });
    const refused = await kv.set('no', 'space');
    assert.ok(refused.kind === 'failed', refused.kind);
    assert.ok(refused.why.includes(Code[Code.RESOURCE_EXHAUSTED]), refused.why);
    assert.match(refused.why, /less free space than storage\.free_min; free some/);
    assert.equal((await kv.get('no')).kind, 'ok');
    // The reserve: a new leader needs votes on full disks, and an entry of its own.
    const { leader } = await stage.leader();
    leader.impaired = 'killed';
    await leader.server.end('SIGKILL');
    await stage.leaderAfter(leader);
    assert.equal((await kv.get('no')).kind, 'ok');
    leader.server.start();
    leader.impaired = undefined;
    for (const { server } of stage.fleet.members) clearUp(server.directory);
    await Promise.all(stage.fleet.members.map((member) => alarm(member, false)));
    await until('writes go on', LIMIT_MS, async () => (await kv.set('no', 'more')).kind === 'ok');
    kv.close();
    await stage.writes();
  });

  it('that is full to the last block: the member is out of work until there is space', async () => {
    const { leader } = await stage.leader();
    const sinceMs = stage.now();
    fillUp(leader.server.directory, 0);
    await stage.leaderAfter(leader);
    await stage.writes(500);
    console.log(`      no write for ${Math.round(stage.gapMs(sinceMs))} ms`);
    clearUp(leader.server.directory);
    await inPhase(leader, Phase.RUNNING);
    await alarm(leader, false);
    await stage.writes();
  });

  it('has cost no write', () => stage.conclude());
});
