/** A thread that puts one mutant into the code it loads, and runs seeds until the bug shows. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Bag, Catch, Hunt } from './hunt.ts';
import { MUTANTS } from './all.ts';
import { filesOf } from './mutate.ts';
import { installMutant } from './seam.ts';

/** A bug may show in a way that hardly shrinks; then the next seeds are tried too, so many at most. */
const CATCHES_MAX = 3;

/** A schedule is to shrink to this share of its actions; further would only take time. */
const SHARE_MAX = 1 / 2;

const hunt = workerData as Hunt;
const mutant = MUTANTS.find(({ name }) => name === hunt.mutant);
const loaded = mutant === undefined ? undefined : installMutant(mutant);

// Loaded only now: whatever this file imports at its head is loaded without the bug.
const { drawPlan } = await import('../plan/schedule.ts');
const { hasBrokers } = await import('../brokers/brokers.ts');
const { runPlan } = await import('../run/run.ts');
const { investigate } = await import('../run/investigate.ts');

const missed =
  mutant === undefined ? [] : filesOf(mutant).filter((file) => !loaded?.().includes(file));
if (missed.length > 0) throw new Error(`the simulator does not run ${missed.join(', ')}`);

parentPort?.postMessage(search(hunt));

function search({ base, seeds, shrinkRuns }: Hunt): Bag {
  let best: Catch | undefined;
  const caughtBy: string[] = [];
  let tried = 0;
  const first = Math.max(base, mutant?.fromSeed ?? 0);
  for (let seed = first; seed < first + seeds && caughtBy.length < CATCHES_MAX; seed++) {
    if (mutant?.needs === 'brokers' && !hasBrokers(seed)) continue;
    if (best === undefined) tried++;
    const plan = drawPlan(seed, undefined);
    const { violation } = runPlan(plan);
    if (violation === undefined) continue;
    const { property, message } = violation;
    caughtBy.push(property);
    const shrunk = investigate(plan, violation, { runsMax: shrinkRuns, share: SHARE_MAX });
    const caught = {
      seed,
      property,
      message,
      actionsBefore: shrunk.actionsBefore,
      actionsAfter: shrunk.plan.actions.length,
    };
    if (best === undefined || shareOf(caught) < shareOf(best)) best = caught;
    if (shareOf(caught) <= SHARE_MAX) break;
  }
  return { seeds: tried, caught: best, caughtBy };
}

function shareOf({ actionsBefore, actionsAfter }: Catch): number {
  return actionsBefore === 0 ? 0 : actionsAfter / actionsBefore;
}
