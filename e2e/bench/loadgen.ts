/** The load generator: one program in Go for all products, which prints what it measured as JSON. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { buildGoBinary } from '../processes/go-binary.ts';
import type { Workspace } from '../processes/workspace.ts';

export type Operation = 'put' | 'get' | 'get-stale';

/** Where load goes, and in which protocol. */
export interface Destination {
  readonly target: 'etcd' | 'robustmq';
  readonly endpoints: readonly string[];
}

export interface RunResult {
  readonly ops: number;
  readonly seconds: number;
  readonly opsPerSecond: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** A time without a successful write; `startMs` is Unix time. */
export interface Gap {
  readonly startMs: number;
  readonly gapMs: number;
}

export interface FailoverResult {
  readonly writes: number;
  readonly backgroundWrites: number;
  readonly gaps: readonly Gap[];
  readonly errors: Readonly<Record<string, number>>;
}

/** What one rate of changes has come to; times as of a `RunResult`. */
export interface PushRung {
  readonly perSecond: number;
  /** Acknowledged to who made them. */
  readonly changes: number;
  /** Arrivals of them that nobody has seen. */
  readonly missing: number;
  /** From sending a change until one of the doubles has it. */
  readonly arrivals: RunResult;
  /** From sending a change to its reply. */
  readonly replies: RunResult;
}

/** What doubles of brokers were told until they ended. */
export interface DoublesResult {
  readonly records: number;
}

/** What the generator says while it works. */
export interface Phases {
  /** The warm-up is over, or doubles are registered. */
  readonly measuring?: () => void;
  /** The measurement is. */
  readonly measured?: () => void;
  /** How far it is, now and then. */
  readonly filled?: (text: string) => void;
}

type Arguments = Readonly<Record<string, string | number | boolean>>;

export interface Loadgen {
  /** What was measured until the time is over, or `until` ends the measurement. */
  run(
    to: Destination,
    options: Arguments,
    phases?: Phases,
    until?: AbortSignal,
  ): Promise<RunResult>;
  fill(to: Destination, options: Arguments, phases?: Phases): Promise<RunResult>;
  failover(to: Destination, options: Arguments, phases?: Phases): Promise<FailoverResult>;
  /** Lets doubles of brokers live until the time is over, or `until`. */
  doubles(
    to: Destination,
    options: Arguments,
    phases: Phases,
    until: AbortSignal,
  ): Promise<DoublesResult>;
  /** Makes changes, at one rate after the other, and sees when doubles have them. */
  pushes(to: Destination, options: Arguments, phases?: Phases): Promise<readonly PushRung[]>;
}

const argumentsOf = (options: Arguments): string[] =>
  Object.entries(options).map(([name, value]) => `--${name}=${value}`);

/** Builds the generator; returns the path of the program. */
export const buildLoadgen = (): string => buildGoBinary(join(import.meta.dirname, 'loadgen'));

/** The generator that was built as `bin`; it runs in the workspace, so that it ends with it. */
export function createLoadgen(workspace: Workspace, bin: string): Loadgen {
  const call = async (
    command: string,
    { target, endpoints }: Destination,
    options: Arguments,
    phases: Phases,
    until?: AbortSignal,
  ): Promise<unknown> => {
    const flags = argumentsOf({ ...options, target, endpoints: endpoints.join(',') });
    const child = workspace.run({ bin, args: [command, ...flags] });
    until?.addEventListener('abort', () => child.signal('SIGINT'));
    const complaints: string[] = [];
    createInterface({ input: child.errors }).on('line', (line) => {
      if (line === 'measuring') phases.measuring?.();
      else if (line === 'measured') phases.measured?.();
      else if (line.startsWith('filled ')) phases.filled?.(line);
      else complaints.push(line);
    });
    const printed = await text(child.output);
    const status = await child.ended;
    if (status !== 0) throw new Error(complaints.at(-1) ?? `loadgen ended with status ${status}`);
    return JSON.parse(printed);
  };
  // The generator is built from the same commit: its JSON has the shape of these types.
  return {
    run: async (to, options, phases = {}, until) =>
      (await call('run', to, options, phases, until)) as RunResult,
    fill: async (to, options, phases = {}) =>
      (await call('fill', to, options, phases)) as RunResult,
    failover: async (to, options, phases = {}) =>
      (await call('failover', to, options, phases)) as FailoverResult,
    doubles: async (to, options, phases, until) =>
      (await call('doubles', to, options, phases, until)) as DoublesResult,
    pushes: async (to, options, phases = {}) =>
      (await call('pushes', to, options, phases)) as readonly PushRung[],
  };
}
