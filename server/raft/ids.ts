/**
 * Terms, indexes and member ids: three kinds of counting number that must never be mixed.
 *
 * All are safe integers. The brand exists for the compiler only; at run time they are plain numbers.
 */
import { invariant } from './invariant.ts';

declare const brand: unique symbol;

/** A Raft term (paper §5.1). 0 before the first election, never above {@link TERM_MAX}. */
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

/**
 * The last term. A thousand elections in every second reach it after nine thousand years: a higher
 * one is garbage, and adopting it would leave a cluster without a term to elect a leader in.
 */
export const TERM_MAX = 2 ** 48;

/** Whether `value` is a count: a non-negative safe integer. Every index is one. */
export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Whether `value` is a term: a count up to {@link TERM_MAX}. */
export const isTerm = (value: number): boolean => isCount(value) && value <= TERM_MAX;

/** Whether `value` is a member id: a positive safe integer. */
export const isMemberId = (value: number): boolean => isCount(value) && value > 0;

/** Checks that `value` counts, as a term does; that it is one that can be, the core checks. */
export function toTerm(value: number): Term {
  invariant(isCount(value), 'a term is a counting number', { value });
  return value as Term;
}

/** Checks that `value` is an index: a non-negative safe integer. */
export function toIndex(value: number): Index {
  invariant(isCount(value), 'an index is a counting number', { value });
  return value as Index;
}

/** Checks that `value` is a member id; see {@link isMemberId}. */
export function toMemberId(value: number): MemberId {
  invariant(isMemberId(value), 'a member id is a positive safe integer', { value });
  return value as MemberId;
}

/**
 * The term after `term`.
 *
 * @throws InvariantError at the last one: better the one that would ask for it than all it would ask.
 */
export function nextTerm(term: Term): Term {
  invariant(term < TERM_MAX, 'there is a term behind this one', { term });
  return (term + 1) as Term;
}

/** `index + by`, still an index. `by` may be negative; the result may not. */
export const advance = (index: Index, by = 1): Index => (index + by) as Index;

/** The position before the first entry of every log. */
export const ORIGIN: LogPosition = { index: 0 as Index, term: 0 as Term };

/** Whether a log that ends at `a` is at least as up to date as one that ends at `b` (paper §5.4.1). */
export const isUpToDate = (a: LogPosition, b: LogPosition): boolean =>
  a.term > b.term || (a.term === b.term && a.index >= b.index);
