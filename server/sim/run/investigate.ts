/** What to do about a violation: find the shortest schedule that still shows it, and what led to it. */
import type { Action } from '../faults/action.ts';
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
  /** Actions up to the violation as it was found: those after it have not caused it. */
  readonly actionsBefore: number;
  /** How many runs it took. */
  readonly runs: number;
  /** The last events of the members involved. */
  readonly lines: readonly string[];
}

/**
 * Shrinks `plan`, which shows `violation`.
 *
 * @param limits `share` of the actions up to the violation is few enough; none, when absent.
 * @param properties those the plan was run with; all, when absent.
 */
export function investigate(
  plan: Plan,
  violation: Found,
  { runsMax, share = 0 }: { readonly runsMax: number; readonly share?: number },
  properties?: readonly Property[],
): Investigation {
  const options = properties === undefined ? {} : { properties };
  let lastMs = violation.atMs;
  const failing = (actions: readonly Action[]): readonly Action[] | undefined => {
    const found = runPlan({ ...plan, actions }, { ...options, untilMs: patienceMs(lastMs) });
    if (found.violation?.property !== violation.property) return undefined;
    lastMs = found.violation.atMs;
    return upTo(actions, lastMs);
  };

  const before = upTo(plan.actions, violation.atMs);
  const shrunk = shrink(before, ({ kind }) => kind, failing, {
    runsMax,
    enough: share * before.length,
  });
  const shortest: Plan = { ...plan, actions: shrunk.items };

  const trace = createRecentTrace(LINES_MAX);
  const last = runPlan(shortest, { ...options, trace }).violation ?? violation;
  return {
    plan: shortest,
    violation: last,
    actionsBefore: before.length,
    runs: shrunk.runs + 1,
    lines: trace.recent([...last.involved, 'world', 'network']),
  };
}

/** With fewer actions it may come later, but most of the time it does not come at all. */
const patienceMs = (violationMs: number): number => 2 * violationMs + 10_000;

const upTo = (actions: readonly Action[], lastMs: number): readonly Action[] =>
  actions.filter(({ atMs }) => atMs <= lastMs);
