/** A plan as a file, to be replayed. */
import type { Plan } from './schedule.ts';

const FORMAT = 'robustmq-meta simulation plan 1';

/** What a file says of the plan beside the plan. */
export interface PlanNotes {
  readonly property: string;
  readonly message: string;
  readonly atMs: number;
}

/** Text of a plan file. */
export const formatPlan = (plan: Plan, notes: PlanNotes): string =>
  `${JSON.stringify({ format: FORMAT, ...notes, ...plan }, undefined, 1)}\n`;

/** The plan in a file. Throws on what is not a plan file. */
export function parsePlan(text: string): Plan {
  const file = JSON.parse(text) as Plan & { readonly format?: unknown };
  if (file.format !== FORMAT) throw new Error(`not a plan file: its format is not "${FORMAT}"`);
  const { seed, settings, actions } = file;
  return { seed, settings, actions };
}
