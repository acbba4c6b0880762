import { isNameIn, isRecord } from './given.ts';
import { isCount, isTerm, type Index, type Term } from './ids.ts';
import { invariant } from './invariant.ts';

/**
 * What an entry's bytes mean.
 *
 * - `noop`: none; a new leader commits one to learn what is committed (paper §5.4.2, §8).
 * - `command`: opaque to consensus; the replicated state applies it.
 * - `configuration`: an encoded {@link Configuration}, in force from the moment it is appended
 *   (dissertation §4.1).
 */
export type EntryKind = 'noop' | 'command' | 'configuration';

const KINDS = {
  noop: true,
  command: true,
  configuration: true,
} as const satisfies Record<EntryKind, true>;

/** One entry of the log. `data` is encoded once, by whoever proposed it, and never copied. */
export interface Entry {
  readonly index: Index;
  readonly term: Term;
  readonly kind: EntryKind;
  readonly data: Uint8Array;
}

/** What an entry costs beyond its data, in bytes: position, kind, length, checksum. */
export const ENTRY_OVERHEAD_BYTES = 32;

/** The bytes an entry counts for in every byte limit of the core. */
export const entryBytes = (entry: Entry): number => entry.data.length + ENTRY_OVERHEAD_BYTES;

/** Refuses what is no entry, whatever its type says. On the path of every append: without a list or a record. */
export function checkEntry(entry: Entry): void {
  const given: unknown = entry;
  if (!isRecord(given)) invariant(false, 'an entry is a record', { entry });
  const { index, term, kind } = entry;
  const data: unknown = entry.data;
  // Nearly all are commands: these are spared the look-up.
  const isKind = kind === 'command' || isNameIn(KINDS, kind);
  if (!isKind || !(data instanceof Uint8Array))
    invariant(false, 'an entry is of a kind that there is, and holds bytes', { index, kind });
  if (!isCount(index) || !isTerm(term))
    invariant(false, 'an entry stands at an index, and has a term', { index, kind, term });
}
