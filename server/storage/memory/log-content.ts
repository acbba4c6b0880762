import type { Identity } from '../../ports/identity.ts';
import type { LogBatch, StoredLog } from '../../ports/log-store.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Outcome } from '../../ports/outcome.ts';
import { entryBytes } from '../../raft/entry.ts';
import type { Entry } from '../../raft/entry.ts';
import type { HardState } from '../../raft/hard-state.ts';
import { advance, ORIGIN } from '../../raft/ids.ts';
import type { Index, LogPosition } from '../../raft/ids.ts';
import type { TermRun } from '../../raft/log/term-runs.ts';

/** The keys of a log database. */
export interface LogContent {
  identity: Identity | undefined;
  hardState: HardState | undefined;
  base: LogPosition;
  readonly entries: Map<Index, Entry>;
  /** Of all entries. */
  bytes: number;
  /** Entries whose checksum fails. */
  readonly damaged: Set<Index>;
  /** What a look at all entries would find; `undefined` when only such a look can tell. */
  outline: { readonly terms: TermRun[]; last: Index } | undefined;
}

/** One atomic write, as the keys it puts and deletes. */
export type LogWrite =
  /** `last`: where the writer saw the log end, hence which keys it deletes behind its entries. */
  | { readonly kind: 'append'; readonly batch: LogBatch; readonly last: Index }
  | { readonly kind: 'compact'; readonly through: LogPosition }
  | { readonly kind: 'reset'; readonly base: LogPosition };

export const emptyLog = (): LogContent => ({
  identity: undefined,
  hardState: undefined,
  base: ORIGIN,
  entries: new Map(),
  bytes: 0,
  damaged: new Set(),
  outline: { terms: [], last: ORIGIN.index },
});

export const copyLog = (content: LogContent): LogContent => ({
  ...content,
  entries: new Map(content.entries),
  damaged: new Set(content.damaged),
  outline: content.outline && { terms: [...content.outline.terms], last: content.outline.last },
});

/** Puts and deletes the keys of `write`, whatever else is or is not there. */
export function applyLogWrite(content: LogContent, write: LogWrite): void {
  switch (write.kind) {
    case 'append':
      append(content, write.batch, write.last);
      return;
    case 'compact':
      compact(content, write.through);
      return;
    case 'reset':
      content.entries.clear();
      content.bytes = 0;
      content.damaged.clear();
      content.base = write.base;
      content.outline = { terms: [], last: write.base.index };
      return;
  }
}

/** What a store finds in the content when it opens it. */
export function outlineLog(content: LogContent): Outcome<StoredLog> {
  const [damaged] = content.damaged;
  if (damaged !== undefined) return corrupt(`entry ${damaged}: wrong checksum`);
  if (content.outline === undefined) {
    const scanned = scan(content);
    if (!scanned.ok) return scanned;
    content.outline = scanned.value;
  }
  const { identity, hardState, base, outline, bytes } = content;
  return {
    ok: true,
    value: {
      ...{ identity, hardState, base, bytes },
      ...{ terms: [...outline.terms], last: outline.last, marks: [] },
    },
  };
}

function append(content: LogContent, batch: LogBatch, writerLast: Index): void {
  if (batch.identity !== undefined) content.identity = batch.identity;
  if (batch.hardState !== undefined) content.hardState = batch.hardState;
  const first = batch.entries[0];
  const last = batch.entries.at(-1);
  if (first === undefined || last === undefined) return;
  for (let index = first.index; index <= writerLast; index = advance(index)) drop(content, index);
  for (const entry of batch.entries) {
    drop(content, entry.index);
    content.entries.set(entry.index, entry);
    content.bytes += entryBytes(entry);
  }
  const { outline } = content;
  const follows =
    outline !== undefined &&
    first.index > content.base.index &&
    first.index <= outline.last + 1 &&
    outline.last <= Math.max(writerLast, last.index);
  if (!follows) {
    content.outline = undefined;
    return;
  }
  let run = outline.terms.at(-1);
  while (run !== undefined && run.first >= first.index) {
    outline.terms.pop();
    run = outline.terms.at(-1);
  }
  extend(outline.terms, batch.entries);
  outline.last = last.index;
}

function compact(content: LogContent, through: LogPosition): void {
  const begin = advance(through.index);
  for (let index = advance(content.base.index); index < begin; index = advance(index)) {
    drop(content, index);
  }
  content.base = through;
  const { outline } = content;
  if (outline === undefined) return;
  if (through.index >= outline.last) {
    content.outline =
      through.index === outline.last ? { terms: [], last: outline.last } : undefined;
    return;
  }
  let second = outline.terms[1];
  while (second !== undefined && second.first <= begin) {
    outline.terms.shift();
    second = outline.terms[1];
  }
  const first = outline.terms[0];
  if (first !== undefined) outline.terms[0] = { first: begin, term: first.term };
}

function drop(content: LogContent, index: Index): void {
  const entry = content.entries.get(index);
  if (entry === undefined) return;
  content.bytes -= entryBytes(entry);
  content.entries.delete(index);
  content.damaged.delete(index);
}

function scan(content: LogContent): Outcome<{ terms: TermRun[]; last: Index }> {
  const entries = [...content.entries.values()].sort((a, b) => a.index - b.index);
  let previous = content.base;
  for (const entry of entries) {
    if (entry.index !== previous.index + 1) {
      return corrupt(`entry ${entry.index} does not follow entry ${previous.index}`);
    }
    if (entry.term < previous.term) {
      return corrupt(`entry ${entry.index} is of term ${entry.term}, after term ${previous.term}`);
    }
    previous = entry;
  }
  const terms: TermRun[] = [];
  extend(terms, entries);
  return { ok: true, value: { terms, last: previous.index } };
}

function extend(terms: TermRun[], entries: readonly Entry[]): void {
  for (const { index, term } of entries) {
    if (terms.at(-1)?.term !== term) terms.push({ first: index, term });
  }
}

const corrupt = (what: string): { ok: false; error: StorageError } => ({
  ok: false,
  error: new StorageError('corrupt', `log: ${what}`),
});
