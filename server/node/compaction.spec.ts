import assert from 'node:assert/strict';
import { ENTRY_OVERHEAD_BYTES } from '../raft/entry.ts';
import type { LogMark } from '../ports/log-store.ts';
import type { Entry } from '../raft/entry.ts';
import { EMPTY_CONFIGURATION } from '../raft/membership/configuration.ts';
import { toIndex, toTerm } from '../raft/ids.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { Done } from '../ports/outcome.ts';
import type { Input } from '../raft/input.ts';
import { createCompaction, planCompaction } from './compaction.ts';
import { createLogSize } from './log-size.ts';
import type { LogWriter } from './log-writer.ts';

/** Entries of 100 bytes each. */
const entries = (first: number, last: number): Entry[] =>
  Array.from({ length: last - first + 1 }, (_, at) => ({
    index: toIndex(first + at),
    term: toTerm(1),
    kind: 'command',
    data: new Uint8Array(100 - ENTRY_OVERHEAD_BYTES),
  }));

/** A log behind `base`, with its state at `state` and its end at `last`. */
const openedSize = (
  base: number,
  state: number,
  last: number,
  granuleBytes = 1,
  logMarks: readonly LogMark[] = [],
) =>
  createLogSize(
    {
      log: { base: { index: toIndex(base), term: toTerm(1) }, terms: [], last: toIndex(last) },
      logMarks,
      logBytes: (last - base) * 100,
      state: {
        index: toIndex(state),
        term: toTerm(1),
        configuration: EMPTY_CONFIGURATION,
        configurationIndex: toIndex(0),
      },
      entries: entries(state + 1, last),
    },
    granuleBytes,
  );

describe('The size of the log', () => {
  it('is known to every entry where granules are small', () => {
    const size = openedSize(0, 0, 0);
    size.append(entries(1, 10));
    assert.equal(size.through(toIndex(7)), 700);
    assert.equal(size.leaving(300, toIndex(10)), 7);
    assert.equal(size.leaving(300, toIndex(9)), 6);
    assert.equal(size.leaving(5_000, toIndex(10)), 0);
  });

  it('is known to a granule where they are large, in little memory', () => {
    const size = openedSize(0, 0, 0, 1_000);
    for (let index = 1; index <= 1_000; index += 1) size.append(entries(index, index));
    for (const index of [1, 99, 500, 1_000]) {
      const found = size.through(toIndex(index));
      assert(found <= index * 100 && found > index * 100 - 1_100, `${found} through ${index}`);
    }
    assert.equal(size.through(toIndex(1_000)), 100_000);
  });

  it('is known before the state where the store has noted it', () => {
    const marks = [
      { through: toIndex(4), bytes: 400 },
      { through: toIndex(8), bytes: 800 },
      { through: toIndex(12), bytes: 1_200 },
    ];
    const size = openedSize(0, 10, 12, 1, marks);
    assert.equal(size.total(), 1_200);
    assert.equal(size.through(toIndex(9)), 800);
    assert.equal(size.leaving(500, toIndex(12)), 4);
  });

  it('counts a replaced tail once', () => {
    const size = openedSize(0, 0, 0);
    size.append(entries(1, 10));
    size.append(entries(4, 5));
    assert.equal(size.through(toIndex(10)), 500);
  });

  it('begins anew behind a compaction and a reset', () => {
    const size = openedSize(0, 0, 0);
    size.append(entries(1, 10));
    size.compact(toIndex(4));
    size.compact(toIndex(2));
    assert.equal(size.through(toIndex(10)), 600);
    size.reset(toIndex(20));
    size.append(entries(21, 22));
    assert.equal(size.through(toIndex(22)), 200);
  });

  it('knows of a log that was found only the part before the state, and each entry behind it', () => {
    const size = openedSize(10, 20, 25);
    assert.equal(size.through(toIndex(25)), 1_500);
    assert.equal(size.through(toIndex(21)), 1_100);
    assert.equal(size.through(toIndex(15)), 0);
  });
});

describe('A compaction', () => {
  const limits = { logBytesMax: 1_000, logBytesHeldMax: 3_000 };
  const planned = (base: number, last: number, durable: number) => {
    const size = openedSize(base, base, base);
    size.append(entries(base + 1, last));
    return planCompaction(size, toIndex(durable), limits);
  };

  it('waits until the durable part of the log is over its bound', () => {
    assert.equal(planned(0, 50, 10), undefined);
    assert.notEqual(planned(0, 50, 11), undefined);
  });

  it('keeps half of the bound', () => {
    assert.deepEqual(planned(0, 20, 20), { through: 15, floor: 0 });
  });

  it('gives way to a snapshot transfer only so far', () => {
    assert.deepEqual(planned(100, 150, 145), { through: 140, floor: 115 });
  });

  it('is not asked for again while it runs, nor after it, until there is more', () => {
    const inputs: Input[] = [];
    const running: Done<void>[] = [];
    const size = openedSize(0, 0, 0);
    const log = { compact: (_through, done) => running.push(done) } as Partial<LogStore>;
    const writer = { exclusive: (task) => task(() => undefined) } as Partial<LogWriter>;
    const compaction = createCompaction(
      { log: log as LogStore, writer: writer as LogWriter, size },
      limits,
      { feed: (input) => inputs.push(input), failed: () => assert.fail() },
    );
    size.append(entries(1, 20));
    compaction.flushed(toIndex(20));
    assert.deepEqual(inputs, [{ kind: 'compact', through: 15, floor: 0 }]);
    const through = { index: toIndex(15), term: toTerm(1) };
    compaction.compact({ kind: 'compact', through });
    compaction.flushed(toIndex(20));
    running.shift()?.({ ok: true, value: undefined });
    compaction.flushed(toIndex(20));
    assert.equal(inputs.length, 1);
    size.append(entries(21, 30));
    compaction.flushed(toIndex(30));
    assert.deepEqual(inputs[1], { kind: 'compact', through: 25, floor: 15 });
  });
});
