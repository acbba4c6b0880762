import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** Why a command was not done: a word for scripts, which decides the exit code. */
const EXITS = {
  usage: EXIT.usage,
  refused: EXIT.failed,
  moved: EXIT.failed,
  failed: EXIT.failed,
  unreachable: EXIT.unreachable,
  unknown: EXIT.unknown,
} as const satisfies Record<string, ExitCode>;

export type CliErrorCode = keyof typeof EXITS;

/** A command that was not done, in sentences for people: what happened, to what, what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly exitCode: ExitCode;
  /** Name of the gRPC status, where a member answered with one. */
  readonly status: string | undefined;

  constructor(code: CliErrorCode, message: string, status?: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.exitCode = EXITS[code];
    this.status = status;
  }
}

/** Any thrown value as a CliError: what nobody expected is a failure with its own words. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  return new CliError(
    'failed',
    error instanceof Error ? error.message : String(error),
    undefined,
    error,
  );
}
