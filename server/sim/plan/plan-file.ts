/** A plan as a file, to be replayed. */
import type { Plan } from './schedule.ts';

const FORMAT = 'robustmq-meta simulation plan 2';

/** What a file says of the plan beside the plan. */
export interface PlanNotes {
  readonly property: string;
  readonly message: string;
  readonly atMs: number;
}

/** Text of a plan file. */
export const formatPlan = (plan: Plan, notes: PlanNotes): string =>
  `${JSON.stringify({ format: FORMAT, ...notes, ...plan }, undefined, 1)}\n`;

/** The plan in a file. Throws an Error that says what is wrong with what is not a plan file. */
export function parsePlan(text: string): Plan {
  const file = JSON.parse(text) as Partial<Plan> & { readonly format?: unknown };
  if (file.format !== FORMAT) throw new Error(`not a plan file: its format is not "${FORMAT}"`);
  const { seed, settings, actions } = file;
  if (seed === undefined || settings === undefined || actions === undefined) {
    throw new Error('not a whole plan file: it lacks seed, settings or actions');
  }
  return { seed, settings, actions };
}
