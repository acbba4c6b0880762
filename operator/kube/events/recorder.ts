/**
 * Events for people, on the object that they tell of (events.k8s.io/v1). The same one again counts up
 * in a series; nothing waits for them, and in a storm they are dropped.
 */
import type { Resource } from '../api.ts';
import type { Connection } from '../client/connection.ts';
import { pathOf } from '../client/path.ts';
import { microTime } from '../lease/lease-object.ts';

/** The object that an event tells of. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface Told {
  readonly regarding: Regarding;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase: why. */
  readonly reason: string;
  /** CamelCase: what was done. */
  readonly action: string;
  readonly note: string;
}

export interface EventRecorder {
  /** Never throws, never waits. */
  tell(told: Told): void;
  /** Resolves when all that was told is written, or given up. */
  drained(): Promise<void>;
}

export interface RecorderSetup {
  readonly connection: Connection;
  /** Who tells: a name with a domain. */
  readonly controller: string;
  readonly instance: string;
  /** Monotonic, in ms. */
  readonly nowMs: () => number;
  readonly dropped: (why: string) => void;
}

const EVENTS: Resource = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};
const CALL_MS = 5_000;
const WAITING_MAX = 200;
const SERIES_MAX = 1_000;
/** After so long without, it is another event. */
const SERIES_MS = 6 * 60_000;
const NOTE_MAX = 1_000;

interface Series {
  readonly name: string;
  count: number;
  lastMs: number;
}

export function createRecorder({
  connection,
  controller,
  instance,
  nowMs,
  dropped,
}: RecorderSetup): EventRecorder {
  const waiting: Told[] = [];
  const series = new Map<string, Series>();
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    for (let told = waiting.shift(); told !== undefined; told = waiting.shift()) {
      try {
        await write(told);
      } catch (error) {
        dropped(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async function write(told: Told): Promise<void> {
    const { regarding, note, ...rest } = told;
    const key = JSON.stringify([regarding.uid, note, rest]);
    const known = series.get(key);
    series.delete(key);
    const { namespace } = regarding;
    if (known !== undefined && nowMs() - known.lastMs < SERIES_MS) {
      await connection.call(
        {
          method: 'PATCH',
          path: pathOf(EVENTS, { namespace, name: known.name }),
          contentType: 'application/merge-patch+json',
          body: { series: { count: known.count + 1, lastObservedTime: microTime() } },
        },
        CALL_MS,
      );
      series.set(key, { ...known, count: known.count + 1, lastMs: nowMs() });
      return;
    }
    const suffix = `${Date.now().toString(16)}${Math.floor(Math.random() * 2 ** 24).toString(16)}`;
    const name = `${regarding.name}.${suffix}`;
    const body = {
      ...{ apiVersion: EVENTS.apiVersion, kind: EVENTS.kind, metadata: { namespace, name } },
      ...rest,
      note: note.slice(0, NOTE_MAX),
      regarding,
      eventTime: microTime(),
      reportingController: controller,
      reportingInstance: instance,
    };
    await connection.call({ method: 'POST', path: pathOf(EVENTS, { namespace }), body }, CALL_MS);
    series.set(key, { name, count: 1, lastMs: nowMs() });
    const [oldest] = series.keys();
    if (series.size > SERIES_MAX && oldest !== undefined) series.delete(oldest);
  }

  return {
    tell: (told) => {
      if (waiting.length >= WAITING_MAX) {
        dropped('too many at once');
        return;
      }
      waiting.push(told);
      writing ??= writeAll().finally(() => (writing = undefined));
    },
    drained: async () => {
      while (writing !== undefined) await writing;
    },
  };
}
