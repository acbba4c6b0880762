import type { LogStore, StoredLog } from '../../ports/log-store.ts';
import type { Entry } from '../../raft/entry.ts';
import { advance, ORIGIN } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import { append, compactTo, reset, truncateFrom } from '../../raft/log/term-runs.ts';
import { leaveClosingRecord, takeClosingRecord } from './closing-record.ts';
import { createGate } from './gate.ts';
import { compactRange, openLevel, writeSynced } from './level.ts';
import type { Level, LevelOptions } from './level.ts';
import {
  appendChange,
  compactChange,
  endResetChange,
  groupCutBy,
  resetChange,
  sweepChange,
} from './log-changes.ts';
import type { CutGroup, LogChange, LogOutline, LogStanding } from './log-changes.ts';
import { changeGroups, createGroupIndex, groupOf, leftoversOf } from './log-group-index.ts';
import { groupKey } from './log-keys.ts';
import { readEntries, readGroupThrough } from './log-read.ts';
import { scanLog } from './log-scan.ts';

/** Most groups that one batch deletes, where nothing else may happen until all are deleted. */
const DELETES_MAX = 4_096;

/** The groups of a log are read at every open; its files need not be checked before. */
const NOTHING_MORE = Buffer.alloc(0);

/** An open log. */
interface Log extends LogOutline {
  readonly level: Level;
  standing: LogStanding;
  /** Through here no write that runs changes anything. */
  settled: Index;
  isTidying: boolean;
}

/**
 * The log store in the directory `path`. Layout of the database: `log-keys.ts`,
 * `log-group-record.ts`, `log-header.ts`. Opening reads every record; nothing but what an interrupted
 * compaction or reset left is ever deleted by it.
 */
export function createLevelLogStore(path: string, options: LevelOptions): LogStore {
  const gate = createGate(path);
  let log: Log | undefined;
  /** Undefined when the gate refuses the call that asks. */
  const usable = (): Log | undefined => (gate.isOpen() ? log : undefined);

  async function shut(intact: boolean): Promise<void> {
    const closed = log;
    log = undefined;
    await closed?.level.close();
    if (intact) await leaveClosingRecord(path, NOTHING_MORE);
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
      gate.write(async () => {
        if (open === undefined) return;
        const first = batch.entries[0]?.index;
        if (first !== undefined && first <= open.settled) open.settled = advance(first, -1);
        const change = appendChange(open, batch, await readCut(open, first));
        await commit(open, change);
        if (change.groups.swept > 0 && !hasLeftovers(open)) gate.background(() => tidy(open));
        if (first !== undefined) truncateFrom(open.terms, first);
        for (const { index, term } of batch.entries) append(open.terms, index, term);
        open.settled = open.terms.last;
      }, done);
    },

    read: (after, bytesMax, done) =>
      gate.read(async (): Promise<readonly Entry[]> => {
        if (log === undefined || after < log.terms.base.index) return [];
        const { level, settled: last } = log;
        const group = groupOf(log.groups, advance(after));
        if (group === undefined || after >= last) return [];
        return readEntries(level, { group, after, last, bytesMax });
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
        open.settled = open.terms.base.index;
        await commit(open, resetChange(open.standing, base));
        reset(open.terms, base);
        open.settled = base.index;
        await sweep(open);
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
  const known = (await takeClosingRecord(path)) !== undefined;
  const level = await openLevel(path, options, false, known);
  try {
    const { revision, header, terms, bytes, marks, groups } = await scanLog(level, known);
    const { base, hardState, identity } = header;
    const log = {
      level,
      terms,
      groups: createGroupIndex(groups),
      standing: { revision, header },
      settled: terms.last,
      isTidying: false,
    };
    await sweep(log);
    const { runs, last } = terms;
    return { log, stored: { identity, hardState, base, terms: [...runs], last, bytes, marks } };
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function commit(log: Log, { operations, standing, groups }: LogChange): Promise<void> {
  await writeSynced(log.level, operations);
  log.standing = standing;
  changeGroups(log.groups, groups);
}

/** What an append from `first` on leaves of the group it begins in the middle of. */
async function readCut(log: Log, first: Index | undefined): Promise<CutGroup | undefined> {
  const group = first === undefined ? undefined : groupCutBy(log, first);
  if (first === undefined || group === undefined) return undefined;
  const record = await readGroupThrough(log.level, group, advance(first, -1));
  return { first: group, record };
}

const hasLeftovers = ({ groups, standing }: Log): boolean =>
  leftoversOf(groups, standing.header, 1).length > 0;

/**
 * Lets LevelDB forget what was swept: by itself it keeps what is deleted until a level outgrows its
 * bound, and the third one's is a gigabyte.
 */
async function tidy(log: Log): Promise<void> {
  const end = log.groups.firsts[log.groups.swept];
  if (log.isTidying || end === undefined) return;
  log.isTidying = true;
  try {
    await compactRange(log.level, groupKey(ORIGIN.index), groupKey(end));
  } finally {
    log.isTidying = false;
  }
}

/** Deletes groups that do not count, and ends the reset that left them. */
async function sweep(log: Log): Promise<void> {
  for (;;) {
    const change = sweepChange(log, DELETES_MAX);
    if (change === undefined) break;
    await commit(log, change);
  }
  if (log.standing.header.resetThrough > 0) await commit(log, endResetChange(log.standing));
}
