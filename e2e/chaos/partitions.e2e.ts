/** A network that loses what is sent without a word. Clients reach every member all the time. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Role } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { statusOf } from '../processes/admin.ts';
import { until } from '../processes/until.ts';
import type { Manner } from '../processes/network.ts';
import { cutOffMember } from './cuts.ts';
import { createStage, type Stage } from './stage.ts';

/** As it was promised of a leader that is cut off. */
const NEXT_LEADER_MS = 2_500;
/** Silence, then an unanswered probe: 5 s each; and a little. */
const KEEPALIVE_MS = 13_000;

describe('A leader that is cut off silently', () => {
  let stage: Stage;

  before(async () => {
    stage = await createStage({ disks: 'plain', network: true });
  });
  after(() => stage.dispose());

  it('is followed by another within 2.5 s, hears that its peers are gone, and comes back', async () => {
    await stage.writes();
    const { leader } = await stage.leader();
    const sinceMs = stage.now();
    const log = (): string => readFileSync(join(leader.server.directory, 'output.log'), 'utf8');
    const lost = (): number => log().split('"event":"peer_lost"').length;
    const before = lost();
    const mend = cutOffMember(stage.fleet, leader, 'both ways');
    const { tookMs } = await stage.leaderAfter(leader);
    await stage.writes();
    const gapMs = stage.gapMs(sinceMs);
    console.log(`      led after ${Math.round(tookMs)} ms, no write for ${Math.round(gapMs)} ms`);
    assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
    const { role } = await statusOf(leader.server.place.peer);
    assert.notEqual(role, Role.LEADER, 'without a quorum nobody leads');
    await until('keepalive has noticed', KEEPALIVE_MS, () => Promise.resolve(lost() > before));
    console.log(`      lost peers were noticed after ${Math.round(stage.now() - sinceMs)} ms`);
    mend();
    await stage.writes();
  });

  const oneWay: readonly Manner[] = ['what it sends', 'what is sent to it'];
  for (const manner of oneWay) {
    it(`one way (${manner}): writes go on within 2.5 s`, async () => {
      await stage.writes();
      const { leader } = await stage.leader();
      const sinceMs = stage.now();
      const mend = cutOffMember(stage.fleet, leader, manner);
      await stage.leaderAfter(leader);
      await stage.writes();
      mend();
      const gapMs = stage.gapMs(sinceMs);
      console.log(`      no write for ${Math.round(gapMs)} ms`);
      assert.ok(gapMs < NEXT_LEADER_MS, `no write for ${gapMs} ms`);
      await stage.writes();
    });
  }

  it('again and again costs no more than a leader each time', async () => {
    const first = await stage.leader();
    const { leader } = first;
    for (let flap = 0; flap < 10; flap++) {
      const mend = cutOffMember(stage.fleet, leader, 'both ways');
      await sleep(150);
      mend();
      await sleep(150);
    }
    await stage.writes();
    const { status } = await stage.leader();
    console.log(`      ${status.term - first.status.term} terms in 10 cuts of 150 ms`);
    assert.ok(status.term - first.status.term <= 2, 'cuts shorter than a timeout unseat nobody');
  });

  it('has answered no stale read, and lost no write', () => stage.conclude());
});
