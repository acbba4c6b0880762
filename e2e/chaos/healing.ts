/** After the storm: everybody is back, and the members agree. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { statusOf } from '../processes/admin.ts';
import { rowsOn } from '../processes/rows.ts';
import { until } from '../processes/until.ts';
import type { MemberState } from './evidence.ts';
import type { Fleet, FleetMember } from './fleet.ts';

const HEAL_LIMIT_MS = 60_000;
const AGREE_LIMIT_MS = 30_000;

/**
 * Waits until every member of the configuration runs, votes and has applied everything. Processes
 * whose adding was given up, or whose removal went through unseen, are ended.
 */
export async function heal(fleet: Fleet, limitMs = HEAL_LIMIT_MS): Promise<void> {
  for (const member of fleet.members) member.impaired = undefined;
  await until('the cluster is healed', limitMs, async () => {
    const view = await fleet.look();
    if (view === undefined) return false;
    const { configuration, commitIndex } = view.status;
    const { members = [], outgoingVoterIds = [] } = configuration ?? {};
    if (outgoingVoterIds.length > 0) return false;
    const standings = new Map(members.map(({ directory, standing }) => [directory, standing]));
    for (const member of [...fleet.members]) {
      const { directory, appliedIndex } = await statusOf(member.server.place.peer);
      const standing = standings.get(directory);
      if (standing === undefined) await fleet.dismiss(member);
      else if (standing === Standing.LEAVING || appliedIndex < commitIndex) return false;
    }
    return fleet.members.length === members.length;
  });
}

/** The states of all members, when they have applied the same; else as they differ in the end. */
export async function statesOf(fleet: Fleet): Promise<readonly MemberState[]> {
  let states: readonly MemberState[] = [];
  const look = async (): Promise<boolean> => {
    states = await Promise.all(fleet.members.map(stateOf));
    return new Set(states.map(({ appliedIndex }) => appliedIndex)).size === 1;
  };
  // Members that never agree are for the judge.
  await until('all members have applied the same', AGREE_LIMIT_MS, look).catch(() => undefined);
  return states;
}

const stateOf = async ({ name, server }: FleetMember): Promise<MemberState> => ({
  name,
  ...(await rowsOn(server.place.peer)),
});

/** Events by which members say that something is impossible, or that their storage is bad. */
export const ALARMING = [
  'invariant_broken',
  'storage_refused',
  'storage_failed',
  'member_regressed',
];

/** What the logs of the members there are hold of these events. */
export const linesWith = (fleet: Fleet, events: readonly string[]): readonly string[] =>
  fleet.members.flatMap(({ name, server }) =>
    readFileSync(join(server.directory, 'output.log'), 'utf8')
      .split('\n')
      .filter((line) => events.some((event) => line.includes(`"event":"${event}"`)))
      .map((line) => `${name}: ${line}`),
  );
