/** What is left of a run that failed: its schedule as a file, and how to see it again. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlan } from '../plan/plan-file.ts';
import type { Plan } from '../plan/schedule.ts';
import type { Found } from './run.ts';

/** Where schedules that show a violation are kept, from where the run was started. */
const FOLDER = 'failures';

/** Writes `plan`, which shows `violation`, to a file. Returns its path. */
export function saveFailure(plan: Plan, violation: Found): string {
  const path = join(FOLDER, `seed-${plan.seed}-${plan.settings.members}.json`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, formatPlan(plan, violation));
  return path;
}

/** What to type to run the schedule in a file. */
export const replayOf = (path: string): string => `npm run sim -- --replay ${path}`;
