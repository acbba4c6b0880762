/** Entries, positions and configurations as tests write them. */
import { encodeConfiguration } from '../membership/configuration-codec.ts';
import type { Configuration, Member, Standing, TimingTrust } from '../membership/configuration.ts';
import type { Entry, EntryKind } from '../entry.ts';
import type { TermRun } from '../log/term-runs.ts';
import { toIndex, toMemberId, toTerm, type LogPosition, type MemberId } from '../ids.ts';

/** What a {@link cluster} looks like. */
export interface Membership {
  readonly voters?: readonly number[];
  readonly learners?: readonly number[];
  /** Members that go once the joint phase is over. */
  readonly leaving?: readonly number[];
  /** Voters so far; makes the configuration joint. */
  readonly outgoing?: readonly number[];
  /** By id; 0 otherwise. */
  readonly priorities?: Readonly<Record<number, number>>;
  readonly trust?: TimingTrust;
  /** One above the highest id otherwise. */
  readonly next?: number;
}

/** A configuration: the voters 1, 2 and 3 unless told; member n has the directory `dn`. */
export function cluster(membership: Membership = {}): Configuration {
  const { voters = [1, 2, 3], learners = [], leaving = [], outgoing = [] } = membership;
  const { priorities = {}, trust = 'earlyCampaign' } = membership;
  const as = (standing: Standing, ids: readonly number[]): readonly Member[] =>
    ids.map((id) => ({
      id: toMemberId(id),
      directory: `d${id}`,
      priority: priorities[id] ?? 0,
      standing,
    }));
  const members = [
    ...as('voter', voters),
    ...as('learner', learners),
    ...as('leaving', leaving),
  ].sort((a, b) => a.id - b.id);
  const nextMemberId = toMemberId(membership.next ?? (members.at(-1)?.id ?? 0) + 1);
  return { members, outgoing: outgoing as readonly MemberId[], nextMemberId, trust };
}

/** A position in a log. */
export const at = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

/** ASCII text as bytes. */
export const bytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Bytes as the ASCII text they came from. */
export const text = (data: Uint8Array): string => String.fromCharCode(...data);

const entry = (kind: EntryKind, index: number, term: number, data: Uint8Array): Entry => ({
  index: toIndex(index),
  term: toTerm(term),
  kind,
  data,
});

/** What a new leader begins its term with. */
export const noop = (index: number, term: number): Entry =>
  entry('noop', index, term, new Uint8Array(0));

/** A command of this text. */
export const command = (index: number, term: number, data = ''): Entry =>
  entry('command', index, term, bytes(data));

/** A configuration on its way through the log. */
export const configured = (index: number, term: number, configuration: Configuration): Entry =>
  entry('configuration', index, term, encodeConfiguration(configuration));

/** A log of empty commands: one entry for each of the terms, from `first` on. */
export const logOf = (terms: readonly number[], first = 1): readonly Entry[] =>
  terms.map((term, offset) => command(first + offset, term));

/** The terms of a log, as runs. */
export function runsOf(entries: readonly Entry[]): readonly TermRun[] {
  const runs: TermRun[] = [];
  for (const { index, term } of entries) {
    if (runs.at(-1)?.term !== term) runs.push({ first: index, term });
  }
  return runs;
}
