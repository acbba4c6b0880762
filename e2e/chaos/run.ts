/** One run, from empty directories to the evidence. */
import { rowKey } from '../../server/state/row-keys.ts';
import type { Workspace } from '../processes/workspace.ts';
import { longestGaps } from '../processes/writers.ts';
import type { Evidence } from './evidence.ts';
import type { FaultKind } from './fault-kind.ts';
import { createFleet } from './fleet.ts';
import type { GroundSetup } from './ground.ts';
import { ALARMING, heal, linesWith, statesOf } from './healing.ts';
import { startLoad } from './load.ts';
import { summarise } from './report.ts';
import { storm } from './storm.ts';

export interface RunSetup {
  readonly seed: number;
  readonly clients: number;
  readonly durationMs: number;
  /** What may strike. */
  readonly kinds: readonly FaultKind[];
  /** A bug in every member. */
  readonly mutant?: string;
  /** How long the cluster may take to heal. */
  readonly healMs?: number;
  /** Told of each event as it happens. */
  readonly show: (event: string) => void;
}

export interface Run {
  readonly evidence: Evidence;
  /** What there is to count, for people. */
  readonly summary: string;
}

const GAPS_SHOWN = 3;

const NEEDS_DISKS: ReadonlySet<FaultKind> = new Set(['power', 'torn', 'disk']);

/** What a storm of these kinds needs. */
export const groundOf = ({ kinds, mutant }: Pick<RunSetup, 'kinds' | 'mutant'>): GroundSetup => ({
  disks: kinds.some((kind) => NEEDS_DISKS.has(kind)) ? 'faulty' : 'plain',
  network: kinds.includes('partition'),
  ...(mutant !== undefined && { mutant }),
});

/**
 * Starts a cluster, uses it while it suffers, and heals it. A cluster that does not heal is an
 * accident among the evidence.
 */
export async function runChaos(workspace: Workspace, setup: RunSetup): Promise<Run> {
  const { seed, clients } = setup;
  const fleet = await createFleet(workspace, groundOf(setup));
  const load = startLoad({ seed, clients, endpoints: () => fleet.clients() });
  const done = await storm(fleet, setup);
  const gaps = longestGaps(load.writeMoments, GAPS_SHOWN);
  await load.stop();
  const accidents = [...fleet.accidents, ...done.accidents];
  let states: Evidence['states'] = [];
  try {
    await heal(fleet, setup.healMs);
    states = await statesOf(fleet);
    load.readFinally((key) => states[0]?.rows.get(rowKey('kv', key)) ?? '');
  } catch (error) {
    accidents.push(error instanceof Error ? error.message : String(error));
  }
  // A disk that fails is told of by its member.
  const told = setup.kinds.includes('disk') ? ['storage_failed'] : [];
  accidents.push(
    ...linesWith(
      fleet,
      ALARMING.filter((event) => !told.includes(event)),
    ),
  );
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
