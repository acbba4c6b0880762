import type { Mutant } from '../../../server/sim/mutants/mutant.ts';
import type { COURSES } from '../faults/courses.ts';

export interface PlannerMutant extends Mutant {
  /** Where it shows sooner than on what seeds draw. */
  readonly course?: keyof typeof COURSES;
  /** The first one that shows it; undefined: it takes long, for it shows rarely, or hours later, in peace. */
  readonly seed?: number;
}

/** A file of the planner. */
export const plan = (file: string): string => `operator/plan/${file}`;
