/** One member of a cluster: a command that can be run again on the same directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logTo, type Command, type RunningProcess, type Workspace } from '../processes.ts';

export interface Member {
  /** Of the process that runs; undefined after `end`. */
  readonly pid: number | undefined;
  start(): void;
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal, and resolves when the process has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

const LOG_LINES = 5;

/** Creates a member that keeps its log in `directory`; it does not run yet. */
export function createMember(workspace: Workspace, directory: string, command: Command): Member {
  const log = join(directory, 'output.log');
  let running: RunningProcess | undefined;
  return {
    get pid() {
      return running?.pid;
    },
    start: () => {
      const process = workspace.run(command);
      running = process;
      logTo(log, process);
      void process.ended.then((status) => {
        // Nobody asked it to end.
        if (running === process && status !== undefined) console.error(lastWords(log, status));
        if (running === process) running = undefined;
      });
    },
    signal: (signal) => running?.signal(signal),
    end: async (signal) => {
      const process = running;
      running = undefined;
      process?.signal(signal);
      await process?.ended;
    },
  };
}

function lastWords(log: string, status: number): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES);
  return [`A member ended with status ${status}. Its last lines:`, ...lines].join('\n  ');
}
