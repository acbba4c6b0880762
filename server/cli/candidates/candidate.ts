/** What may go on alone when the quorum is lost for good: directories, and members that run. */
import type { LogEnd } from '../recommendation.ts';

/** Where a candidate is: a data directory without a process, or the peer address of a member. */
export interface Place {
  readonly kind: 'directory' | 'endpoint';
  /** As it was given. */
  readonly name: string;
}

/** A member of the configuration that a candidate knows. */
export interface Known {
  readonly id: number;
  readonly standing: 'voter' | 'learner' | 'leaving' | 'unknown';
  /** Empty while unknown: directories tell none. */
  readonly peerAddress: string;
}

/** A candidate with a log that could go on. */
export interface Usable {
  readonly kind: 'usable';
  readonly place: Place;
  readonly cluster: string;
  readonly member: number;
  /** UUID of the data directory. */
  readonly directory: string;
  readonly term: number;
  readonly last: LogEnd;
  /** How much of it was applied. */
  readonly applied: number;
  /** Whom it follows, or itself; 0 for nobody, as in directories. */
  readonly leader: number;
  readonly members: readonly Known[];
  /** While a change of the voters is on its way: the voters before it. Else empty. */
  readonly outgoing: readonly number[];
}

/** A place at which nothing was found that could go on. */
export interface Unusable {
  readonly kind: 'unusable';
  readonly place: Place;
  /** Why, for people. */
  readonly why: string;
  /** Somebody answered there, or a file was read. */
  readonly reached: boolean;
}

export type Candidate = Usable | Unusable;

/** Those that could go on. */
export const usableOf = (all: readonly Candidate[]): readonly Usable[] =>
  all.filter((each) => each.kind === 'usable');
