/** What a command works with: routes to the members, and the way it talks to whoever runs it. */
import { setTimeout as timer } from 'node:timers/promises';
import { credentials } from '@grpc/grpc-js';
import { adminElsewhere } from './admin-client.ts';
import { createChannels, credentialsOf } from './endpoints.ts';
import type { TlsFiles } from './endpoints.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { kvElsewhere } from './kv-client.ts';
import type { Route } from './routing.ts';

/** The options that every client command has. */
export interface CommonFlags extends TlsFiles {
  readonly endpoints: readonly string[];
  readonly clientEndpoints: readonly string[];
  readonly clientTls?: true;
  readonly output: 'table' | 'json';
  /** Milliseconds. */
  readonly timeout: number;
}

/** What a command prints: one document for scripts, or text for people. */
export interface Result {
  /** undefined: nothing to print. */
  readonly json: unknown;
  /** Empty: nothing to print. */
  readonly text: string;
  /** Default: done. */
  readonly exitCode?: ExitCode;
}

export interface Session {
  readonly admin: Route;
  readonly kv: Route;
  readonly io: Io;
  /** Aborted when the person has had enough. */
  readonly interrupt: AbortSignal;
  readonly json: boolean;
  nowMs(): number;
  pause(ms: number): Promise<void>;
  print(result: Result): void;
  /** A word to a person in the meantime; nothing when a script listens. */
  say(line: string): void;
}

/** Runs a command on channels that are closed afterwards. */
export async function withSession<Value>(
  io: Io,
  flags: CommonFlags,
  work: (session: Session) => Promise<Value>,
): Promise<Value> {
  const secure = credentialsOf(flags);
  const adminChannels = createChannels(secure);
  const kvChannels = createChannels(
    flags.clientTls === true ? secure : credentials.createInsecure(),
  );
  const ctrlC = catchCtrlC(io);
  const { timeout: timeoutMs } = flags;
  try {
    return await work({
      admin: {
        channels: adminChannels,
        endpoints: flags.endpoints,
        timeoutMs,
        elsewhere: adminElsewhere,
      },
      kv: {
        channels: kvChannels,
        endpoints: flags.clientEndpoints,
        timeoutMs,
        elsewhere: kvElsewhere,
      },
      io,
      interrupt: ctrlC.signal,
      json: flags.output === 'json',
      nowMs: () => io.nowMs?.() ?? Date.now(),
      pause: (ms) => (io.pause ?? pause)(ms, ctrlC.signal),
      print: (result) => print(io, flags, result),
      say: (line) => {
        if (flags.output === 'table') io.stderr.write(`${line}\n`);
      },
    });
  } finally {
    ctrlC.release();
    adminChannels.close();
    kvChannels.close();
  }
}

/** Prints a result as it was asked for, and sets the exit code. */
export function print(
  io: Io,
  { output }: Pick<CommonFlags, 'output'>,
  { json, text, exitCode }: Result,
): void {
  const document = json === undefined ? '' : JSON.stringify(json);
  const shown = output === 'json' ? document : text;
  if (shown !== '') io.stdout.write(`${shown}\n`);
  if (exitCode !== undefined) io.setExitCode(exitCode);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timer(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

interface CtrlC {
  readonly signal: AbortSignal;
  release(): void;
}

function catchCtrlC({ interrupt }: Io): CtrlC {
  if (interrupt !== undefined) return { signal: interrupt, release: () => undefined };
  const controller = new AbortController();
  // The second one ends the process, as always: the first may be waiting for a member.
  const onSignal = (): void => controller.abort();
  process.once('SIGINT', onSignal);
  return { signal: controller.signal, release: () => process.off('SIGINT', onSignal) };
}
