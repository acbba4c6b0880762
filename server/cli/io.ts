/** What a command sees of the process it runs in. */
import type { Readable, Writable } from 'node:stream';
import type { ExitCode } from './exit-code.ts';

export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: Readable;
  setExitCode(code: ExitCode): void;
  /** A person looks: screens are redrawn, bars move. */
  readonly isTTY: boolean;
  /** Unix time. Default: the system's. */
  nowMs?(): number;
  /** Resolves after the time, or at once when the signal is aborted. Default: a timer. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
  /** Ends what lasts. Default: Ctrl-C. */
  readonly interrupt?: AbortSignal;
}
