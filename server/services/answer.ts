import type { status } from '@grpc/grpc-js';

/** What a call is answered instead of a reply. */
export interface Failure {
  readonly code: status;
  /** For people: what happened, what to do. Clients of v0.4.11 search it for words. */
  readonly details: string;
}

/** A value, or why there is none. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

export const accept = <Value>(value: Value): Answer<Value> => ({ ok: true, value });

export const fail = (failure: Failure): Answer<never> => ({ ok: false, failure });
