/** Runs many seeds on all cores. */
import { workThrough } from './pool.ts';
import type { Report } from './run.ts';

/** What a thread is asked to do. */
export interface Job {
  readonly seed: number;
  readonly members: number | undefined;
}

/**
 * Runs `count` seeds from `base` on; stops early after a violation.
 *
 * @param done called with each report, in the order they come.
 */
export async function runSeeds(
  { base, count, members }: { base: number; count: number; members: number | undefined },
  workers: number,
  done: (report: Report) => void,
): Promise<void> {
  const jobs = Array.from({ length: count }, (_, nth): Job => ({ seed: base + nth, members }));
  await workThrough(new URL('./worker.ts', import.meta.url), jobs, workers, (report: Report) => {
    done(report);
    return report.violation !== undefined;
  });
}
