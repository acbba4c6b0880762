/** The log on LevelDB against one that is an array: whatever happens to both, they hold the same. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LogStore, StoredLog } from '../../ports/log-store.ts';
import { entryBytes } from '../../raft/entry.ts';
import type { Entry } from '../../raft/entry.ts';
import { ORIGIN, toIndex } from '../../raft/ids.ts';
import type { LogPosition } from '../../raft/ids.ts';
import type { TermRun } from '../../raft/log/term-runs.ts';
import { createLevelStorage } from './level-storage.ts';
import { completes, entryOf, positionOf, valueOf } from './testing/content.ts';
import { SMALL } from './testing/directory.ts';

/** Amounts are out of `OF`: of the log as it is then. */
type Step =
  | { readonly kind: 'append'; readonly sizes: readonly number[]; readonly newTerm: boolean }
  | { readonly kind: 'overwrite'; readonly sizes: readonly number[]; readonly back: number }
  | { readonly kind: 'compact'; readonly part: number }
  | { readonly kind: 'reset'; readonly index: number }
  | { readonly kind: 'read'; readonly part: number; readonly bytesMax: number }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'crash' };

const OF = 100;

const part = fc.integer({ min: 0, max: OF });
/** Mostly small ones; now and then some that do not fit in one group. */
const sizes = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 40 }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 60_000, max: 300_000 }), { maxLength: 6 }) },
);
const STEPS: fc.Arbitrary<Step>[] = [
  fc.record({ kind: fc.constant('append'), sizes, newTerm: fc.boolean() }),
  fc.record({ kind: fc.constant('overwrite'), sizes, back: part }),
  fc.record({ kind: fc.constant('compact'), part }),
  fc.record({ kind: fc.constant('reset'), index: fc.integer({ min: 0, max: 200 }) }),
  fc.record({
    kind: fc.constant('read'),
    part,
    bytesMax: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20_000 }), fc.constant(1 << 20)),
  }),
  fc.record({ kind: fc.constant('reopen') }),
  fc.record({ kind: fc.constant('crash') }),
];
const WEIGHTS = [6, 4, 3, 1, 4, 1, 2];
const steps = fc.array(
  fc.oneof(...STEPS.map((arbitrary, at) => ({ arbitrary, weight: WEIGHTS[at] ?? 1 }))),
  { minLength: 5, maxLength: 25 },
);

class Model {
  base: LogPosition = ORIGIN;
  entries: Entry[] = [];

  get last(): LogPosition {
    return this.entries.at(-1) ?? this.base;
  }

  bytesThrough(through: number): number {
    const counted = this.entries.filter(({ index }) => index <= through);
    return counted.reduce((sum, entry) => sum + entryBytes(entry), 0);
  }

  stored(): Omit<StoredLog, 'marks'> {
    const terms: TermRun[] = [];
    for (const { index: first, term } of this.entries) {
      if (term !== terms.at(-1)?.term) terms.push({ first, term });
    }
    const last = this.last.index;
    const bytes = this.bytesThrough(last);
    return {
      identity: undefined,
      hardState: undefined,
      base: this.base,
      terms,
      last,
      bytes,
    };
  }

  /** The position of an entry, or of the base. */
  at(part: number): LogPosition {
    const count = Math.floor((this.entries.length * part) / OF);
    const { index, term } = this.entries[count - 1] ?? this.base;
    return { index, term };
  }

  read(after: number, bytesMax: number): Entry[] {
    const found: Entry[] = [];
    let bytes = 0;
    for (const entry of this.entries.filter(({ index }) => index > after)) {
      bytes += entryBytes(entry);
      if (found.length > 0 && bytes > bytesMax) break;
      found.push(entry);
    }
    return found;
  }

  replace(entries: readonly Entry[]): void {
    const [first] = entries;
    if (first === undefined) return;
    this.entries = this.entries.filter(({ index }) => index < first.index).concat(entries);
  }

