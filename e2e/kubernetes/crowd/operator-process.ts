/** The operator as it was built, started with the flags of `charts/install.yaml`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logTo, type Workspace } from '../../processes/workspace.ts';
import { operatorFlags } from '../operator/installation.ts';

const BUILT = join(import.meta.dirname, '..', '..', '..', 'dist', 'operator', 'robustmq-operator');
const LOG_LINES = 5;

export interface OperatorProcess {
  readonly pid: number;
  /** Rejects when it ends though nobody asked it to, with the last lines of its log. */
  readonly failed: Promise<never>;
  /** Lets it finish what it is at. Rejects unless it ends with status 0. */
  stop(): Promise<void>;
}

/** Starts it; what a pod would know of itself is given as flags. */
export function startOperatorProcess(workspace: Workspace, kubeconfig: string): OperatorProcess {
  const log = join(workspace.directory('operator'), 'output.log');
  const running = workspace.run({
    bin: BUILT,
    args: [
      ...operatorFlags(),
      ...['--kubeconfig', kubeconfig, '--identity', 'crowd', '--listen-http', '127.0.0.1:0'],
    ],
  });
  const written = logTo(log, running);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  const explain = async (status: number | undefined): Promise<Error> => {
    await written;
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES);
    return new Error(
      `the operator ended ${status === undefined ? 'by a signal' : `with status ${status}`}:\n${lines.join('\n')}`,
    );
  };
  let stopped = false;
  void running.ended.then(async (status) => {
    if (!stopped) fail(await explain(status));
  });
  return {
    pid: running.pid,
    failed,
    stop: async () => {
      stopped = true;
      running.signal('SIGTERM');
      const status = await running.ended;
      if (status !== 0) throw await explain(status);
    },
  };
}
