import assert from 'node:assert/strict';
import type { LogBatch } from '../ports/log-store.ts';
import type { Outcome } from '../ports/outcome.ts';
import { EMPTY_CONFIGURATION } from '../raft/membership/configuration.ts';
import type { Entry } from '../raft/entry.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { LogPosition } from '../raft/ids.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { DiskFate } from '../storage/memory/disk-policy.ts';
import { createMemoryLogStore } from '../storage/memory/log-store.ts';
import { crash, createMemoryDisk, durableLog } from '../storage/memory/memory-disk.ts';
import type { MemoryDisk } from '../storage/memory/memory-disk.ts';
import { createMemoryStateStore } from '../storage/memory/state-store.ts';
import { openStores } from './opening.ts';
import type { Opened } from './opening.ts';

const position = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

const state = (index: number, term: number): SnapshotPosition => ({
  ...position(index, term),
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: toIndex(0),
});

const entries = (first: number, ...terms: readonly number[]): Entry[] =>
  terms.map((term, at) => ({
    ...position(first + at, term),
    kind: 'command',
    data: new Uint8Array(1 << 19),
  }));

const identity = { cluster: 'c', member: toMemberId(1) };
const hardState = { term: toTerm(9), vote: undefined };

/** What a directory holds. */
interface Found {
  readonly batch?: LogBatch;
  readonly base?: LogPosition;
  readonly state?: SnapshotPosition;
  readonly installed?: boolean;
}

/** A disk that does everything at once, and the fates of its next operations: `done` where none is given. */
function createDirectory(found: Found): { disk: MemoryDisk; fates: DiskFate[] } {
  const fates: DiskFate[] = [];
  const disk = createMemoryDisk({
    policy: { submit: (_operation, complete) => complete(fates.shift() ?? 'done') },
  });
  const log = createMemoryLogStore(disk);
  const store = createMemoryStateStore(disk);
  const ignore = (): void => undefined;
  log.open(ignore);
  store.open(ignore);
  if (found.base !== undefined) log.reset(found.base, ignore);
  if (found.batch !== undefined) log.append(found.batch, ignore);
  if (found.state !== undefined && found.installed === true) {
    const source = { ...store.snapshot(), position: found.state };
    store.stage(source, (staged) => {
      assert(staged.ok);
      store.install(staged.value, ignore);
    });
  } else if (found.state !== undefined) store.write(new Map(), found.state, ignore);
  crash(disk, () => false);
  return { disk, fates };
}

function open(disk: MemoryDisk): Outcome<Opened> {
  let outcome: Outcome<Opened> | undefined;
  openStores(createMemoryLogStore(disk), createMemoryStateStore(disk), (result) => {
    outcome = result;
  });
  assert(outcome !== undefined);
  return outcome;
}

describe('Opening', () => {
  it('finds nobody in an empty directory', () => {
    const outcome = open(createDirectory({}).disk);
    assert(outcome.ok);
    assert.equal(outcome.value.identity, undefined);
  });

  const accepted: readonly (readonly [string, Found, number, readonly number[]])[] = [
    ['a member that was only told who it is', { batch: { identity, entries: [] } }, 0, []],
    [
      'a log and the state before it',
      { batch: { identity, hardState, entries: entries(1, 1, 1, 2) } },
      0,
      [1, 2, 3],
    ],
    [
      'a state in the middle of its log',
      { batch: { identity, hardState, entries: entries(1, 1, 1, 2, 2, 2) }, state: state(2, 1) },
      2,
      [3, 4, 5],
    ],
    [
      'a state at the end of its log',
      { batch: { identity, hardState, entries: entries(1, 1, 1) }, state: state(2, 1) },
      2,
      [],
    ],
    [
      'a state at the base of its log',
      {
        base: position(7, 3),
        batch: { identity, hardState, entries: entries(8, 3) },
        state: state(7, 3),
      },
      7,
      [8],
    ],
    [
      'an installed state that its log was reset to',
      {
        base: position(7, 3),
        batch: { identity, hardState, entries: entries(8, 4, 4) },
        state: state(7, 3),
        installed: true,
      },
      7,
      [8, 9],
    ],
  ];
  for (const [what, found, index, behind] of accepted) {
    it(`accepts ${what}`, () => {
      const outcome = open(createDirectory(found).disk);
      assert(outcome.ok);
      assert.equal(outcome.value.state.index, index);
      assert.deepEqual(
        outcome.value.entries.map((entry) => entry.index),
        behind,
      );
    });
  }

  const refused: readonly (readonly [string, Found, RegExp])[] = [
    [
      'a log that ends before its state',
      { batch: { identity, hardState, entries: entries(1, 1, 1) }, state: state(3, 1) },
      /log ends at 2, the state was applied through 3/,
    ],
    [
      'a log that begins behind its state',
      { base: position(9, 1), batch: { identity, hardState, entries: [] }, state: state(3, 1) },
      /log begins behind 9, the state ends at 3/,
    ],
    [
      'a log with another entry where the state stands',
      { batch: { identity, hardState, entries: entries(1, 1, 1) }, state: state(2, 2) },
      /entry 2 has term 1 in the log, 2 in the state/,
    ],
    [
      'a term below that of the log',
      { batch: { identity, entries: entries(1, 4) } },
      /log has term 4, the hard state only 0/,
    ],
    ['data of nobody', { batch: { hardState, entries: [] } }, /no identity/],
  ];
  for (const [what, found, why] of refused) {
    it(`refuses ${what}`, () => {
      const outcome = open(createDirectory(found).disk);
      assert(!outcome.ok);
      assert.equal(outcome.error.code, 'corrupt');
      assert.match(outcome.error.message, why);
    });
  }

  for (const [what, batch] of [
    ['ends before it', { identity, hardState, entries: entries(1, 1, 1) }],
    [
      'has another entry there',
      { identity, hardState, entries: entries(1, 1, 1, 2, 2, 2, 2, 2, 2) },
    ],
  ] as const) {
    it(`finishes an install where the log ${what}`, () => {
      const found = { batch, state: state(7, 3), installed: true };
      const { disk } = createDirectory(found);
      const outcome = open(disk);
      assert(outcome.ok);
      assert.deepEqual(outcome.value.log, { base: position(7, 3), terms: [], last: 7 });
      assert.deepEqual(outcome.value.hardState, hardState);
      assert.equal(outcome.value.logBytes, 0);
      assert.deepEqual(durableLog(disk)?.base, position(7, 3));
    });
  }

  it('passes an error of the disk on, wherever it comes', () => {
    const batch = { identity, hardState, entries: entries(1, 1, 1, 2, 2, 2) };
    // Opening the log, opening the state, and three pieces of entries.
    for (let at = 0; at < 5; at += 1) {
      const { disk, fates } = createDirectory({ batch });
      fates.push(...Array.from({ length: at }, () => 'done' as const), 'failed');
      const outcome = open(disk);
      assert(!outcome.ok, `operation ${at}`);
      assert.equal(outcome.error.code, 'failed');
    }
  });
});
