import type { Log } from '../log.ts';

/** Logs nothing. */
export const NO_LOG: Log = {
  write: () => undefined,
  enabled: () => false,
  level: () => 'fatal',
  setLevel: () => undefined,
  flush: () => undefined,
};
