/** A leader that cannot work, though its process is there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { FleetMember } from './fleet.ts';
import { createStage, inPhase, type Stage } from './stage.ts';

/** As it was promised of a leader that is stuck. */
const NEXT_LEADER_MS = 2_500;
/** The patience of a client with a member that does not answer, before it asks another one. */
const PATIENCE_MS = 700;
/** Handing over, the requests in work, and closing; a Kubernetes waits for 30 s. */
const LEAVE_MS = 20_000;

interface Case {
  readonly name: string;
  readonly forMs: number;
  readonly begin: (leader: FleetMember) => unknown;
  readonly end: (leader: FleetMember) => unknown;
  /** What it says of itself meanwhile. */
  readonly says?: RegExp;
}

const disk = (trouble: Parameters<NonNullable<FleetMember['site']['disk']>['begin']>[0]) => ({
  begin: ({ site }: FleetMember) => site.disk?.begin(trouble),
  end: ({ site }: FleetMember) => site.disk?.heal(),
});

const CASES: readonly Case[] = [
  { name: 'whose fsync hangs for 2 s', forMs: 2_000, ...disk('hang-syncs') },
  { name: 'whose fsync takes 1.5 s', forMs: 4_000, ...disk('slow-syncs 1500') },
  {
    name: 'whose fsync fails',
    ...{ forMs: 3_000, says: /Input\/output error/, ...disk('fail-syncs') },
  },
  {
    name: 'whose writes fail',
    ...{ forMs: 3_000, says: /Input\/output error/, ...disk('fail-writes') },
  },
  {
    name: 'that is stopped for 5 s',
    forMs: 5_000,
    begin: (leader) => {
      leader.impaired = 'stopped';
      leader.server.signal('SIGSTOP');
    },
    end: (leader) => {
      leader.server.signal('SIGCONT');
      leader.impaired = undefined;
    },
  },
];

describe('A leader', () => {
  let stage: Stage;

  before(async () => {
    stage = await createStage({ disks: 'faulty', network: false });
  });
  after(() => stage.dispose());

  for (const { name, forMs, begin, end, says } of CASES) {
    it(`${name} is followed by another within 2.5 s, and comes back`, async () => {
      await stage.writes();
      const { leader } = await stage.leader();
      const sinceMs = stage.now();
      await begin(leader);
      const { tookMs } = await stage.leaderAfter(leader);
      await stage.writes();
      const gapMs = stage.gapMs(sinceMs);
      console.log(`      led after ${Math.round(tookMs)} ms, no write for ${Math.round(gapMs)} ms`);
      if (says !== undefined) assert.match((await inPhase(leader, Phase.REOPENING)).error, says);
      await sleep(Math.max(0, forMs - (stage.now() - sinceMs)));
      await end(leader);
      await inPhase(leader, Phase.RUNNING);
      await stage.writes();
      assert.ok(tookMs < NEXT_LEADER_MS, `another led after ${tookMs} ms`);
      assert.ok(gapMs < NEXT_LEADER_MS + PATIENCE_MS, `no write for ${gapMs} ms`);
    });
  }

  it('whose fsync hangs ends within 20 s when it is told to, and comes back', async () => {
    const { leader } = await stage.leader();
    const { directory } = leader.server;
    leader.impaired = 'killed';
    await leader.site.disk?.begin('hang-syncs');
    const sinceMs = stage.now();
    const status = await leader.server.end('SIGTERM');
    const tookMs = stage.now() - sinceMs;
    await leader.site.disk?.heal();
    console.log(`      ended after ${Math.round(tookMs)} ms`);
    assert.equal(status, undefined, 'it ends itself as by SIGKILL');
    assert.ok(tookMs < LEAVE_MS, `it ended after ${tookMs} ms`);
    assert.match(readFileSync(join(directory, 'output.log'), 'utf8'), /"awaited":"storage"/);
    leader.server.start();
    leader.impaired = undefined;
    await inPhase(leader, Phase.RUNNING);
    await stage.writes();
  });

  it('that is slow but not stuck goes on leading', async () => {
    const { leader, status } = await stage.leader();
    await leader.site.disk?.begin('slow-syncs 200');
    await stage.writes(20);
    const now = await stage.leader();
    assert.equal(now.status.term, status.term);
    await leader.site.disk?.heal();
  });

  it('has answered no stale read, and lost no write', () => stage.conclude());
});
