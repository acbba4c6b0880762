/**
 * One key of the clients' map as a sequential object: what an operation needs to find, and what it
 * leaves behind. The value of an absent key is ''.
 */
import type { Operation, OperationResult } from '../clients/operation.ts';

/** A write whose outcome may be unknown; a get changes nothing and is none. */
export type Write = Exclude<Operation, { readonly kind: 'get' }>;

/** The values an operation with a known result can have met. */
export type Need =
  | { readonly kind: 'any' }
  | { readonly kind: 'exactly'; readonly value: string }
  | { readonly kind: 'anythingBut'; readonly value: string }
  /** No sequential execution gives this result. */
  | { readonly kind: 'impossible' };

/** What must have stood there for `operation` to have had `result`. */
export function needOf(operation: Operation, result: OperationResult): Need {
  switch (operation.kind) {
    case 'put':
      return { kind: 'any' };
    case 'get':
      return typeof result === 'string'
        ? { kind: 'exactly', value: result }
        : { kind: 'impossible' };
    case 'append':
      return typeof result === 'string' && result.endsWith(operation.token)
        ? { kind: 'exactly', value: result.slice(0, result.length - operation.token.length) }
        : { kind: 'impossible' };
    case 'compareAndSwap':
      if (typeof result !== 'boolean') return { kind: 'impossible' };
      return { kind: result ? 'exactly' : 'anythingBut', value: operation.from };
  }
}

/** Whether `value` is one of those needed. */
export function meets(need: Need, value: string): boolean {
  switch (need.kind) {
    case 'any':
      return true;
    case 'exactly':
      return need.value === value;
    case 'anythingBut':
      return need.value !== value;
    case 'impossible':
      return false;
  }
}

/** The value after `operation` on `value`. */
export function after(operation: Operation, value: string): string {
  switch (operation.kind) {
    case 'get':
      return value;
    case 'put':
      return operation.value;
    case 'append':
      return value + operation.token;
    case 'compareAndSwap':
      return value === operation.from ? operation.to : value;
  }
}
