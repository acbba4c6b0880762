/**
 * Which of several logs goes on alone when the quorum is lost for good, and the consent of a person to
 * it: the same for processes that answer and for directories.
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

/** A log, and whose it is. */
export interface Owned {
  /** For people: a directory, or an endpoint. */
  readonly name: string;
  readonly cluster: string;
}

/**
 * Throws CliError when the logs are not all of one cluster: then they have nothing to do with each other.
 *
 * @param advice what to do instead.
 */
export function requireOneCluster(all: readonly Owned[], best: Owned, advice: string): void {
  const stranger = all.find(({ cluster }) => cluster !== best.cluster);
  if (stranger === undefined) return;
  throw new CliError(
    'refused',
    `${best.name} belongs to cluster ${best.cluster}, and ${stranger.name} to cluster ${stranger.cluster}. Nothing was changed; ${advice}.`,
  );
}
