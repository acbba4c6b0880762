/**
 * Leaders that are lost, one after the other, by turns killed and told to hand over, while brokers write.
 * `LEADER_LOSSES=100 npm run e2e -- leader-losses` for as many.
 */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { rowKey } from '../../server/state/row-keys.ts';
import { startThree } from '../local/local-cluster.ts';
import { transferFrom, statusesOf } from './admin.ts';
import { CLIENTS, CUT_OFF, underLoad } from './broker-load.ts';
import { awaitLeader, type Leader } from './leader.ts';
import { missingFrom, rowsOn } from './rows.ts';
import type { ServerMember } from './server.ts';
import { until } from './until.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const LOSSES = Number(process.env['LEADER_LOSSES'] ?? '10');
const LIMIT_MS = 10_000;
/** As the issue of the durable server says it of a leader that dies. */
const GAP_MS_MAX = 2_500;
const WRITES_BETWEEN = 100;

describe('leaders that are lost again and again', function () {
  this.timeout(60_000 + LOSSES * LIMIT_MS);
  let workspace: Workspace;
  let members: readonly ServerMember[];

  before(async () => {
    workspace = createWorkspace(tmpdir());
    members = await startThree(workspace);
  });
  after(() => workspace.dispose());

  const peers = (): string[] => members.map(({ place }) => place.peer);

  /** All three run, know one leader, and have applied what it has, as far as anybody can tell under load. */
  const complete = (): Promise<unknown> =>
    until('all members follow one leader', LIMIT_MS, async () => {
      const statuses = await statusesOf(peers());
      const leaders = new Set(statuses.map((status) => status?.leaderId ?? 0));
      return leaders.size === 1 && !leaders.has(0);
    });

  async function kill({ member }: Leader<ServerMember>): Promise<void> {
    await member.end('SIGKILL');
    await awaitLeader(
      members.filter((each) => each !== member),
      LIMIT_MS,
      500,
    );
    member.start();
  }

  const transfer = ({ member }: Leader<ServerMember>) => transferFrom(member.place.peer, LIMIT_MS);

  it(`${LOSSES} times: calls end well but those that were cut off, and nothing is lost`, async () => {
    const { acknowledged, stale, errors, gapMs } = await underLoad(
      members.map(({ place }) => place.client),
      'lost/',
      async (written) => {
        for (let loss = 0; loss < LOSSES; loss += 1) {
          const enough = written() + WRITES_BETWEEN;
          await until('more writes', LIMIT_MS, () => Promise.resolve(written() >= enough));
          await complete();
          const leader = await awaitLeader(members, LIMIT_MS, 500);
          await (loss % 2 === 0 ? kill(leader) : transfer(leader));
        }
        await complete();
      },
    );
    console.log(
      `      ${acknowledged.size} writes, ${errors.length} cut off, longest gap ${Math.round(gapMs)} ms`,
    );
    assert.deepEqual(
      errors.filter(({ text }) => text !== CUT_OFF),
      [],
    );
    assert.deepEqual(stale, []);
    const kills = Math.ceil(LOSSES / 2);
    assert.ok(errors.length <= kills * CLIENTS, `${errors.length} calls were cut off`);
    assert.ok(gapMs < GAP_MS_MAX, `no write for ${gapMs} ms`);
    for (const peer of peers()) {
      const missing = missingFrom(await rowsOn(peer, rowKey('kv', '')), acknowledged, (key) =>
        rowKey('kv', key),
      );
      assert.deepEqual(missing, [], `on ${peer}`);
    }
  });
});
