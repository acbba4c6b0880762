/** A cluster under load for one suite, and what is asked of it. */
import { tmpdir } from 'node:os';
import assert from 'node:assert/strict';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Phase } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { statusOf } from '../processes/admin.ts';
import { until } from '../processes/until.ts';
import { createWorkspace, type Workspace } from '../processes/workspace.ts';
import { longestGapMs } from '../processes/writers.ts';
import { createFleet, type Fleet, type FleetMember, type View } from './fleet.ts';
import type { GroundSetup } from './ground.ts';
import { heal, statesOf } from './healing.ts';
import { judge } from './judge.ts';
import { startLoad, type Load } from './load.ts';
import { createPorcupine } from './porcupine.ts';

export interface Stage {
  readonly workspace: Workspace;
  readonly fleet: Fleet;
  readonly load: Load;
  /** The leader, as soon as there is one. */
  leader(): Promise<View>;
  /** Another leader than that one, and after how many ms it led. */
  leaderAfter(before: FleetMember): Promise<{ readonly view: View; readonly tookMs: number }>;
  follower(): Promise<FleetMember>;
  /** Resolves after so many more acknowledged writes. */
  writes(count?: number): Promise<void>;
  /** The longest time without an acknowledged write that ended after `sinceMs`, which `now` gave. */
  gapMs(sinceMs: number): number;
  now(): number;
  /** Ends the load, heals, and asserts that nothing contradicts what clients saw. */
  conclude(): Promise<void>;
  dispose(): Promise<void>;
}

const LIMIT_MS = 15_000;
const CLIENTS = 8;
const LOOK_MS = 300;

export async function createStage(setup: GroundSetup): Promise<Stage> {
  const workspace = createWorkspace(tmpdir());
  const fleet = await createFleet(workspace, setup);
  const beginMs = performance.now();
  const load = startLoad({ seed: 1, clients: CLIENTS, endpoints: () => fleet.clients() });
  const now = (): number => performance.now() - beginMs;
  const leader = (): Promise<View> => until('somebody leads', LIMIT_MS, () => fleet.look());
  return {
    ...{ workspace, fleet, load, leader, now },
    leaderAfter: async (before) => {
      const begin = performance.now();
      const view = await until(`another than ${before.name} leads`, LIMIT_MS, async () => {
        const found = await fleet.look();
        return found !== undefined && found.leader !== before && found;
      });
      return { view, tookMs: performance.now() - begin };
    },
    follower: async () => {
      const { leader: leading } = await leader();
      const found = fleet.members.find((member) => member !== leading);
      assert(found !== undefined);
      return found;
    },
    writes: async (count = 100) => {
      const enough = load.writeMoments.length + count;
      await until(`${count} more writes`, LIMIT_MS, () =>
        Promise.resolve(load.writeMoments.length >= enough),
      );
    },
    gapMs: (sinceMs) => longestGapMs(load.writeMoments, sinceMs),
    conclude: async () => {
      await load.stop();
      await heal(fleet);
      const states = await statesOf(fleet);
      const findings = judge(
        {
          ...{ seed: 0, states, accidents: fleet.accidents },
          ...{ unhealed: [], missing: [], events: [] },
          operations: load.operations(),
          acknowledged: load.acknowledged,
        },
        createPorcupine(),
      );
      assert.deepEqual(
        findings.flatMap(({ contradictions }) => contradictions),
        [],
      );
    },
    dispose: async () => {
      await load.stop();
      await workspace.dispose();
    },
  };
}

/** Waits until a member is in a phase, and returns what it says then. */
export const inPhase = (member: FleetMember, phase: Phase): Promise<Status> =>
  until(`${member.name} is in phase ${phase}`, LIMIT_MS, async () => {
    const status = await statusOf(member.server.place.peer, LOOK_MS);
    return status.phase === phase && status;
  });
