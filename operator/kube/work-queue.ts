/** Which object is worked on when: a pure queue, each key at most once in work, with a backoff of its own. */

/** What the queue knows of a key. One that it knows nothing of has nothing to do and did not fail. */
interface Item {
  readonly state: 'waiting' | 'working' | 'working, again';
  /** Not taken before this, in milliseconds of the caller's clock. */
  readonly dueMs: number;
  /** In a row. */
  readonly failures: number;
}

/** Keys in the order in which they came to wait. */
export type WorkQueue = ReadonlyMap<string, Item>;

/** What happens to the queue; `atMs` is a reading of one monotonic clock. */
export type QueueEvent =
  /** Something about the key changed. A failed key still waits out its backoff: a storm of changes is no way round it. */
  | { readonly type: 'changed'; readonly key: string; readonly atMs: number }
  | { readonly type: 'taken'; readonly key: string }
  /** It went well; with `againMs`, it is due once more after that long. */
  | {
      readonly type: 'done';
      readonly key: string;
      readonly atMs: number;
      readonly againMs?: number;
    }
  | { readonly type: 'failed'; readonly key: string; readonly atMs: number }
  /** The object is gone: its failures are forgotten. */
  | { readonly type: 'forgotten'; readonly key: string };

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const EMPTY_QUEUE: WorkQueue = new Map();

/** The queue after the event. An event that does not fit, such as `done` for a key not in work, changes nothing. */
export function afterEvent(queue: WorkQueue, event: QueueEvent, backoff: Backoff): WorkQueue {
  const item = queue.get(event.key);
  const next = itemAfter(item, event, backoff);
  if (next === item) return queue;
  const items = new Map(queue);
  // A key that comes to wait goes to the end, so that a busy one cannot keep others from their turn.
  if (item?.state !== next?.state) items.delete(event.key);
  if (next !== undefined) items.set(event.key, next);
  return items;
}

/** The key to take next: of those that are due, the one that waits for longest. */
export function nextKey(queue: WorkQueue, atMs: number): string | undefined {
  for (const [key, item] of queue) {
    if (item.state === 'waiting' && item.dueMs <= atMs) return key;
  }
  return undefined;
}

/** When to look next, should nothing happen before; undefined when nothing waits. */
export function nextDueMs(queue: WorkQueue): number | undefined {
  let earliest: number | undefined;
  for (const { state, dueMs } of queue.values()) {
    if (state === 'waiting') earliest = Math.min(earliest ?? dueMs, dueMs);
  }
  return earliest;
}

function itemAfter(item: Item | undefined, event: QueueEvent, backoff: Backoff): Item | undefined {
  const working = item?.state === 'working' || item?.state === 'working, again';
  switch (event.type) {
    case 'changed':
      return changed(item, event.atMs);
    case 'taken':
      return item?.state === 'waiting' ? { ...item, state: 'working' } : item;
    case 'done':
      if (!working) return item;
      if (item.state === 'working, again') {
        return { state: 'waiting', dueMs: event.atMs, failures: 0 };
      }
      if (event.againMs === undefined) return undefined;
      return { state: 'waiting', dueMs: event.atMs + event.againMs, failures: 0 };
    case 'failed':
      if (!working) return item;
      return {
        state: 'waiting',
        dueMs: event.atMs + delayMs(item.failures, backoff),
        failures: item.failures + 1,
      };
    case 'forgotten':
      // While it is worked on, a second worker must not get it.
      return working ? { ...item, failures: 0 } : undefined;
  }
}

function changed(item: Item | undefined, atMs: number): Item {
  if (item === undefined) return { state: 'waiting', dueMs: atMs, failures: 0 };
  if (item.state === 'working') return { ...item, state: 'working, again' };
  if (item.state !== 'waiting' || item.failures > 0 || item.dueMs <= atMs) return item;
  return { ...item, dueMs: atMs };
}

function delayMs(failures: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(firstMs * 2 ** failures, longestMs);
}
