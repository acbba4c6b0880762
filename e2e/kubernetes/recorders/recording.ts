/** Recorders that are at work, as they are heard from outside. */
import { until } from '../../processes/until.ts';
import { longestGapMs } from '../../processes/writers.ts';
import type { Kubectl } from '../kubectl.ts';
import { historyOf, type History } from './history.ts';
import { WAYS, type Line, type Way } from './line.ts';
import { RECORDERS, recorders, type RecordersSetup } from './pod.ts';

export interface Recording {
  /** Moment of the last acknowledged write that was heard of, in ms of the recorders' clock. */
  latestMs(): number;
  /** Acknowledged writes so far. */
  written(): number;
  /** Resolves when so many more writes have been acknowledged in each way. */
  more(writes: number): Promise<void>;
  /** The longest time without an acknowledged write that ended after a moment, by the worse way. */
  longestGapMs(sinceMs?: number): number;
  /** Ends the recorders. */
  end(): Promise<History>;
  /** Listens no more. */
  stop(): void;
}

/** From an image that is there. */
const START_LIMIT = '--timeout=60s';
/** Above what brokers need to notice that a node has vanished: 90 s. */
const MORE_LIMIT_MS = 150_000;
const END_LIMIT_MS = 60_000;
const US_OF_A_MS = 1_000;

/** Starts recorders; returns when they run. */
export function startRecorders(kubectl: Kubectl, setup: RecordersSetup): Recording {
  const { namespace } = setup;
  const { ok, said } = kubectl.attempt(['create'], recorders(setup));
  if (!ok) throw new Error(`The recorders cannot be started: ${said}`);
  kubectl('wait', '--for=condition=Ready', START_LIMIT, '-n', namespace, `pod/${RECORDERS}`);
  const heard: Record<Way, Line[]> = { members: [], service: [] };
  const moments: Record<Way, number[]> = { members: [], service: [] };
  const listening = WAYS.map((way) => {
    const writes = new Set<number>();
    const hear = (text: string): void => {
      // Of a container that is gone, kubelet itself says something.
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as Line;
      heard[way].push(line);
      if ('call' in line && line.call.kind !== 'get') writes.add(line.id);
      if ('outcome' in line && line.outcome.ok && writes.delete(line.id)) {
        moments[way].push(line.at / US_OF_A_MS);
      }
    };
    const logs = ['logs', '-f', '-n', namespace, RECORDERS, '-c', way];
    return kubectl.follow(logs, { line: hear, repeats: true });
  });
  const stop = (): void => {
    for (const each of listening) each.stop();
  };
  /** For people. */
  const stateOf = (way: Way): string => {
    const container = `{.status.containerStatuses[?(@.name=="${way}")].state}`;
    const at = ['-n', namespace, RECORDERS];
    const { said: state } = kubectl.attempt(['get', 'pod', ...at, `-o=jsonpath=${container}`]);
    const { said: last } = kubectl.attempt(['logs', ...at, '-c', way, '--tail=3']);
    return `\nby ${way}: ${heard[way].length} lines heard; ${state}; its last ones are\n${last}`;
  };
  return {
    stop,
    latestMs: () => Math.max(...WAYS.map((way) => moments[way].at(-1) ?? 0)),
    written: () => WAYS.reduce((sum, way) => sum + moments[way].length, 0),
    more: async (writes) => {
      const enough = WAYS.map((way) => moments[way].length + writes);
      await until(`${writes} more writes in each way`, MORE_LIMIT_MS, () =>
        Promise.resolve(WAYS.every((way, at) => moments[way].length >= (enough[at] ?? 0))),
      );
    },
    longestGapMs: (sinceMs = -Infinity) =>
      Math.max(...WAYS.map((way) => longestGapMs(moments[way], sinceMs))),
    end: async () => {
      const leave = ['node', '-e', "process.kill(1, 'SIGTERM')"];
      for (const way of WAYS)
        kubectl('exec', '-n', namespace, RECORDERS, '-c', way, '--', ...leave);
      const unread = (): readonly Way[] =>
        WAYS.filter((way) => !heard[way].some((line) => 'found' in line));
      try {
        await until('the recorders have read what is there', END_LIMIT_MS, () =>
          Promise.resolve(unread().length === 0),
        );
      } catch (error) {
        throw new Error(`${String(error)}${unread().map(stateOf).join('')}`, { cause: error });
      }
      stop();
      return historyOf(heard);
    },
  };
}
