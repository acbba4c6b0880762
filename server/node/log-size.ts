import { entryBytes } from '../raft/entry.ts';
import type { LogMark } from '../ports/log-store.ts';
import type { Entry } from '../raft/entry.ts';
import type { Index } from '../raft/ids.ts';
import type { Opened } from './opening.ts';

/**
 * How many bytes of the log lie before an index, to within a granule: sums are noted at marks, not
 * at every entry, and a question is answered from the mark at or before it.
 */
export interface LogSize {
  /** Entries were appended; they replace those at and behind the first of them. */
  append(entries: readonly Entry[]): void;
  /** Entries through `index` are gone. */
  compact(index: Index): void;
  /** The log is empty and begins behind `base`. */
  reset(base: Index): void;
  /** Bytes of all entries. */
  total(): number;
  /** Bytes of the entries after the base and through `index`, at most a granule too few. */
  through(index: Index): number;
  /** The highest mark with at least `bytes` in the entries behind it and through `end`; the base if none. */
  leaving(bytes: number, end: Index): Index;
}

type OpenedLog = Pick<Opened, 'log' | 'logBytes' | 'logMarks' | 'state' | 'entries'>;

/** The size of the log that was opened; before the state only what the store noted is known. */
export function createLogSize(
  { log, logBytes, logMarks, state, entries }: OpenedLog,
  granuleBytes: number,
): LogSize {
  /** Ascending; the first is the base, the last the end of the log. Bytes count since some moment. */
  let marks: [LogMark, ...LogMark[]] = [{ through: log.base.index, bytes: 0 }];
  if (state.index > log.base.index) {
    const behind = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
    marks.push(...logMarks.filter(({ through }) => through < state.index));
    marks.push({ through: state.index, bytes: logBytes - behind });
  }
  const last = (): LogMark => marks.at(-1) ?? marks[0];

  function add(entry: Entry): void {
    const end = last();
    const before = marks.at(-2) ?? marks[0];
    const mark = { through: entry.index, bytes: end.bytes + entryBytes(entry) };
    // The end moves on until it is a granule away from the mark before it.
    if (marks.length > 1 && end.bytes - before.bytes < granuleBytes) marks.pop();
    marks.push(mark);
  }

  for (const entry of entries) add(entry);

  return {
    append: (entries) => {
      const first = entries[0];
      if (first === undefined) return;
      while (marks.length > 1 && last().through >= first.index) marks.pop();
      for (const entry of entries) add(entry);
    },
    compact: (index) => {
      if (index <= marks[0].through) return;
      const kept = marks.filter((mark) => mark.through > index);
      const gone = marks.filter((mark) => mark.through <= index).at(-1) ?? marks[0];
      marks = [{ through: index, bytes: gone.bytes }, ...kept];
    },
    reset: (begin) => {
      marks = [{ through: begin, bytes: 0 }];
    },
    total: () => last().bytes - marks[0].bytes,
    through: (index) => {
      const mark = marks.findLast(({ through }) => through <= index) ?? marks[0];
      return mark.bytes - marks[0].bytes;
    },
    leaving: (bytesMin, end) => {
      const whole = marks.findLast(({ through }) => through <= end) ?? marks[0];
      const mark = marks.findLast((candidate) => whole.bytes - candidate.bytes >= bytesMin);
      return (mark ?? marks[0]).through;
    },
  };
}
