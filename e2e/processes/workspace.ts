/** Processes and directories of one run, all of which are gone at its end, however it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { directoryPrefix } from './namespaces.ts';

export interface Command {
  readonly bin: string;
  readonly args: readonly string[];
}

export interface RunningProcess {
  readonly pid: number;
  readonly output: Readable;
  readonly errors: Readable;
  /** Resolves with the exit status when it has ended; undefined: by a signal. */
  readonly ended: Promise<number | undefined>;
  signal(signal: NodeJS.Signals): void;
}

export interface Workspace {
  /** Where its directories are. */
  readonly root: string;
  /** Makes a directory of this run. */
  directory(name: string): string;
  run(command: Command): RunningProcess;
  /** To be done when all processes have ended, before directories are removed. */
  atEnd(task: () => unknown): void;
  /** Ends every process by its id, waits for that, and removes the directories. */
  dispose(): Promise<void>;
}

function started(child: ChildProcess, bin: string): RunningProcess {
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) {
    throw new Error(`${bin} cannot be started`);
  }
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => resolve(code ?? undefined));
  });
  return {
    pid,
    output: stdout,
    errors: stderr,
    ended,
    signal: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    },
  };
}

/** A workspace in a new directory below `parent`. */
export function createWorkspace(parent: string): Workspace {
  const root = mkdtempSync(join(parent, directoryPrefix()));
  const running = new Set<RunningProcess>();
  const tasks: (() => unknown)[] = [];
  let disposed = false;
  const killAll = (): void => {
    for (const each of running) each.signal('SIGKILL');
  };
  const carryOut = (): void => {
    for (const task of tasks.splice(0).reverse()) {
      try {
        task();
      } catch {
        // Such as an unmount of what was unmounted already.
      }
    }
  };
  // The last resort: an exception that nobody caught ends the process without `dispose`.
  const onExit = (): void => {
    killAll();
    carryOut();
    rmSync(root, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  return {
    root,
    directory: (name) => {
      const path = join(root, name);
      mkdirSync(path, { recursive: true });
      return path;
    },
    run: ({ bin, args }) => {
      if (disposed) throw new Error('the run is over');
      // In a process group of its own: Ctrl-C is for this program, which ends the others in order.
      const child = spawn(bin, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      // A failure to start is told by the missing pid.
      child.on('error', () => undefined);
      const process = started(child, bin);
      running.add(process);
      void process.ended.then(() => running.delete(process));
      return process;
    },
    atEnd: (task) => void tasks.push(task),
    dispose: async () => {
      disposed = true;
      killAll();
      await Promise.all([...running].map(({ ended }) => ended));
      carryOut();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
      process.off('exit', onExit);
    },
  };
}

/**
 * Writes what a process prints to a file, so that a member that does not start can be asked why.
 * Resolves when all of it is written.
 */
export async function logTo(file: string, { output, errors }: RunningProcess): Promise<void> {
  const log = createWriteStream(file, { flags: 'a' });
  output.pipe(log, { end: false });
  errors.pipe(log, { end: false });
  await Promise.all([once(output, 'close'), once(errors, 'close')]);
  await new Promise<void>((resolve) => log.end(resolve));
}
