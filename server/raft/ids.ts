/**
 * Terms, indexes and member ids: three kinds of counting number that must never be mixed.
 *
 * All are safe integers. The brand exists for the compiler only; at run time they are plain numbers.
 */
import { invariant } from './invariant.ts';

declare const brand: unique symbol;

/** A Raft term (paper §5.1). 0 before the first election. */
export type Term = number & { readonly [brand]: 'Term' };
/** A position in the log, counting from 1. 0 is the position before the first entry. */
export type Index = number & { readonly [brand]: 'Index' };
/** The identity of a member: allocated by the cluster, counting from 1, never reused. */
export type MemberId = number & { readonly [brand]: 'MemberId' };

/** An index together with the term of the entry there: enough to compare two logs (paper §5.3). */
export interface LogPosition {
  readonly index: Index;
  readonly term: Term;
}

/** Checks that `value` is a term: a non-negative safe integer. */
export const toTerm = (value: number): Term => counting(value, 'term') as Term;

/** Checks that `value` is an index: a non-negative safe integer. */
export const toIndex = (value: number): Index => counting(value, 'index') as Index;

/** Checks that `value` is a member id: a non-negative safe integer. */
export const toMemberId = (value: number): MemberId => counting(value, 'member id') as MemberId;

/** `index + by`, still an index. `by` may be negative; the result may not. */
export const advance = (index: Index, by = 1): Index => (index + by) as Index;

/** The position before the first entry of every log. */
export const ORIGIN: LogPosition = { index: 0 as Index, term: 0 as Term };

/** Whether a log that ends at `a` is at least as up to date as one that ends at `b` (paper §5.4.1). */
export const isUpToDate = (a: LogPosition, b: LogPosition): boolean =>
  a.term > b.term || (a.term === b.term && a.index >= b.index);

function counting(value: number, what: string): number {
  invariant(Number.isSafeInteger(value) && value >= 0, `a ${what} is a counting number`, { value });
  return value;
}
