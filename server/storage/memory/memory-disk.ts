import type { StoredLog } from '../../ports/log-store.ts';
import type { StatePosition } from '../../ports/state-store.ts';
import type { Index } from '../../raft/ids.ts';
import { invariant } from '../../raft/invariant.ts';
import type { DiskOperation, DiskPolicy, DiskStore } from './disk-policy.ts';
import { createJournal, durable, pendingWrites, settle } from './journal.ts';
import type { Journal, PendingWrite, Remnant } from './journal.ts';
import { applyLogWrite, copyLog, emptyLog, outlineLog } from './log-content.ts';
import type { LogContent, LogWrite } from './log-content.ts';
import { createRowsHash, formatRowsHash, replaceRow } from '../../codec/rows-hash.ts';
import { applyStateWrite, copyState, emptyState } from './state-content.ts';
import type { StateContent, StateWrite } from './state-content.ts';

export interface MemoryDiskOptions {
  readonly policy: DiskPolicy;
  /** Whether a write is synced before it returns; always, when absent, as in production. */
  readonly sync?: (operation: DiskOperation) => boolean;
  /** The log that power loss would leave has changed. */
  readonly onLogDurable?: (log: StoredLog) => void;
  /** Bytes per snapshot chunk; 64 KiB when absent. */
  readonly chunkBytesMax?: number;
}

/** A write of one of the two stores that a crash may take or leave. */
export interface PendingDiskWrite extends PendingWrite {
  readonly store: DiskStore;
}

/** What a directory held at some moment, to be put back later. */
export interface DiskCopy {
  readonly log: LogContent;
  readonly state: StateContent;
}

/** One data directory in memory: what it holds, and what it would hold after power loss. */
export interface MemoryDisk {
  readonly options: MemoryDiskOptions;
  /** For the stores. */
  readonly log: Journal<LogContent, LogWrite>;
  /** For the stores. */
  readonly state: Journal<StateContent, StateWrite>;
  /** For the stores. Counts the processes the directory has lost: stores of an earlier one are dead. */
  generation: number;
  /** For the stores. Which are open: a database has one owner. */
  readonly open: Set<DiskStore>;
}

export const createMemoryDisk = (options: MemoryDiskOptions): MemoryDisk => ({
  options,
  log: createJournal({ apply: applyLogWrite, copy: copyLog }, emptyLog()),
  state: createJournal({ apply: applyStateWrite, copy: copyState }, emptyState()),
  generation: 0,
  open: new Set(),
});

/**
 * The process is gone, and with it every store on this disk: none of their callbacks comes any
 * more. Of the writes that are not certainly on disk, those stay for which `keep` says so.
 *
 * A killed process keeps the writes that returned and any subset of those in flight; power loss
 * keeps any subset of both. What was not synced may be torn: see {@link Remnant}.
 */
export function crash(disk: MemoryDisk, keep: (write: PendingDiskWrite) => Remnant): void {
  const before = disk.log.writes.length;
  disk.generation += 1;
  disk.open.clear();
  settle(disk.log, (write) => keep({ store: 'log', ...write }));
  settle(disk.state, (write) => keep({ store: 'state', ...write }));
  if (before > 0) logChanged(disk);
}

/** The writes that a crash now may take or leave. */
export const pending = (disk: MemoryDisk): readonly PendingDiskWrite[] => [
  ...pendingWrites(disk.log).map((write) => ({ store: 'log' as const, ...write })),
  ...pendingWrites(disk.state).map((write) => ({ store: 'state' as const, ...write })),
];

/** Empties the directory. Its process must have crashed or closed both stores. */
export const wipe = (disk: MemoryDisk): void =>
  restore(disk, { log: emptyLog(), state: emptyState() });

/** What power loss would leave now. */
export const copyDisk = (disk: MemoryDisk): DiskCopy => ({
  log: copyLog(durable(disk.log)),
  state: copyState(durable(disk.state)),
});

/** Puts an older copy in place of the content. Its process must have crashed or closed both stores. */
export function restore(disk: MemoryDisk, copy: DiskCopy): void {
  invariant(disk.open.size === 0, 'a directory is replaced while no process owns it', {
    open: [...disk.open],
  });
  disk.generation += 1;
  disk.log.writes = [];
  disk.log.tail = [];
  disk.log.base = copyLog(copy.log);
  disk.log.live = copyLog(copy.log);
  disk.state.writes = [];
  disk.state.tail = [];
  disk.state.base = copyState(copy.state);
  disk.state.live = copyState(copy.state);
  logChanged(disk);
}

/** The outline of the log that power loss would leave; `undefined` if it does not hold together. */
export function durableLog(disk: MemoryDisk): StoredLog | undefined {
  const outline = outlineLog(durable(disk.log));
  return outline.ok ? outline.value : undefined;
}

/** Where the state stands that power loss would leave. */
export const durablePosition = (disk: MemoryDisk): StatePosition => durable(disk.state).position;

/** A hash of all rows that power loss would leave; costs no look at them. */
export const durableHash = (disk: MemoryDisk): string => formatRowsHash(durable(disk.state).hash);

/** Lets the checksum of the entry at `index` fail: when it is read, and at open. */
export function damageEntry(disk: MemoryDisk, index: Index): void {
  for (const content of [disk.log.base, disk.log.live]) {
    if (content.entries.has(index)) content.damaged.add(index);
  }
}

/** Lets the checksum of a row fail when it is read. */
export function damageRow(disk: MemoryDisk, key: string): void {
  for (const content of [disk.state.base, disk.state.live]) {
    if (content.rows.has(key)) content.damaged.add(key);
  }
}

/**
 * Puts another value in the place of a row's; no checksum fails.
 *
 * @param hashToo the hash follows, as after an apply that went wrong; else only a scrub can find it.
 */
export function alterRow(disk: MemoryDisk, key: string, value: Uint8Array, hashToo: boolean): void {
  for (const content of [disk.state.base, disk.state.live]) {
    const before = content.rows.get(key);
    if (before === undefined) continue;
    if (hashToo) replaceRow(content.hash, key, before, value);
    content.rows.set(key, value);
  }
}

/** Gives a row its right value again, and the content the hash of its rows. */
export function repairRow(disk: MemoryDisk, key: string, value: Uint8Array): void {
  for (const content of [disk.state.base, disk.state.live]) {
    if (!content.rows.has(key)) continue;
    content.rows.set(key, value);
    content.damaged.delete(key);
    content.hash = createRowsHash();
    for (const [each, is] of content.rows) replaceRow(content.hash, each, undefined, is);
  }
}

/** For the stores: tells who asked that the log's synced content has changed. */
export function logChanged(disk: MemoryDisk): void {
  if (disk.options.onLogDurable === undefined) return;
  const log = durableLog(disk);
  if (log !== undefined) disk.options.onLogDurable(log);
}
