/** The same service without Kubernetes, shown and checked in less than a minute. */
import { runProgram } from '../../processes/program.ts';
import { createStage } from './stage.ts';
import { STEPS } from './steps.ts';

/** Runs it, and ends this program. */
export const demonstrateLocally = (): Promise<never> =>
  runProgram({ graceMs: 0 }, async (workspace) => {
    const beginMs = performance.now();
    console.log(
      'Three members of RobustMQ Meta are started on this machine, each a process with a',
    );
    console.log('directory of its own. The first founds a cluster, and the others join it.');
    const stage = await createStage(workspace);
    for (const [at, { title, run }] of STEPS.entries()) {
      console.log(`\n${at + 1}. ${title}`);
      await run(stage);
    }
    const seconds = ((performance.now() - beginMs) / 1_000).toFixed(0);
    console.log(`\nEverything held, in ${seconds} s.`);
    return 0;
  });
