import type { StoredLog } from '../../ports/log-store.ts';
import type { Index, LogPosition, Term } from '../../raft/ids.ts';

/** The term of the entry at `index` on disk, or of the base; undefined where there is none any more, or yet. */
export function storedTermAt({ base, terms, last }: StoredLog, index: Index): Term | undefined {
  if (index > last || index < base.index) return undefined;
  for (let at = terms.length - 1; at >= 0; at--) {
    const run = terms[at];
    if (run !== undefined && run.first <= index) return run.term;
  }
  return base.term;
}

/** Whether the disk has this entry; one below the base is in the state beside the log. */
export const holds = (log: StoredLog, { index, term }: LogPosition): boolean =>
  index < log.base.index || storedTermAt(log, index) === term;
