/** Writers that write, one after the other, and remember what was acknowledged and when. */
import { createKvClient } from './kv.ts';

export interface Writers {
  /** Values by key that were acknowledged. */
  readonly acknowledged: ReadonlyMap<string, string>;
  /** Errors that told the client nothing, as texts. */
  readonly unknown: readonly string[];
  /** Calls that certainly did nothing, as texts. */
  readonly failed: readonly string[];
  /** The longest time without any acknowledgement that ended after `sinceMs`, in ms. */
  longestGapMs(sinceMs?: number): number;
  /** Ends them after the calls that are out. */
  stop(): Promise<void>;
}

export interface WritersSetup {
  readonly endpoints: () => readonly string[];
  readonly count: number;
  /** Before each key. */
  readonly prefix: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/** Starts them; times are those of `performance.now()`. */
export function startWriters({
  endpoints,
  count,
  prefix,
  timeoutMs = TIMEOUT_MS,
}: WritersSetup): Writers {
  const acknowledged = new Map<string, string>();
  const unknown: string[] = [];
  const failed: string[] = [];
  const moments = [performance.now()];
  let stopped = false;

  async function write(writer: number): Promise<void> {
    const client = createKvClient({ endpoints, first: writer, timeoutMs });
    for (let number = 0; !stopped; number++) {
      const key = `${prefix}${writer}/${number}`;
      const value = `value ${number} of writer ${writer}`;
      const outcome = await client.set(key, value);
      switch (outcome.kind) {
        case 'ok':
          acknowledged.set(key, value);
          moments.push(performance.now());
          break;
        case 'failed':
          failed.push(outcome.why);
          break;
        case 'unknown':
          unknown.push(outcome.why);
          break;
      }
    }
    client.close();
  }

  const all = Array.from({ length: count }, (_, writer) => write(writer));
  return {
    acknowledged,
    unknown,
    failed,
    longestGapMs: (sinceMs = -Infinity) => longestGapMs(moments, sinceMs),
    stop: async () => {
      stopped = true;
      await Promise.all(all);
    },
  };
}

/** A time between two moments that follow each other. */
export interface Gap {
  readonly beginMs: number;
  readonly lengthMs: number;
}

/** The longest times between moments that follow each other, longest first. */
export const longestGaps = (moments: readonly number[], count: number): readonly Gap[] =>
  moments
    .slice(1)
    .map((moment, at) => ({
      beginMs: moments[at] ?? moment,
      lengthMs: moment - (moments[at] ?? moment),
    }))
    .sort((one, other) => other.lengthMs - one.lengthMs)
    .slice(0, count);

/** The longest time between two moments, the latter of which is after `sinceMs`. */
export const longestGapMs = (moments: readonly number[], sinceMs = -Infinity): number =>
  Math.max(
    0,
    ...longestGaps(moments, moments.length)
      .filter(({ beginMs, lengthMs }) => beginMs + lengthMs > sinceMs)
      .slice(0, 1)
      .map(({ lengthMs }) => lengthMs),
  );
