/** The leader is killed while clients write. */
import { rowKey } from '../../../server/state/row-keys.ts';
import { statusOf } from '../../processes/admin.ts';
import { unlessFailed } from '../../processes/member.ts';
import { missingFrom, rowsOn } from '../../processes/rows.ts';
import type { ServerMember } from '../../processes/server.ts';
import { until } from '../../processes/until.ts';
import { startWriters, type Writers } from '../../processes/writers.ts';
import type { Stage } from './stage.ts';

const WRITERS = 16;
const LIMIT_MS = 15_000;
/** What the client of a broker survives without noticing more than a slow call. */
const GAP_MS_MAX = 2_500;

/** Kills the leader under load, and starts it again. */
export async function killLeader(stage: Stage): Promise<void> {
  const { members, say, expect } = stage;
  const writers = startWriters({
    endpoints: () => members.map(({ place }) => place.client),
    count: WRITERS,
    prefix: 'load/',
  });
  const leader = await stage.leader();
  await written(writers, 200);
  const name = `member ${await stage.idOf(leader)}`;
  say(`${WRITERS} clients write as fast as they can. Now ${name}, the leader, gets a SIGKILL.`);
  const killedMs = performance.now();
  await leader.end('SIGKILL');
  await written(writers, 200);
  const next = await stage.leader();
  await writers.stop();

  const gapMs = Math.round(writers.longestGapMs(killedMs));
  say(`Member ${await stage.idOf(next)} leads now. No write was acknowledged for ${gapMs} ms.`);
  expect(gapMs <= GAP_MS_MAX, `writes went on within ${GAP_MS_MAX} ms`);
  say(
    `${writers.unknown.length} calls were cut off in mid-flight, ${writers.failed.length} were refused.`,
  );
  expect(writers.unknown.length <= WRITERS, 'no client lost more than the call it had out');
  const rows = await rowsOn(next.place.peer, rowKey('kv', ''));
  const lost = missingFrom(rows, writers.acknowledged, (key) => rowKey('kv', key));
  expect(lost.length === 0, `all ${writers.acknowledged.size} acknowledged writes are there`);

  say(`Now ${name} is started again on its directory.`);
  leader.start();
  await unlessFailed([leader], caughtUp(leader, next));
  const own = await rowsOn(leader.place.peer, rowKey('kv', ''));
  const missed = missingFrom(own, writers.acknowledged, (key) => rowKey('kv', key));
  expect(missed.length === 0, `${name} has caught up, and holds all of them too`);
}

/** Waits for so many further writes. */
async function written({ acknowledged }: Writers, count: number): Promise<void> {
  const enough = acknowledged.size + count;
  await until(`${count} more writes are acknowledged`, LIMIT_MS, () =>
    Promise.resolve(acknowledged.size >= enough),
  );
}

/** Waits until `member` has applied what `leader` has committed by now. */
async function caughtUp(member: ServerMember, leader: ServerMember): Promise<void> {
  const { commitIndex } = await statusOf(leader.place.peer);
  await until('it has caught up', LIMIT_MS, async () => {
    const { appliedIndex } = await statusOf(member.place.peer);
    return appliedIndex >= commitIndex;
  });
}
