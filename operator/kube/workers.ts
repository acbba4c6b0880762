/** Works on keys as the work queue says: so many at once, each key once at a time. */
import { afterEvent, EMPTY_QUEUE, nextDueMs, nextKey } from './work-queue.ts';
import type { Backoff, QueueEvent } from './work-queue.ts';

/** What came of work on a key. One that fails is to reject. */
export type Worked =
  /** To be looked at again after so long, if nothing happens before. */
  | { readonly kind: 'again'; readonly againMs: number }
  /** There is nothing of this name. */
  | { readonly kind: 'gone' };

/** Hears what the queue does, for whoever counts. */
export interface QueueMeter {
  /** So many keys may be in work at once. */
  workers(count: number): void;
  added(): void;
  /** After it was due for so long. What is returned is called when its work ends, well or not. */
  taken(dueForMs: number): () => void;
  retried(): void;
  depth(keys: number): void;
}

export interface WorkersSetup {
  readonly workers: number;
  readonly backoff: Backoff;
  /** Monotonic, in ms. */
  readonly nowMs: () => number;
  /** Rejects when it failed; the key is tried again, later each time. */
  readonly work: (key: string) => Promise<Worked>;
  readonly meter: QueueMeter;
}

export interface Workers {
  /** Something about this key has changed. */
  changed(key: string): void;
  /** From now on keys are worked on. */
  start(): void;
  /** Takes no more; resolves when what is in work is finished. */
  stop(): Promise<void>;
}

/** Changes are taken in at once, and waited for until `start`. */
export function createWorkers({ workers, backoff, nowMs, work, meter }: WorkersSetup): Workers {
  let queue = EMPTY_QUEUE;
  let running = false;
  const inWork = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  meter.workers(workers);

  function note(event: QueueEvent): void {
    queue = afterEvent(queue, event, backoff);
    const atMs = nowMs();
    let due = 0;
    for (const { state, dueMs } of queue.values()) {
      if (state === 'waiting' && dueMs <= atMs) due += 1;
    }
    meter.depth(due);
  }

  function pump(): void {
    clearTimeout(timer);
    while (running && inWork.size < workers) {
      const key = nextKey(queue, nowMs());
      if (key === undefined) break;
      take(key);
    }
    const dueMs = running && inWork.size < workers ? nextDueMs(queue) : undefined;
    if (dueMs !== undefined) timer = setTimeout(pump, Math.max(0, dueMs - nowMs()));
  }

  function take(key: string): void {
    const ended = meter.taken(nowMs() - (queue.get(key)?.dueMs ?? nowMs()));
    note({ type: 'taken', key });
    const done = workOn(key).finally(() => {
      ended();
      inWork.delete(done);
      pump();
    });
    inWork.add(done);
  }

  async function workOn(key: string): Promise<void> {
    try {
      const worked = await work(key);
      const again = worked.kind === 'again' ? { againMs: worked.againMs } : {};
      note({ type: 'done', key, atMs: nowMs(), ...again });
    } catch {
      meter.retried();
      note({ type: 'failed', key, atMs: nowMs() });
    }
  }

  return {
    changed: (key) => {
      meter.added();
      note({ type: 'changed', key, atMs: nowMs() });
      pump();
    },
    start: () => {
      running = true;
      pump();
    },
    stop: async () => {
      running = false;
      clearTimeout(timer);
      await Promise.all(inWork);
    },
  };
}
