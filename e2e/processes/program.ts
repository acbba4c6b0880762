/** A program that starts processes: however it ends, they are ended and its directories removed. */
import { tmpdir } from 'node:os';
import { createWorkspace, type Workspace } from './workspace.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_FAILED = 1;
/** As shells say it of a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

export interface ProgramOptions {
  /** How long `work` gets to end by itself after a signal, in ms. */
  readonly graceMs: number;
  /** Where directories are made. */
  readonly parent?: string;
}

/** Runs `work`, which returns the exit status; never returns. */
export async function runProgram(
  { graceMs, parent = tmpdir() }: ProgramOptions,
  work: (workspace: Workspace, interrupt: AbortSignal) => Promise<number>,
): Promise<never> {
  const workspace = createWorkspace(parent);
  const interruption = new AbortController();
  const { promise: graceOver, resolve: endGrace } = Promise.withResolvers<number>();
  for (const signal of SIGNALS) {
    // Again and again: npm passes on a Ctrl-C that the terminal has told this program already.
    process.on(signal, () => {
      if (interruption.signal.aborted) return;
      interruption.abort();
      setTimeout(() => endGrace(EXIT_INTERRUPTED), graceMs);
    });
  }
  let status = EXIT_FAILED;
  try {
    status = await Promise.race([work(workspace, interruption.signal), graceOver]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    await workspace.dispose();
  }
  process.exit(status);
}
