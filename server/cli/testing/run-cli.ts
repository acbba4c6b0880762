/** Runs a command line as main does, and collects what it says. */
import { PassThrough, Readable } from 'node:stream';
import { Command } from 'commander';
import { addClientCommands } from '../add-client-commands.ts';
import { runProgram } from '../command.ts';
import type { Io } from '../io.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The time at which all tests of the command line take place. */
export const NOW_MS = 1_800_000_000_000;

export async function runCli(
  argv: readonly string[],
  given: Partial<Io> & { readonly input?: string } = {},
): Promise<Ran> {
  const stdout = new PassThrough({ highWaterMark: 1 << 24 });
  const stderr = new PassThrough({ highWaterMark: 1 << 24 });
  let exitCode = 0;
  const io: Io = {
    stdout,
    stderr,
    stdin: Readable.from([Buffer.from(given.input ?? '')]),
    setExitCode: (code) => (exitCode = code),
    isTTY: false,
    nowMs: () => NOW_MS,
    interrupt: new AbortController().signal,
    ...given,
  };
  const program = new Command('robustmq-meta');
  addClientCommands(program, io);
  await runProgram(program, argv, io);
  return { stdout: textOf(stdout), stderr: textOf(stderr), exitCode };
}

function textOf(stream: PassThrough): string {
  const read: unknown = stream.read();
  return Buffer.isBuffer(read) ? read.toString() : '';
}
