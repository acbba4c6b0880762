import type { LogStore, StoredLog } from '../../ports/log-store.ts';
import type { Entry } from '../../raft/entry.ts';
import { advance } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import { append, compactTo, reset, truncateFrom } from '../../raft/log/term-runs.ts';
import type { TermRuns } from '../../raft/log/term-runs.ts';
import { createGate } from './gate.ts';
import { openLevel, writeSynced } from './level.ts';
import type { Level, LevelOptions } from './level.ts';
import {
  appendChange,
  compactChange,
  deleteChange,
  endResetChange,
  resetChange,
} from './log-changes.ts';
import type { LogChange, LogStanding } from './log-changes.ts';
import { readEntries } from './log-read.ts';
import { scanLog } from './log-scan.ts';

/** Most records that one batch deletes, where nothing else may happen until all are deleted. */
const DELETES_MAX = 4_096;

/** An open log. */
interface Log {
  readonly level: Level;
  readonly terms: TermRuns;
  standing: LogStanding;
  /** Through here no write that runs changes anything. */
  settled: Index;
}

/**
 * The log store in the directory `path`. Layout of the database: `log-keys.ts`, `entry-record.ts`,
 * `log-header.ts`. Opening reads every record; nothing but what an interrupted compaction or reset
 * left is ever deleted by it.
 */
export function createLevelLogStore(path: string, options: LevelOptions): LogStore {
  const gate = createGate(path);
  let log: Log | undefined;
  /** Undefined when the gate refuses the call that asks. */
  const usable = (): Log | undefined => (gate.isOpen() ? log : undefined);

  async function shut(): Promise<void> {
    await log?.level.close();
    log = undefined;
  }

  return {
    open: (done) =>
      gate.open(async () => {
        const opened = await openLog(path, options);
        log = opened.log;
        return opened.stored;
      }, done),

    append: (batch, done) => {
      const open = usable();
      const change = open && appendChange(open.standing, open.terms, batch);
      gate.write(async () => {
        if (open === undefined || change === undefined) return;
        const [first] = batch.entries;
        if (first !== undefined && first.index <= open.settled)
          open.settled = advance(first.index, -1);
        await commit(open, change);
        if (first !== undefined) truncateFrom(open.terms, first.index);
        for (const { index, term } of batch.entries) append(open.terms, index, term);
        open.settled = open.terms.last;
      }, done);
    },

    read: (after, bytesMax, done) =>
      gate.read(async (): Promise<readonly Entry[]> => {
        if (log === undefined || after < log.terms.base.index) return [];
        return readEntries(log.level, after, log.settled, bytesMax);
      }, done),

    compact: (through, done) => {
      const open = usable();
      const last = open?.terms.last ?? through.index;
      invariant(through.index <= last, 'a log is compacted through an entry it has', {
        through,
        last,
      });
      gate.write(async () => {
        if (open === undefined || through.index <= open.terms.base.index) return;
        await commit(open, compactChange(open.standing, through));
        compactTo(open.terms, through);
      }, done);
    },

    reset: (base, done) => {
      const open = usable();
      gate.write(async () => {
        if (open === undefined) return;
        const { leftovers, header } = open.standing;
        const old: Index[] = [];
        for (let at = leftovers.next; at <= header.last.index; at = advance(at)) old.push(at);
        open.settled = open.terms.base.index;
        await commit(open, resetChange(open.standing, base));
        reset(open.terms, base);
        open.settled = base.index;
        await remove(open, old);
      }, done);
    },

    close: (done) => gate.close(shut, done),
  };
}

async function openLog(
  path: string,
  options: LevelOptions,
): Promise<{ readonly log: Log; readonly stored: StoredLog }> {
  // Entries are read in order and hardly ever twice: compression does not pay.
  const level = await openLevel(path, options, false);
  try {
    const { revision, header, terms, bytes, leftovers } = await scanLog(level);
    const { base, hardState, identity } = header;
    const none = { next: advance(base.index), through: base.index };
    const log = {
      level,
      terms,
      standing: { revision, header, leftovers: none },
      settled: terms.last,
    };
    await remove(log, leftovers);
    const { runs, last } = terms;
    return { log, stored: { identity, hardState, base, terms: [...runs], last, bytes } };
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function commit(log: Log, { operations, standing }: LogChange): Promise<void> {
  await writeSynced(log.level, operations);
  log.standing = standing;
}

/** Deletes records that do not count, and ends the reset that left them. */
async function remove(log: Log, records: readonly Index[]): Promise<void> {
  for (let at = 0; at < records.length; at += DELETES_MAX) {
    await commit(log, deleteChange(log.standing, records.slice(at, at + DELETES_MAX)));
  }
  if (log.standing.header.resetThrough > 0) await commit(log, endResetChange(log.standing));
}
