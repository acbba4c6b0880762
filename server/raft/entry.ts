import type { Index, Term } from './ids.ts';

/**
 * What an entry's bytes mean.
 *
 * - `noop`: none; a new leader commits one to learn what is committed (paper §5.4.2, §8).
 * - `command`: opaque to consensus; the replicated state applies it.
 * - `configuration`: an encoded {@link Configuration}, in force from the moment it is appended
 *   (dissertation §4.1).
 */
export type EntryKind = 'noop' | 'command' | 'configuration';

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
