import type { Failure } from '../rpc/unary-handler.ts';

export type { Failure };

/** A value, or why there is none. */
export type Answer<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

export const accept = <Value>(value: Value): Answer<Value> => ({ ok: true, value });

export const fail = (failure: Failure): Answer<never> => ({ ok: false, failure });
