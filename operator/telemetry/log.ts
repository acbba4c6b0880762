/** Every line that the operator logs: its name, how severe it is, what it tells, and what it carries. */
import { pino } from 'pino';
import type { DestinationStream } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A cluster, as `namespace/name`. */
interface OfCluster {
  readonly cluster: string;
}

/** Names are an interface, as those of metrics are. Fields are never a key, a certificate or a token. */
export interface LogFields {
  operator_started: {
    readonly version: string;
    readonly identity: string;
    readonly namespace: string | undefined;
  };
  listening: { readonly host: string; readonly port: number };
  caches_filled: { readonly durationMs: number };
  leadership_gained: { readonly identity: string };
  leadership_lost: { readonly identity: string };
  lease_failed: { readonly error: unknown };
  watch_failed: { readonly what: string; readonly why: string };
  acted: OfCluster & { readonly action: string; readonly reason: string; readonly message: string };
  waiting: OfCluster & { readonly reason: string; readonly message: string };
  settled: OfCluster;
  reconcile_failed: OfCluster & { readonly error: unknown };
  event_dropped: { readonly why: string };
  shutting_down: { readonly signal: string };
  shutdown_done: object;
  start_failed: { readonly error: unknown };
  bug: { readonly error: unknown };
}

export type LogEvent = keyof LogFields;

const row = (level: LogLevel, about: string) => ({ level, about }) as const;

/** The table of all lines. */
const LOG_EVENTS: Readonly<Record<LogEvent, { readonly level: LogLevel; readonly about: string }>> =
  {
    operator_started: row('info', 'The process is up; it leads nobody yet.'),
    listening: row('info', 'The port of metrics and health is open.'),
    caches_filled: row('info', 'All kinds of objects were listed once.'),
    leadership_gained: row('info', 'This process acts from now on.'),
    leadership_lost: row('error', 'Another process may act: this one ends.'),
    lease_failed: row('warn', 'The Lease could not be read or written; it is tried again.'),
    watch_failed: row('warn', 'Objects could not be followed; they are listed again.'),
    acted: row('info', 'One thing was done, or it was told that a person is needed, or no more.'),
    waiting: row('info', 'A cluster waits for something else than before.'),
    settled: row('info', 'A cluster is as its spec wants it.'),
    reconcile_failed: row(
      'warn',
      'A cluster could not be looked at or changed; it is tried again.',
    ),
    event_dropped: row('debug', 'An Event for people was not written.'),
    shutting_down: row('info', 'What is in work is finished, the Lease is given back.'),
    shutdown_done: row('info', 'Everything is closed.'),
    start_failed: row('fatal', 'The process could not start.'),
    bug: row('fatal', 'Something that nobody foresaw: the process ends.'),
  };

export interface Log {
  /** Logs one line. Never throws, never waits. */
  write<E extends LogEvent>(event: E, fields: LogFields[E]): void;
}

/** JSON, a line for each event, on standard output. */
export function createLog(level: LogLevel, out?: DestinationStream): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    out ?? pino.destination({ dest: 1, sync: true }),
  );
  return {
    write: (event, fields) => logger[LOG_EVENTS[event].level](plain(fields), event),
  };
}

/** Errors become plain: what libraries hang on them may be a credential. */
const plain = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error ? factsOf(value) : value,
    ]),
  );

function factsOf({ name, message, stack, ...rest }: Error): object {
  const code: unknown = 'code' in rest ? rest.code : undefined;
  const coded = typeof code === 'string' ? { code } : {};
  // One that has a code was foreseen: where it was thrown tells nothing.
  return { name, message, ...coded, ...('code' in rest ? {} : { stack }) };
}
