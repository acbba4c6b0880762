/**
 * Holds requests to their rules, with the texts of v0.4.11 (`wire-services.md`): the first field that
 * fails, in the order of declaration, is named in full.
 */
import type { Failure } from './answer.ts';
import { REQUEST_RULES } from './request-rules.ts';
import type { FieldRule } from './request-rules.ts';
import { invalid } from './status-of.ts';

/** What is wrong with a request, if anything. @param message its full name. */
export function checkRules(message: string, request: object): Failure | undefined {
  const problem = problemOf(message, request);
  return problem === undefined ? undefined : invalid(problem);
}

function problemOf(message: string, request: object): string | undefined {
  const fields = new Map<string, unknown>(Object.entries(request));
  for (const [field, rule] of Object.entries(REQUEST_RULES[message] ?? {})) {
    const name = `${message}.${field}`;
    const problem = fieldProblem(name, rule, fields.get(propertyOf(field)));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(name: string, rule: FieldRule, value: unknown): string | undefined {
  if (typeof rule === 'object') return listProblem(name, rule.each, value);
  switch (rule) {
    case 'filled':
      return isFilled(value) ? undefined : `"${name}": ${EMPTY(value)}`;
    case 'positive':
      return isMoreThan(value, 0) ? undefined : `"${name}": must be greater than 0`;
    case 'atLeastOne':
      return isMoreThan(value, 0) ? undefined : `"${name}": must be greater than or equal to 1`;
  }
}

function listProblem(name: string, item: string, value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return `"${name}": ${EMPTY([])}`;
  for (const [index, each] of value.entries()) {
    const problem = problemOf(item, each as object);
    if (problem !== undefined) return `"${name}[${index}]": ${problem}`;
  }
  return undefined;
}

const isFilled = (value: unknown): boolean =>
  (typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value)) &&
  value.length > 0;

const isMoreThan = (value: unknown, bound: number): boolean =>
  (typeof value === 'number' || typeof value === 'bigint') && value > bound;

/** What is said of one that is empty. */
const EMPTY = (value: unknown): string =>
  value instanceof Uint8Array
    ? 'bytes length must be greater than or equal to 1'
    : Array.isArray(value)
      ? 'must have at least 1 items'
      : 'characters length must be greater than or equal to 1';

/** As generated code names a field. */
const propertyOf = (field: string): string =>
  field.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
