/**
 * How fast the storage on disk is: synced appends, reads of rows, and opening, with the memory it
 * takes. Writes to a temporary directory; TMPDIR decides on which disk.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import type { LogStore, StoredLog } from '../../server/ports/log-store.ts';
import type { Done } from '../../server/ports/outcome.ts';
import type { StateStore } from '../../server/ports/state-store.ts';
import type { Entry } from '../../server/raft/entry.ts';
import { EMPTY_CONFIGURATION } from '../../server/raft/membership/configuration.ts';
import { toIndex, toTerm } from '../../server/raft/ids.ts';
import { createLevelStorage } from '../../server/storage/level/level-storage.ts';

const TERM = toTerm(1);
const ENTRY_BYTES = 256;
const VALUE_BYTES = 128;
const ROWS_PER_WRITE = 5_000;
const ENTRIES_PER_FILL = 500;
const GETS = 200_000;
const SINGLES = 2_000;
const GROUPS = 1_000;

const valueOf = <Value>(call: (done: Done<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) => {
    call((outcome) => {
      if (outcome.ok) resolve(outcome.value);
      else reject(outcome.error);
    });
  });

async function timed<Value>(work: () => Promise<Value>): Promise<{ ms: number; value: Value }> {
  const begin = performance.now();
  const value = await work();
  return { ms: performance.now() - begin, value };
}

const entriesFrom = (first: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, at) => ({
    index: toIndex(first + at),
    term: TERM,
    kind: 'command',
    data: new Uint8Array(ENTRY_BYTES).fill(first + at),
  }));

const keyOf = (row: number): string =>
  `/topics/tenant-${row % 1000}/topic-${String(row).padStart(8, '0')}`;

/** Appends groups one after the other; returns the latencies, sorted, in ms. */
async function append(
  log: LogStore,
  first: number,
  group: number,
  groups: number,
): Promise<number[]> {
  const latencies: number[] = [];
  for (let at = 0; at < groups; at += 1) {
    const entries = entriesFrom(first + at * group, group);
    const { ms } = await timed(() => valueOf((done: Done<void>) => log.append({ entries }, done)));
    latencies.push(ms);
  }
  return latencies.sort((a, b) => a - b);
}

async function fillState(state: StateStore, rows: number): Promise<void> {
  for (let first = 0; first < rows; first += ROWS_PER_WRITE) {
    const batch = new Map<string, Uint8Array>();
    for (let row = first; row < Math.min(rows, first + ROWS_PER_WRITE); row += 1) {
      batch.set(keyOf(row), crypto.getRandomValues(new Uint8Array(VALUE_BYTES)));
    }
    const position = {
      index: toIndex(first + 1),
      term: TERM,
      configuration: EMPTY_CONFIGURATION,
      configurationIndex: toIndex(0),
    };
    await valueOf((done: Done<void>) => state.write(batch, position, done));
  }
}

/** µs per read of rows drawn from the first `among`. */
function readRows(state: StateStore, among: number): number {
  const begin = performance.now();
  for (let at = 0; at < GETS; at += 1) state.get(keyOf(Math.floor(Math.random() * among)));
  return ((performance.now() - begin) * 1000) / GETS;
}

/** Of this process: all of it, what is its own, and files it has mapped (code and tables). */
function memory(): string {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024);
  return `${mib('VmRSS')} MiB (${mib('RssAnon')} own, ${mib('RssFile')} files)`;
}

const percentiles = (sorted: readonly number[]): string =>
  [0.5, 0.99]
    .map((p) => `p${p * 100} ${(sorted[Math.floor(sorted.length * p)] ?? 0).toFixed(3)} ms`)
    .join(', ');

async function write(path: string, rows: number, entries: number): Promise<void> {
  const table = new Table({ head: ['write', ''] });
  const { log, state } = createLevelStorage(path);
  await valueOf((done) => log.open(done));
  await valueOf((done) => state.open(done));
  table.push(['append of 1 entry', percentiles(await append(log, 1, 1, SINGLES))]);
  table.push(['append of 64', percentiles(await append(log, SINGLES + 1, 64, GROUPS))]);
  for (let last = SINGLES + 64 * GROUPS; last < entries; last += ENTRIES_PER_FILL) {
    await append(log, last + 1, ENTRIES_PER_FILL, 1);
  }
  const fill = await timed(() => fillState(state, rows));
  table.push([`${rows} rows, ${ROWS_PER_WRITE} at a time`, `${Math.round(fill.ms)} ms`]);
  await close(log, state);
  console.log(table.toString());
}

async function open(path: string, rows: number): Promise<void> {
  const table = new Table({ head: ['open', ''] });
  const { log, state } = createLevelStorage(path);
  table.push(['memory before', memory()]);
  const openLog = await timed(() => valueOf<StoredLog>((done) => log.open(done)));
  table.push([`a log of ${openLog.value.last}`, `${Math.round(openLog.ms)} ms`]);
  const openState = await timed(() => valueOf((done) => state.open(done)));
  table.push([`a state of ${rows}`, `${Math.round(openState.ms)} ms`]);
  table.push(['memory then', memory()]);
  table.push(['get, of 100 rows', `${readRows(state, 100).toFixed(1)} µs`]);
  table.push(['get, of all rows', `${readRows(state, rows).toFixed(1)} µs`]);
  const list = await timed(() => Promise.resolve([...state.range('/topics/tenant-7/')].length));
  table.push([`range of ${list.value} rows`, `${list.ms.toFixed(1)} ms`]);
  table.push(['memory at the end', memory()]);
  await close(log, state);
  console.log(table.toString());
}

async function close(log: LogStore, state: StateStore): Promise<void> {
  await valueOf((done: Done<void>) => log.close(done));
  await valueOf((done: Done<void>) => state.close(done));
}

/** Opening is measured in a process of its own: the memory of this one shows what was written. */
async function main({ rows, entries, path }: Settings): Promise<void> {
  if (path !== undefined) {
    await open(path, rows);
    return;
  }
  const made = mkdtempSync(join(tmpdir(), 'bench-storage-'));
  try {
    await write(made, rows, entries);
    const again = [import.meta.filename, '--rows', `${rows}`, '--path', made];
    spawnSync(process.execPath, [...process.execArgv, ...again], { stdio: 'inherit' });
  } finally {
    rmSync(made, { recursive: true });
  }
}

interface Settings {
  readonly rows: number;
  readonly entries: number;
  readonly path?: string;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('a count');
  return value;
}

const program = new Command('bench:storage')
  .description('Measures the storage on disk: writes, then opens what it wrote.')
  .option('--rows <count>', 'rows of the state', parseCount, 1_000_000)
  .option('--entries <count>', 'entries of the log', parseCount, 100_000)
  .option('--path <directory>', 'only open this one, of an earlier run');
await main(program.parse().opts<Settings>());
