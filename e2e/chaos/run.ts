/** One run, from empty directories to the evidence. */
import { rowKey } from '../../server/state/row-keys.ts';
import type { Workspace } from '../processes/workspace.ts';
import { longestGaps } from '../processes/writers.ts';
import type { Evidence } from './evidence.ts';
import { createFleet } from './fleet.ts';
import { ALARMING, heal, linesWith, statesOf } from './healing.ts';
import { startLoad } from './load.ts';
import { summarise } from './report.ts';
import { storm } from './storm.ts';

export interface RunSetup {
  readonly seed: number;
  readonly clients: number;
  readonly durationMs: number;
  /** Told of each event as it happens. */
  readonly show: (event: string) => void;
}

export interface Run {
  readonly evidence: Evidence;
  /** What there is to count, for people. */
  readonly summary: string;
}

const GAPS_SHOWN = 3;

/**
 * Starts a cluster, uses it while it suffers, and heals it. A cluster that does not heal is an
 * accident among the evidence.
 */
export async function runChaos(workspace: Workspace, setup: RunSetup): Promise<Run> {
  const { seed, clients, durationMs, show } = setup;
  const fleet = await createFleet(workspace);
  const load = startLoad({ seed, clients, endpoints: () => fleet.clients() });
  const done = await storm(fleet, seed, durationMs, show);
  const gaps = longestGaps(load.writeMoments, GAPS_SHOWN);
  await load.stop();
  const accidents = [...fleet.accidents, ...done.accidents];
  let states: Evidence['states'] = [];
  try {
    await heal(fleet);
    states = await statesOf(fleet);
    load.readFinally((key) => states[0]?.rows.get(rowKey('kv', key)) ?? '');
  } catch (error) {
    accidents.push(error instanceof Error ? error.message : String(error));
  }
  accidents.push(...linesWith(fleet, ALARMING));
  const snapshots = linesWith(fleet, ['snapshot_installed']).length;
  return {
    evidence: {
      ...{ seed, states, accidents },
      operations: load.operations(),
      acknowledged: load.acknowledged,
      events: done.events,
    },
    summary: summarise(load, done, gaps, snapshots),
  };
}
