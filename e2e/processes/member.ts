/** One member of a cluster: a command that can be run again on the same directory. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logTo, type Command, type RunningProcess, type Workspace } from './workspace.ts';

export interface Member {
  /** Of the process that runs; undefined after `end`. */
  readonly pid: number | undefined;
  start(): void;
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal, and resolves with the exit status when the process has ended; undefined: by a signal. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | undefined>;
  /** Ends it at once, also when `end` has asked it to leave already. */
  kill(): void;
  /** Resolves with its last words when it ends though nobody asked it to. */
  readonly failure: Promise<string>;
  /** The last lines of its log, for whoever has to explain a failure. */
  lastLines(): string;
}

const LOG_LINES = 5;

/** Creates a member that keeps its log in `directory`; it does not run yet. */
export function createMember(workspace: Workspace, directory: string, command: Command): Member {
  const log = join(directory, 'output.log');
  let running: RunningProcess | undefined;
  let latest: RunningProcess | undefined;
  const { promise: failure, resolve: fail } = Promise.withResolvers<string>();
  return {
    failure,
    lastLines: () => lastLines(log),
    get pid() {
      return running?.pid;
    },
    start: () => {
      const process = workspace.run(command);
      running = process;
      latest = process;
      const written = logTo(log, process);
      void process.ended.then(async (status) => {
        // `end` would have forgotten it.
        if (running !== process) return;
        running = undefined;
        await written;
        fail(lastWords(log, status));
      });
    },
    signal: (signal) => running?.signal(signal),
    kill: () => latest?.signal('SIGKILL'),
    end: async (signal) => {
      const process = running;
      running = undefined;
      process?.signal(signal);
      // One that somebody else has told to end may not have ended yet.
      return (process ?? latest)?.ended;
    },
  };
}

/** Waits for `work`, but no longer than until one of the members fails. */
export const unlessFailed = <Value>(
  members: readonly Member[],
  work: Promise<Value>,
): Promise<Value> =>
  Promise.race([
    work,
    ...members.map(async ({ failure }): Promise<never> => {
      throw new Error(await failure);
    }),
  ]);

function lastWords(log: string, status: number | undefined): string {
  const how = status === undefined ? 'by a signal' : `with status ${status}`;
  return `A member ended ${how}. Its last lines:\n  ${lastLines(log)}`;
}

/** A log that is gone, with the directory that a run ends by removing, has none. */
const lastLines = (log: string): string =>
  existsSync(log)
    ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n  ')
    : '(its log is gone)';
