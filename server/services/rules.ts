/**
 * What requests must hold, with the texts of v0.4.11 (`wire-services.md`): the first field that
 * fails, in the order of declaration, is named in full.
 */
import type { Failure } from './answer.ts';
import { invalid } from './status-of.ts';

/** A rule of one field. */
export interface Rule<Request> {
  readonly field: keyof Request & string;
  /** Least length in Unicode code points. */
  readonly charactersMin: number;
}

/** What is wrong with a request, if anything. @param message its full name. */
export function checkRules<Request extends object>(
  message: string,
  rules: readonly Rule<Request>[],
  request: Request,
): Failure | undefined {
  for (const { field, charactersMin } of rules) {
    const value = request[field];
    if (typeof value === 'string' && countsAtLeast(value, charactersMin)) continue;
    return invalid(
      `"${message}.${field}": characters length must be greater than or equal to ${charactersMin}`,
    );
  }
  return undefined;
}

/** Whether a text has that many code points; a code point takes one or two units. */
const countsAtLeast = (text: string, count: number): boolean =>
  text.length >= count * 2 || Array.from(text).length >= count;
