import type { Effect, RoleChanged } from './effect.ts';
import type { Index } from './ids.ts';
import type { Message } from './message.ts';

/** A persist that is not completed yet. */
interface Write {
  readonly sequence: number;
  readonly sinceMs: number;
  next: Write | undefined;
}

/** What one step has asked for so far, and which persists are still to be completed. */
export interface Outbox {
  effects: Effect[] | undefined;
  hardStateChanged: boolean;
  /** First entry appended in this step. */
  unsavedFrom: Index | undefined;
  thenSend: Message[] | undefined;
  /** Of the last persist. */
  sequence: number;
  /** The oldest persist not completed yet; linked, because a list that becomes empty in each step is made anew in each. */
  oldest: Write | undefined;
  newest: Write | undefined;
  /** What the world was last told. */
  announced: RoleChanged | undefined;
}

/** Nothing asked for, nothing outstanding, and nothing announced: the first step tells the role. */
export const createOutbox = (): Outbox => ({
  effects: undefined,
  hardStateChanged: false,
  unsavedFrom: undefined,
  thenSend: undefined,
  sequence: 0,
  oldest: undefined,
  newest: undefined,
  announced: undefined,
});

/** Numbers the persist that leaves now. */
export function beginWrite(outbox: Outbox, nowMs: number): void {
  outbox.sequence++;
  const write: Write = { sequence: outbox.sequence, sinceMs: nowMs, next: undefined };
  if (outbox.newest === undefined) outbox.oldest = write;
  else outbox.newest.next = write;
  outbox.newest = write;
}

/** Persists complete in order: this one, and with it all before it. */
export function endWrites(outbox: Outbox, sequence: number): void {
  while (outbox.oldest !== undefined && outbox.oldest.sequence <= sequence)
    outbox.oldest = outbox.oldest.next;
  if (outbox.oldest === undefined) outbox.newest = undefined;
}
