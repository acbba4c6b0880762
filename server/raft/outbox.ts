import type { Effect, RoleChanged } from './effect.ts';
import type { Index } from './ids.ts';
import type { Message } from './message.ts';

/** What one step has asked for so far, and which persists are still to be completed. */
export interface Outbox {
  effects: Effect[] | undefined;
  hardStateChanged: boolean;
  /** First entry appended in this step. */
  unsavedFrom: Index | undefined;
  thenSend: Message[] | undefined;
  /** Of the last persist. */
  sequence: number;
  /** Persists not completed yet, oldest first. */
  readonly outstanding: { readonly sequence: number; readonly sinceMs: number }[];
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
  outstanding: [],
  announced: undefined,
});
