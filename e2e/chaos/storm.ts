/** One fault after the other, some of them at the same time, for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng } from '../../server/sim/prng.ts';
import type { FaultKind } from './fault-kind.ts';
import { FAULTS, UncleanExitError, type Fault, type Scene } from './faults.ts';
import type { Fleet } from './fleet.ts';

export interface StormReport {
  readonly events: readonly string[];
  /** How often each fault struck, by its name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Faults that were not carried out to their end, such as a change nobody could agree on. */
  readonly abandoned: readonly string[];
  readonly accidents: readonly string[];
}

const PAUSE_MS_MIN = 200;
const PAUSE_MS_MAX = 1_500;
/** Of so many that may strike, one is drawn from. */
const DUE_SHARE = 3;

export interface StormSetup {
  readonly seed: number;
  readonly durationMs: number;
  /** What may strike. */
  readonly kinds: readonly FaultKind[];
  /** Told of each event as it happens. */
  readonly show: (event: string) => void;
}

/** Ends when the time is over and everything that was begun is healed. */
export async function storm(
  fleet: Fleet,
  { seed, durationMs, kinds, show }: StormSetup,
): Promise<StormReport> {
  const random = createPrng(seed, 'storm');
  const events: string[] = [];
  const chosen = FAULTS.filter(({ kind }) => kinds.includes(kind));
  const counts = new Map(chosen.map(({ name }) => [name, 0]));
  const begun = new Map<Fault, number>();
  const abandoned: string[] = [];
  const accidents: string[] = [];
  const under = new Set<Promise<void>>();
  let changing = false;
  const begin = performance.now();
  const tell = (event: string): void => {
    const line = `${((performance.now() - begin) / 1_000).toFixed(2)} s  ${event}`;
    events.push(line);
    show(line);
  };

  async function strike(fault: Fault, scene: Scene): Promise<void> {
    if (fault.exclusive === 'membership') changing = true;
    try {
      await fault.strike(scene);
      counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (error instanceof UncleanExitError) accidents.push(words);
      else abandoned.push(`${fault.name}: ${words}`);
      tell(`${fault.name} was given up: ${words}`);
    } finally {
      if (fault.exclusive === 'membership') changing = false;
    }
  }

  while (performance.now() - begin < durationMs) {
    await sleep(random.between(PAUSE_MS_MIN, PAUSE_MS_MAX));
    const view = await fleet.look();
    if (view === undefined) continue;
    const scene: Scene = { fleet, view, random, tell };
    const fair = chosen.filter(
      (fault) =>
        !(changing && fault.exclusive === 'membership') &&
        !(under.size > 0 && fault.alone === true) &&
        fault.isFair(scene),
    );
    if (fair.length === 0) continue;
    const fault = random.pick(dueOf(fair, begun));
    begun.set(fault, (begun.get(fault) ?? 0) + 1);
    const work = strike(fault, scene);
    under.add(work);
    void work.then(() => under.delete(work));
  }
  await Promise.all(under);
  return { events, counts, abandoned, accidents };
}

/**
 * Whose turn it is, by the method of D'Hondt: the heaviest first, and everyone in the end. Some can strike
 * at almost any moment, and some hardly ever: drawn by weight alone, these would never strike in a short run.
 */
function dueOf(fair: readonly Fault[], begun: ReadonlyMap<Fault, number>): readonly Fault[] {
  const claim = (fault: Fault): number => fault.weight / ((begun.get(fault) ?? 0) + 1);
  return fair
    .toSorted((one, other) => claim(other) - claim(one))
    .slice(0, Math.ceil(fair.length / DUE_SHARE));
}
