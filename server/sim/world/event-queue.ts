/**
 * What is going to happen, by virtual time, and among equals in the order it was asked for. Time
 * passes only here: from one event to the next.
 */
import { invariant } from '../../raft/invariant.ts';

/** One thing to do. */
export type Task = () => void;

interface Event {
  readonly atUs: number;
  readonly sequence: number;
  readonly task: Task;
}

export interface EventQueue {
  /** Virtual time since the run began, in microseconds. */
  nowUs: number;
  /** Counts the events taken. */
  taken: number;
  /** Of the event asked for last. */
  sequence: number;
  /** A binary heap, the next event first. */
  readonly heap: Event[];
  /** To do at `nowUs`, after the event being handled, before any other. */
  readonly soon: Task[];
  soonAt: number;
}

/** A queue without events, at virtual time 0. */
export const createEventQueue = (): EventQueue => ({
  nowUs: 0,
  taken: 0,
  sequence: 0,
  heap: [],
  soon: [],
  soonAt: 0,
});

/** Does `task` in `delayUs` from now, rounded to a whole microsecond; never before now. */
export function schedule(queue: EventQueue, delayUs: number, task: Task): void {
  const atUs = queue.nowUs + Math.max(0, Math.round(delayUs));
  invariant(Number.isSafeInteger(atUs), 'an event has a time', { delayUs });
  queue.sequence += 1;
  push(queue.heap, { atUs, sequence: queue.sequence, task });
}

/** Does `task` at the same virtual time, after the event being handled. */
export function scheduleSoon(queue: EventQueue, task: Task): void {
  queue.soon.push(task);
}

/** Takes events until there are none, or the next lies behind `untilUs`, or `done` says so. */
export function runUntil(queue: EventQueue, untilUs: number, done: () => boolean): void {
  while (!done()) {
    const task = takeSoon(queue) ?? takeNext(queue, untilUs);
    if (task === undefined) return;
    queue.taken += 1;
    task();
  }
}

function takeSoon(queue: EventQueue): Task | undefined {
  const task = queue.soon[queue.soonAt];
  if (task === undefined) {
    if (queue.soonAt > 0) {
      queue.soon.length = 0;
      queue.soonAt = 0;
    }
    return undefined;
  }
  queue.soonAt += 1;
  return task;
}

function takeNext(queue: EventQueue, untilUs: number): Task | undefined {
  const next = queue.heap[0];
  if (next === undefined || next.atUs > untilUs) return undefined;
  pop(queue.heap);
  queue.nowUs = next.atUs;
  return next.task;
}

const isBefore = (a: Event, b: Event): boolean =>
  a.atUs < b.atUs || (a.atUs === b.atUs && a.sequence < b.sequence);

function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !isBefore(event, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    let child = heap[down];
    if (child === undefined) break;
    const right = heap[down + 1];
    if (right !== undefined && isBefore(right, child)) {
      child = right;
      down += 1;
    }
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = last;
}
