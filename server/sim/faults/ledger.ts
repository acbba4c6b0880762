/**
 * What is true of the cluster as a whole, as no member knows it: gathered from all of them, so that
 * the injector stays within what consensus can promise, and the operator's replacements are fair.
 */
import type { Configuration } from '../../raft/membership/configuration.ts';
import { decodeConfiguration } from '../../raft/membership/configuration-codec.ts';
import type { Effect } from '../../raft/effect.ts';
import type { Entry } from '../../raft/entry.ts';
import type { Index, LogPosition, MemberId, Term } from '../../raft/ids.ts';
import type { PlacedConfiguration, Raft } from '../../raft/raft.ts';

export interface Ledger {
  /** The term of every committed entry, by index. */
  readonly committedTerms: Term[];
  /** The configuration committed last, as far as any member knew. */
  committed: PlacedConfiguration | undefined;
  /** Configurations seen at an index behind `committed`: each may still be committed, or be lost. */
  pending: PlacedConfiguration[];
  /** Per directory, the configurations its core keeps: the last it knows as committed, and those behind. */
  readonly kept: Map<string, readonly PlacedConfiguration[]>;
  /** Directory of every member that any configuration ever named. */
  readonly directories: Map<MemberId, string>;
  /** Directories that were members of a committed configuration at any time. */
  readonly joined: Set<string>;
  /** Older copies put back, and where their logs ended before: lost until they hold that again. */
  readonly regressed: Map<string, LogPosition>;
  /** Members a leader has raised the alarm about. */
  readonly alarmed: Set<MemberId>;
  /** When some core last gave up a configuration with trust `lease`. */
  leaseSeenMs: number;
}

/** Nothing is committed, and nobody has anything. */
export const createLedger = (): Ledger => ({
  committedTerms: [],
  committed: undefined,
  pending: [],
  kept: new Map(),
  directories: new Map(),
  joined: new Set(),
  regressed: new Map(),
  alarmed: new Set(),
  leaseSeenMs: -Infinity,
});

/** Takes in a step of the core on `directory`. */
export function recordStep(
  ledger: Ledger,
  directory: string,
  effects: readonly Effect[],
  raft: Raft,
  atMs: number,
): void {
  for (const effect of effects) {
    if (effect.kind === 'commit') {
      for (const entry of effect.entries) recordCommitted(ledger, entry);
    } else if (effect.kind === 'alarm') {
      ledger.alarmed.add(effect.member);
    }
  }
  recordConfigurations(ledger, directory, raft, atMs);
}

function recordCommitted(ledger: Ledger, { index, term, kind, data }: Entry): void {
  if (ledger.committedTerms[index] === term) return;
  ledger.committedTerms[index] = term;
  if (kind !== 'configuration') return;
  for (const { directory } of decodeConfiguration(data).members) ledger.joined.add(directory);
}

/** Forgets what the core on `directory` kept: there is nothing there any more. */
export function forgetDirectory(ledger: Ledger, directory: string): void {
  ledger.kept.delete(directory);
  ledger.regressed.delete(directory);
}

/** An older copy was put back on `directory`: what it held up to `position` is forgotten. */
export function forget({ regressed }: Ledger, directory: string, position: LogPosition): void {
  const before = regressed.get(directory);
  if (before === undefined || before.index < position.index) regressed.set(directory, position);
}

/** Whether an entry is committed. */
export const isCommitted = (ledger: Ledger, { index, term }: LogPosition): boolean =>
  index === 0 || ledger.committedTerms[index] === term;

/** Every configuration that may decide something from now on: the committed one, and what may follow. */
export const possibleConfigurations = (ledger: Ledger): readonly Configuration[] =>
  [...(ledger.committed === undefined ? [] : [ledger.committed]), ...ledger.pending].map(
    ({ configuration }) => configuration,
  );

/** Whether leases are trusted in any of these. */
export const trustsLeases = (placed: readonly PlacedConfiguration[]): boolean =>
  placed.some(({ configuration }) => configuration.trust === 'lease');

function recordConfigurations(
  ledger: Ledger,
  directory: string,
  { configurations }: Raft,
  atMs: number,
): void {
  const before = ledger.kept.get(directory);
  const oldest = configurations[0];
  if (
    before?.length === configurations.length &&
    before[0] === oldest &&
    before.at(-1) === configurations.at(-1)
  ) {
    return;
  }
  if (before !== undefined && trustsLeases(before)) ledger.leaseSeenMs = atMs;
  ledger.kept.set(directory, [...configurations]);
  for (const placed of configurations) {
    if (placed.index <= committedIndex(ledger)) continue;
    addPending(ledger, placed);
    nameDirectories(ledger, placed);
  }
  if (ledger.committed === undefined || oldest.index > committedIndex(ledger)) {
    ledger.committed = oldest;
    nameDirectories(ledger, oldest);
    ledger.pending = ledger.pending.filter(({ index }) => index > oldest.index);
  }
}

/** An id may go to another directory if the change that gave it away first was never committed. */
function nameDirectories(ledger: Ledger, { configuration }: PlacedConfiguration): void {
  for (const { id, directory } of configuration.members) ledger.directories.set(id, directory);
}

const committedIndex = (ledger: Ledger): Index => ledger.committed?.index ?? (0 as Index);

function addPending(ledger: Ledger, placed: PlacedConfiguration): void {
  const known = ledger.pending.some(
    ({ index, configuration }) =>
      index === placed.index &&
      (configuration === placed.configuration ||
        JSON.stringify(configuration) === JSON.stringify(placed.configuration)),
  );
  if (!known) ledger.pending.push(placed);
}
