import type { Property } from '../properties/property.ts';
import type { Plan } from '../plan/schedule.ts';
import { saveFailure } from './failure.ts';
import { investigate } from './investigate.ts';
import { formatInvestigation } from './report.ts';
import type { Found } from './run.ts';

/**
 * Shrinks `plan`, which shows `violation`, in at most `runsMax` runs, and writes it to a file.
 * Returns what broke, what led to it, and how to see it again.
 *
 * @param properties those the plan was run with; all, when absent.
 */
export function explain(
  plan: Plan,
  violation: Found,
  runsMax: number,
  properties?: readonly Property[],
): string {
  const found = investigate(plan, violation, { runsMax }, properties);
  return formatInvestigation(found, saveFailure(found.plan, found.violation));
}
