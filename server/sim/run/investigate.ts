/** What to do about a violation: find the shortest schedule that still shows it, and what led to it. */
import type { Property } from '../properties/property.ts';
import type { Found } from './run.ts';
import { runPlan } from './run.ts';
import type { Plan } from '../plan/schedule.ts';
import { shrink } from '../plan/shrink.ts';
import { createRecentTrace } from './trace.ts';

/** How many lines about each member involved are kept. */
const LINES_MAX = 40;

export interface Investigation {
  readonly plan: Plan;
  readonly violation: Found;
  /** Actions before and after, and how many runs it took. */
  readonly actionsBefore: number;
  readonly runs: number;
  /** The last events of the members involved. */
  readonly lines: readonly string[];
}

/**
 * Shrinks `plan`, which shows `violation`, in at most `runsMax` runs.
 *
 * @param properties those the plan was run with; all, when absent.
 */
export function investigate(
  plan: Plan,
  violation: Found,
  runsMax: number,
  properties?: readonly Property[],
): Investigation {
  const options = properties === undefined ? {} : { properties };
  const shows = (actions: Plan['actions']): boolean =>
    runPlan({ ...plan, actions }, options).violation?.property === violation.property;

  // What comes after it has not caused it.
  const before = plan.actions.filter(({ atMs }) => atMs <= violation.atMs);
  const shrunk = shrink(before, ({ kind }) => kind, shows, runsMax);
  const shortest: Plan = { ...plan, actions: shrunk.items };

  const trace = createRecentTrace(LINES_MAX);
  const last = runPlan(shortest, { ...options, trace }).violation ?? violation;
  return {
    plan: shortest,
    violation: last,
    actionsBefore: plan.actions.length,
    runs: shrunk.runs + 1,
    lines: trace.recent([...last.involved, 'world', 'network']),
  };
}
