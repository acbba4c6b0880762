/** A member whose directory is damaged, another's, older than it was, or gone. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { askAdmin, statusOf } from '../processes/admin.ts';
import { flipBit } from '../processes/flip-bit.ts';
import { freePlaces } from '../processes/places.ts';
import { dataOf, startServer } from '../processes/server.ts';
import { until } from '../processes/until.ts';
import type { FleetMember } from './fleet.ts';
import { PLAIN } from './ground.ts';
import { addMember, removeMember } from './membership.ts';
import { createStage, inPhase, type Stage } from './stage.ts';

const LIMIT_MS = 15_000;
const ENTRIES = /\.(log|ldb)$/;

/** When members of two clusters meet. */
const REMEDY =
  'correct the peer addresses, or remove the data directory of the one that should not exist any more';

const DAMAGES = [
  { what: 'a log entry', folder: /^log$/, file: ENTRIES },
  { what: 'a state row', folder: /^state\.\d+$/, file: ENTRIES },
  { what: 'the MANIFEST of the log', folder: /^log$/, file: /^MANIFEST/ },
  { what: 'the MANIFEST of the state', folder: /^state\.\d+$/, file: /^MANIFEST/ },
];

describe('A directory', () => {
  let stage: Stage;

  before(async () => {
    stage = await createStage(PLAIN);
  });
  after(() => stage.dispose());

  const data = ({ server }: FleetMember): string => dataOf(server.directory);
  const down = async (member: FleetMember): Promise<void> => {
    member.impaired = 'killed';
    await member.server.end('SIGKILL');
  };
  const up = (member: FleetMember): void => {
    member.server.start();
    member.impaired = undefined;
  };
  /** What the messages say: this member goes, an empty directory joins. */
  const replace = async (member: FleetMember): Promise<void> => {
    await removeMember(stage.fleet, member);
    await addMember(stage.fleet);
    await stage.writes();
  };

  for (const { what, folder, file } of DAMAGES) {
    it(`with a flipped bit in ${what} is refused, and the member replaced`, async () => {
      await stage.writes(300);
      const member = await stage.follower();
      await down(member);
      const path = readdirSync(data(member)).find((name) => folder.test(name)) ?? '';
      flipBit(join(data(member), path), file);
      up(member);
      const { error } = await inPhase(member, Phase.REFUSED);
      assert.ok(error.includes(join(data(member), path)), error);
      assert.match(error, /Nothing was changed/);
      assert.match(
        error,
        /remove it from the cluster and let it join again with an empty directory/,
      );
      await stage.writes();
      assert.ok(existsSync(data(member)), 'nothing is deleted');
      await replace(member);
    });
  }

  it('of another cluster changes nothing in this one, and its own one serves again', async () => {
    const member = await stage.follower();
    const [place] = await freePlaces(1);
    assert(place !== undefined);
    const directory = stage.workspace.directory('stranger');
    const origin = { kind: 'bootstrap', peers: [] } as const;
    const stranger = startServer(stage.workspace, { directory, place, origin });
    const { clusterId } = await until('another cluster', LIMIT_MS, async () => {
      const status = await statusOf(place.peer);
      return status.leaderId !== 0 && status;
    });
    await stranger.end('SIGTERM');
    await down(member);
    const own = `${data(member)}.own`;
    renameSync(data(member), own);
    cpSync(dataOf(directory), data(member), { recursive: true });
    member.server.start();
    const found = await inPhase(member, Phase.RUNNING);
    assert.equal(found.clusterId, clusterId);
    await stage.writes();
    const { leader, status } = await stage.leader();
    assert.notEqual(status.clusterId, clusterId);
    // A directory alone does not show that it is another's: both clusters find out when they meet.
    for (const each of [leader, member]) {
      const log = join(each.server.directory, 'output.log');
      await until(`${each.name} says what is wrong, and what to do`, LIMIT_MS, () =>
        Promise.resolve(
          readFileSync(log, 'utf8')
            .split('\n')
            .some((line) => [clusterId, status.clusterId, REMEDY].every((it) => line.includes(it))),
        ),
      );
    }
    await member.server.end('SIGKILL');
    rmSync(data(member), { recursive: true });
    renameSync(own, data(member));
    up(member);
    assert.equal((await inPhase(member, Phase.RUNNING)).clusterId, status.clusterId);
  });

  it('of another member makes a process that member, wherever it runs', async () => {
    const { leader } = await stage.leader();
    const [one, other] = stage.fleet.members.filter((member) => member !== leader);
    assert(one !== undefined && other !== undefined);
    const before = await Promise.all([one, other].map((each) => inPhase(each, Phase.RUNNING)));
    await down(one);
    await down(other);
    const aside = `${data(one)}.aside`;
    renameSync(data(one), aside);
    renameSync(data(other), data(one));
    renameSync(aside, data(other));
    up(one);
    up(other);
    const after = await Promise.all([other, one].map((each) => inPhase(each, Phase.RUNNING)));
    assert.deepEqual(
      after.map(({ memberId }) => memberId),
      before.map(({ memberId }) => memberId),
    );
    await stage.writes();
  });

  it('that was put back to an older copy raises an alarm, and the member is replaced', async () => {
    const member = await stage.follower();
    const { memberId } = await statusOf(member.server.place.peer);
    await down(member);
    const copy = `${data(member)}.copy`;
    cpSync(data(member), copy, { recursive: true });
    up(member);
    await inPhase(member, Phase.RUNNING);
    await stage.writes(20);
    const { leader } = await stage.leader();
    await until('it has caught up', LIMIT_MS, async () => {
      const { progress, commitIndex } = await statusOf(leader.server.place.peer);
      return progress.some((each) => each.memberId === memberId && each.matchIndex >= commitIndex);
    });
    await down(member);
    rmSync(data(member), { recursive: true });
    cpSync(copy, data(member), { recursive: true });
    up(member);
    const alarm = await until('the leader alarms', LIMIT_MS, async () => {
      const { alarms } = await statusOf(leader.server.place.peer);
      return alarms.find(({ name }) => name === 'member_regressed');
    });
    assert.match(alarm.message, /[Rr]emove/);
    assert.match(alarm.message, /empty its directory and add it as a new member/);
    await stage.writes();
    await replace(member);
  });

  it('that was wiped makes a new member, and the old one is removed', async () => {
    const member = await stage.follower();
    const { memberId, directory } = await statusOf(member.server.place.peer);
    await down(member);
    rmSync(data(member), { recursive: true });
    up(member);
    const fresh = await until('it is another one', LIMIT_MS, async () => {
      const status = await statusOf(member.server.place.peer);
      return status.directory !== '' && status.directory !== directory && status;
    });
    assert.notEqual(fresh.memberId, memberId);
    await stage.writes();
    await until('the old one is removed', LIMIT_MS, async () => {
      const { leader, status } = await stage.leader();
      const { members = [], index = 0 } = status.configuration ?? {};
      if (!members.some(({ id }) => id === memberId)) return true;
      await askAdmin<unknown>(leader.server.place.peer, (client, ...rest) =>
        client.remove({ configurationIndex: index, memberId }, ...rest),
      );
      return false;
    });
    // Whoever waits for orders gets them; who was told to join does so by itself.
    const { members = [] } = (await stage.leader()).status.configuration ?? {};
    if (!members.some((each) => each.directory === fresh.directory)) {
      await stage.fleet.dismiss(member);
      await addMember(stage.fleet);
    }
    await stage.writes();
  });

  it('has answered no stale read, and lost no write', () => stage.conclude());
});
