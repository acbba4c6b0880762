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
  /** How many faults were carried out to their end. */
  readonly struck: number;
  /** What there is to count, for people. */
  readonly summary: string;
}

const GAPS_SHOWN = 3;

const NEEDS_DISKS: ReadonlySet<FaultKind> = new Set(['power', 'torn', 'disk']);

/** In so long, every fault has its turn. */
const LONG_MS = 120_000;

/** Of faults that struck so often. */
export function missingOf(
  counts: ReadonlyMap<string, number>,
  { durationMs }: Pick<RunSetup, 'durationMs'>,
): readonly string[] {
  const idle = [...counts].filter(([, times]) => times === 0).map(([name]) => name);
  const isMissed = durationMs >= LONG_MS || idle.length === counts.size;
  return isMissed ? idle.map((name) => `${name}: never`) : [];
}

/** What a storm of these kinds needs. */
export const groundOf = ({ kinds, mutant }: Pick<RunSetup, 'kinds' | 'mutant'>): GroundSetup => ({
  disks: kinds.some((kind) => NEEDS_DISKS.has(kind)) ? 'faulty' : 'plain',
  network: kinds.includes('partition'),
  ...(mutant !== undefined && { mutant }),
});

/** Starts a cluster, uses it while it suffers, and heals it. */
export async function runChaos(workspace: Workspace, setup: RunSetup): Promise<Run> {
  const { seed, clients } = setup;
  const fleet = await createFleet(workspace, groundOf(setup));
  const load = startLoad({ seed, clients, endpoints: () => fleet.clients() });
  const done = await storm(fleet, setup);
  const gaps = longestGaps(load.writeMoments, GAPS_SHOWN);
  await load.stop();
  const unhealed: string[] = [];
  let states: Evidence['states'] = [];
  try {
    await heal(fleet, setup.healMs);
    states = await statesOf(fleet);
    load.readFinally((key) => states[0]?.rows.get(rowKey('kv', key)) ?? '');
  } catch (error) {
    unhealed.push(error instanceof Error ? error.message : String(error));
  }
  // A disk that fails is told of by its member.
  const told = setup.kinds.includes('disk') ? ['storage_failed'] : [];
  const alarming = ALARMING.filter((event) => !told.includes(event));
  const accidents = [...fleet.accidents, ...done.accidents, ...linesWith(fleet, alarming)];
  const snapshots = linesWith(fleet, ['snapshot_installed']).length;
  return {
    evidence: {
      ...{ seed, states, accidents, unhealed, missing: missingOf(done.counts, setup) },
      operations: load.operations(),
      acknowledged: load.acknowledged,
      events: done.events,
    },
    struck: [...done.counts.values()].reduce((sum, times) => sum + times, 0),
    summary: summarise(load, done, gaps, snapshots),
  };
}
