/**
 * Which of two logs is further when the quorum is lost for good, and the consent of a person to the
 * one that is recommended.
 */
import { CliError } from './cli-error.ts';

/** The end of a log. */
export interface LogEnd {
  readonly term: number;
  readonly index: number;
}

/** Sorts the log that is furthest to the front: the last term counts before the last index. */
export const furthestFirst = (one: LogEnd, other: LogEnd): number =>
  one.term === other.term ? other.index - one.index : other.term - one.term;

/** What a person types to say which member goes on, as it was shown: `member@term/index`. */
export const consentFor = (member: number, { term, index }: LogEnd): string =>
  `${member}@${term}/${index}`;

/** Throws CliError when something else was given than what is recommended now. */
export function requireConsent(given: string, wanted: string): void {
  if (given === wanted) return;
  throw new CliError(
    'refused',
    `--yes-make-new-cluster says ${given}, but what is recommended is ${wanted}. Nothing was changed: look again.`,
  );
}
