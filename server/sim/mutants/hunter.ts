/** A thread that puts one mutant into the code it loads, and runs seeds until the bug shows. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Bag, Hunt } from './hunt.ts';
import { MUTANTS } from './all.ts';
import { filesOf } from './mutate.ts';
import { installMutant } from './seam.ts';

const hunt = workerData as Hunt;
const mutant = MUTANTS.find(({ name }) => name === hunt.mutant);
const loaded = mutant === undefined ? undefined : installMutant(mutant);

// Loaded only now: whatever this file imports at its head is loaded without the bug.
const { drawPlan } = await import('../schedule.ts');
const { runPlan } = await import('../run.ts');
const { investigate } = await import('../investigate.ts');

const missed =
  mutant === undefined ? [] : filesOf(mutant).filter((file) => !loaded?.().includes(file));
if (missed.length > 0) throw new Error(`the simulator does not run ${missed.join(', ')}`);

parentPort?.postMessage(search(hunt));

function search({ base, seeds, shrinkRuns }: Hunt): Bag {
  for (let seed = base; seed < base + seeds; seed++) {
    const plan = drawPlan(seed, undefined);
    const { violation } = runPlan(plan);
    if (violation === undefined) continue;
    const { property, message } = violation;
    const shrunk = investigate(plan, violation, shrinkRuns);
    return {
      seeds: seed - base + 1,
      caught: {
        seed,
        property,
        message,
        actionsBefore: shrunk.actionsBefore,
        actionsAfter: shrunk.plan.actions.length,
      },
    };
  }
  return { seeds, caught: undefined };
}
