import { isatty } from 'node:tty';
import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { describeError } from './describe-error.ts';
import { LOG_EVENTS } from './log-event.ts';
import type { LogEvent, LogFields, LogLevel } from './log-event.ts';

/** Lines of a running member. */
export interface Log {
  /** Logs one line. Never throws, never waits. */
  write<E extends LogEvent>(event: E, fields: LogFields[E]): void;
  /** Whether lines of this event are logged now: ask before putting costly fields together. */
  enabled(event: LogEvent): boolean;
  level(): LogLevel;
  /** From the next line on. */
  setLevel(level: LogLevel): void;
  /** Returns once everything is written: before the process exits. */
  flush(): void;
}

/** `auto`: pretty on a terminal, JSON elsewhere. */
export type LogFormat = 'auto' | 'json' | 'pretty';

export interface LogSetup {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Where lines go instead of standard output. */
  readonly out?: DestinationStream;
}

const STDOUT = 1;

/** Opens the log of the process. */
export function createLog({ level, format, out }: LogSetup): Log {
  const terminal = out === undefined && isatty(STDOUT);
  const pretty = format === 'pretty' || (format === 'auto' && terminal);
  // At once: what is flushed later is tried for ever when whoever reads the pipe is gone.
  const standard = out === undefined ? pino.destination({ dest: STDOUT, sync: true }) : undefined;
  const target = out ?? standard;
  const destination = pretty ? prettified(target, terminal) : target;
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  let current = level;

  return {
    write: (event, fields) => logger[LOG_EVENTS[event].level](plain(fields), event),
    enabled: (event) => logger.isLevelEnabled(LOG_EVENTS[event].level),
    level: () => current,
    setLevel: (next) => {
      if (next === current) return;
      const from = current;
      current = next;
      // Said under the more talkative of the two, or else nobody might hear of it.
      logger.level = 'info';
      logger.info({ from, to: next }, 'log_level_changed' satisfies LogEvent);
      logger.level = next;
    },
    flush: () => standard?.flushSync(),
  };
}

/** Errors become plain objects here and nowhere else: what libraries hang on them stays out. */
function plain(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error ? describeError(value) : value,
    ]),
  );
}

function prettified(target: DestinationStream | undefined, colorize: boolean): DestinationStream {
  const prettify = prettyFactory({ colorize, messageKey: 'event', singleLine: true });
  return { write: (line) => target?.write(prettify(line)) };
}