  compact(base: LogPosition): void {
    this.base = base;
    this.entries = this.entries.filter(({ index }) => index > base.index);
  }
}

/** Entries behind `after` of a term at least its own: data tells them from those they replace. */
const entriesAfter = (after: LogPosition, term: number, sizes: readonly number[]): Entry[] =>
  sizes.map((size, at) => {
    const index = after.index + 1 + at;
    return entryOf(index, term, `${index} ${term} `.padEnd(size, 'x'));
  });

const plain = (entries: readonly Entry[]): unknown =>
  entries.map(({ data, ...rest }) => ({ ...rest, data: Buffer.from(data).toString('latin1') }));

describe('The LevelDB log and an array', () => {
  it('hold the same, whatever happens to both', async function () {
    this.timeout(60_000);
    // A busy disk takes long for a thousand syncs: then fewer runs have to do.
    const limits = { numRuns: 60, interruptAfterTimeLimit: 10_000 };
    await fc.assert(fc.asyncProperty(steps, agree), limits);
  });
});

async function agree(run: readonly Step[]): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'meta-'));
  const stores: LogStore[] = [];
  const model = new Model();
  let path = join(root, 'life');
  const open = async (): Promise<LogStore> => {
    const { log } = createLevelStorage(path, SMALL);
    stores.push(log);
    const { marks, ...stored } = await valueOf<StoredLog>((done) => log.open(done));
    assert.deepEqual(stored, model.stored());
    for (const { through, bytes } of marks) assert.equal(bytes, model.bytesThrough(through));
    await compare(log, model, model.base.index, 1 << 28);
    return log;
  };
  try {
    let log = await open();
    for (const step of [...run, { kind: 'crash' } as const]) {
      if (step.kind === 'crash') {
        path = copyOf(path);
        log = await open();
      } else if (step.kind === 'reopen') {
        await completes((done) => log.close(done));
        log = await open();
      } else {
        await change(log, model, step);
      }
    }
  } finally {
    for (const log of stores) await completes((done) => log.close(done));
    rmSync(root, { recursive: true });
  }
}

/** The files as a killed process would leave them: none of LevelDB's compactions came or went while they were copied. */
function copyOf(path: string): string {
  const files = (): string[] => readdirSync(join(path, 'log')).sort();
  for (let attempt = 0; ; attempt += 1) {
    const copy = `${path}-${attempt}`;
    const before = files();
    try {
      cpSync(path, copy, { recursive: true });
      if (files().join() === before.join()) return copy;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

async function change(
  log: LogStore,
  model: Model,
  step: Exclude<Step, { kind: 'reopen' | 'crash' }>,
): Promise<void> {
  const { last } = model;
  switch (step.kind) {
    case 'append':
      return append(log, model, entriesAfter(last, last.term + (step.newTerm ? 1 : 0), step.sizes));
    case 'overwrite':
      return append(log, model, entriesAfter(model.at(OF - step.back), last.term + 1, step.sizes));
    case 'compact': {
      const through = model.at(step.part);
      await completes((done) => log.compact(through, done));
      model.compact(through);
      return;
    }
    case 'reset': {
      const base = positionOf(step.index, last.term + 1);
      await completes((done) => log.reset(base, done));
      model.base = base;
      model.entries = [];
      return;
    }
    case 'read':
      await compare(log, model, model.at(step.part).index, step.bytesMax);
  }
}

async function append(log: LogStore, model: Model, entries: readonly Entry[]): Promise<void> {
  await completes((done) => log.append({ entries }, done));
  model.replace(entries);
}

async function compare(
  log: LogStore,
  model: Model,
  after: number,
  bytesMax: number,
): Promise<void> {
  const found = await valueOf<readonly Entry[]>((done) => log.read(toIndex(after), bytesMax, done));
  assert.deepEqual(plain(found), plain(model.read(after, bytesMax)));
}
