/**
 * The first process of a cluster's namespaces: brings the cluster up, and tells on standard output
 * how far it is. When it ends, the kernel ends every process of the cluster and takes its mounts
 * and networks away.
 *
 * first-process.ts PLAN: a ClusterPlan, as JSON. It ends when its standard input does.
 */
import { bringUp } from './bring-up.ts';
import type { ClusterPlan } from './plan.ts';
import { removeTraces, unmount } from './traces.ts';

/** One line each. */
export type Report =
  | { readonly kind: 'step'; readonly name: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string };

/** All others in these namespaces. */
const EVERYBODY = -1;

const plan = JSON.parse(process.argv[2] ?? '') as ClusterPlan;
let ending = false;

const report = (line: Report): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Whoever kept the cluster may be gone: then this is the last one who can clear up. */
async function end(status: number): Promise<void> {
  if (ending) return;
  ending = true;
  process.kill(EVERYBODY, 'SIGKILL');
  unmount(plan.run);
  await removeTraces(plan.run);
  process.exit(status);
}

function fail(reason: string): void {
  if (ending) return;
  report({ kind: 'failed', reason });
  void end(1);
}

// Told too late to matter: that somebody who asked has gone.
process.stdout.on('error', () => undefined);
process.stdin.resume().once('end', () => void end(0));

let isUp = false;
try {
  await bringUp(plan, {
    step: (name) => report({ kind: 'step', name }),
    ended: (reason) => {
      // Later on, journeys end parts of it on purpose.
      if (isUp) console.error(`${new Date().toISOString()} ${reason}`);
      else fail(reason);
    },
  });
  isUp = true;
  report({ kind: 'ready' });
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
