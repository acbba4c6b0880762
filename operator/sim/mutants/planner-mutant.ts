import type { Mutant } from '../../../server/sim/mutants/mutant.ts';

export interface PlannerMutant extends Mutant {
  /** The first one that shows it; undefined: it takes long, for it shows hours later, in peace. */
  readonly seed?: number;
}

/** A file of the planner. */
export const plan = (file: string): string => `operator/plan/${file}`;
