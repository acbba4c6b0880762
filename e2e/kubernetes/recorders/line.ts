/** What a recorder says, a line each, as JSON. Times are µs of the machine's monotonic clock. */

/** Its clients reach the members by their own addresses, as brokers do, or by the client Service. */
export const WAYS = ['members', 'service'] as const;

export type Way = (typeof WAYS)[number];

/**
 * `once`: a write of a key that nobody else writes. `put` and `get` are of keys that all clients use;
 * their value is unique, or empty when there is none.
 */
export type Call =
  | { readonly kind: 'once'; readonly key: string; readonly value: string }
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'get'; readonly key: string };

/**
 * A write that was not acknowledged may have been carried out, or still be. So may each attempt of one
 * that was made several times, whatever became of the last: the members cannot know them for one.
 */
export type Outcome = { readonly attempts?: number } & (
  { readonly ok: true; readonly value?: string } | { readonly ok: false; readonly why: string }
);

export type Line =
  | { readonly at: number; readonly id: number; readonly client: number; readonly call: Call }
  | { readonly at: number; readonly id: number; readonly outcome: Outcome }
  /** The last line: all values under keys of `once`, whoever wrote them, by a read that began at `asked`. */
  | { readonly at: number; readonly asked: number; readonly found: readonly string[] };
