/** One fault after the other, some of them at the same time, for a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng } from '../../server/sim/world/prng.ts';
import { FAULTS, UncleanExitError, type Fault, type Scene } from './faults.ts';
import type { Fleet } from './fleet.ts';

export interface StormReport {
  readonly events: readonly string[];
  /** How often each kind of fault struck. */
  readonly counts: Readonly<Record<Fault['kind'], number>>;
  /** Faults that were not carried out to their end, such as a change nobody could agree on. */
  readonly abandoned: readonly string[];
  readonly accidents: readonly string[];
}

const PAUSE_MS_MIN = 200;
const PAUSE_MS_MAX = 1_500;

/**
 * Ends when the time is over and everything that was begun is healed.
 *
 * @param show told of each event as it happens.
 */
export async function storm(
  fleet: Fleet,
  seed: number,
  durationMs: number,
  show: (event: string) => void,
): Promise<StormReport> {
  const random = createPrng(seed, 'storm');
  const events: string[] = [];
  const counts = { kill: 0, stop: 0, restart: 0, transfer: 0, change: 0 };
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
      counts[fault.kind] += 1;
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
    const fair = FAULTS.filter(
      (fault) => !(changing && fault.exclusive === 'membership') && fault.isFair(scene),
    );
    const drawn = fair.flatMap((fault) => Array.from({ length: fault.weight }, () => fault));
    if (drawn.length === 0) continue;
    const work = strike(random.pick(drawn), scene);
    under.add(work);
    void work.then(() => under.delete(work));
  }
  await Promise.all(under);
  return { events, counts, abandoned, accidents };
}
