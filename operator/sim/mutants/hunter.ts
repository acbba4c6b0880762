/** A thread that puts one mutant into the code it loads, and runs seeds until the bug shows. */
import { parentPort, workerData } from 'node:worker_threads';
import { filesOf } from '../../../server/sim/mutants/mutate.ts';
import { installMutant } from '../../../server/sim/mutants/seam.ts';
import type { COURSES } from '../faults/courses.ts';
import { MUTANTS } from './catalogue.ts';

/** What a hunt is about, and what came of it. */
export interface Hunt {
  readonly mutant: string;
  /** Undefined: on any of the schedules that seeds draw. */
  readonly course?: keyof typeof COURSES | undefined;
  /** The seeds to run, in their order. */
  readonly first: number;
  readonly last: number;
}

export interface Catch {
  readonly seed: number;
  readonly property: string;
}

const { first, last, course, ...hunt } = workerData as Hunt;
const mutant = MUTANTS.find(({ name }) => name === hunt.mutant);
if (mutant === undefined) throw new Error(`there is no bug "${hunt.mutant}"`);
const loaded = installMutant(mutant);

// Loaded only now: whatever this file imports at its head is loaded without the bug.
const { drawCourse } = await import('../faults/courses.ts');
const { runSchedule, runSeed } = await import('../run/run.ts');

const missed = filesOf(mutant).filter((file) => !loaded().includes(file));
if (missed.length > 0) throw new Error(`the simulator does not run ${missed.join(', ')}`);

parentPort?.postMessage(await search());

async function search(): Promise<Catch | undefined> {
  for (let seed = first; seed <= last; seed += 1) {
    const { violation } = await (course === undefined
      ? runSeed(seed)
      : runSchedule(drawCourse(course, seed)));
    if (violation !== undefined) return { seed, property: violation.property };
  }
  return undefined;
}
