import assert from 'node:assert/strict';
import type { Rows, StateStore } from '../ports/state-store.ts';
import type { Done } from '../ports/outcome.ts';
import { StorageError } from '../ports/outcome.ts';
import { encodeConfiguration } from '../raft/membership/configuration-codec.ts';
import { EMPTY_CONFIGURATION } from '../raft/membership/configuration.ts';
import type { Configuration } from '../raft/membership/configuration.ts';
import type { Entry, EntryKind } from '../raft/entry.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { createApplier } from './applier.ts';

const at = (index: number): SnapshotPosition => ({
  index: toIndex(index),
  term: toTerm(1),
  configuration: EMPTY_CONFIGURATION,
  configurationIndex: toIndex(0),
});

const entry = (index: number, text: string, kind: EntryKind = 'command'): Entry => ({
  index: toIndex(index),
  term: toTerm(1),
  kind,
  data: new TextEncoder().encode(text),
});

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

/** `key=value` sets a row, `key` deletes it; the reply is its value before. `check` compares. */
function createBench(flushBytesMax = 1 << 20) {
  const stored = new Map<string, Uint8Array>();
  const writes: { rows: Rows; index: number; end: (error?: StorageError) => void }[] = [];
  const events: string[] = [];
  let nowMs = 0;
  const state = {
    get: (key: string) => stored.get(key),
    hash: () => [...stored.keys()].sort().join(''),
    range: (prefix: string, after = '') =>
      [...stored].filter(([key]) => key.startsWith(prefix) && key > after).sort(),
    write: (rows: Rows, { index }: SnapshotPosition, done: Done<void>) => {
      const end = (error?: StorageError): void => {
        if (error !== undefined) {
          done({ ok: false, error });
          return;
        }
        for (const [key, value] of rows) {
          if (value === undefined) stored.delete(key);
          else stored.set(key, value);
        }
        done({ ok: true, value: undefined });
      };
      writes.push({ rows, index, end });
    },
  } as unknown as StateStore;
  const applier = createApplier(
    {
      state,
      clock: { nowMs: () => nowMs },
      machine: (read, command) => {
        const [key = '', value] = (text(command) ?? '').split('=');
        if (key === 'check') return { rows: new Map(), reply: command, check: true };
        const reply = read(key) ?? new Uint8Array(0);
        const row = value === undefined ? undefined : new TextEncoder().encode(value);
        return { rows: new Map([[key, row]]), reply };
      },
    },
    { flushIntervalMs: 100, flushBytesMax },
    at(0),
    {
      checked: ({ index, hash }) => events.push(`checked ${index} ${hash}`),
      flushed: (durable) => events.push(`durable ${durable}`),
      failed: ({ code }) => events.push(code),
    },
  );
  return {
    applier,
    writes,
    events,
    tick: (toMs: number): void => {
      nowMs = toMs;
      applier.tick();
    },
  };
}

describe('The applier', () => {
  it('reads what was applied last, wherever it is', () => {
    const { applier, writes, tick } = createBench();
    applier.apply(entry(1, 'a=1'));
    applier.apply(entry(2, 'b=1'));
    const seen = (): (string | undefined)[] => ['a', 'b'].map((key) => text(applier.read(key)));
    tick(100);
    assert.deepEqual(seen(), ['1', '1']);
    applier.apply(entry(3, 'a=2'));
    applier.apply(entry(4, 'b'));
    assert.deepEqual(seen(), ['2', undefined]);
    writes[0]?.end();
    assert.deepEqual(seen(), ['2', undefined]);
    tick(200);
    writes[1]?.end();
    assert.deepEqual(seen(), ['2', undefined]);
  });

  it('lists what was applied last, in order, whatever layers it is in', () => {
    const { applier, writes, tick } = createBench();
    const list = (prefix: string, after?: string): string =>
      [...applier.range(prefix, after)].map(([key, value]) => `${key}=${text(value)}`).join(' ');
    let index = 0;
    const apply = (...commands: readonly string[]): void => {
      for (const command of commands) applier.apply(entry((index += 1), command));
    };
    apply('k/b=1', 'k/c=1', 'k/e=1', 'k/f=1', 'other=1');
    tick(100);
    writes[0]?.end();
    assert.equal(list('k/'), 'k/b=1 k/c=1 k/e=1 k/f=1');
    apply('k/a=2', 'k/c=2', 'k/e');
    tick(200);
    apply('k/c=3', 'k/d=3', 'k/f', 'k/g=3', 'k/a');
    const newest = 'k/b=1 k/c=3 k/d=3 k/g=3';
    assert.equal(list('k/'), newest);
    assert.equal(list('k/', 'k/c'), 'k/d=3 k/g=3');
    assert.equal(list(''), `${newest} other=1`);
    writes[1]?.end();
    assert.equal(list('k/'), newest);
    tick(300);
    writes[2]?.end();
    assert.equal(list('k/'), newest);
  });

  it('knows the hash of the state right where it is compared, whenever it is flushed', () => {
    const { applier, writes, events, tick } = createBench();
    applier.apply(entry(1, 'a=1'));
    tick(100);
    applier.apply(entry(2, 'b=2'));
    applier.apply(entry(3, 'check'));
    applier.apply(entry(4, 'c=4'));
    applier.apply(entry(5, 'b'));
    applier.flushLarge();
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => text(applier.read(key))),
      ['1', undefined, '4'],
    );
    assert.equal(writes.length, 1);
    writes[0]?.end();
    assert.deepEqual([writes[1]?.index, [...(writes[1]?.rows.keys() ?? [])]], [3, ['b']]);
    writes[1]?.end();
    tick(300);
    writes[2]?.end();
    assert.deepEqual(events, ['durable 1', 'checked 3 ab', 'durable 3', 'durable 5']);
    assert.deepEqual(applier.durable(), { index: 5, hash: 'ac' });
  });

  it('loses nothing where more is applied before the flush of a comparison begins', () => {
    const { applier, writes, events, tick } = createBench();
    for (const [at, command] of ['a=1', 'check', 'b=1'].entries()) {
      applier.apply(entry(at + 1, command));
    }
    tick(100);
    writes[0]?.end();
    tick(200);
    writes[1]?.end();
    assert.deepEqual(
      writes.map(({ index, rows }) => [index, ...rows.keys()]),
      [
        [2, 'a'],
        [3, 'b'],
      ],
    );
    assert.deepEqual(events, ['checked 2 a', 'durable 2', 'durable 3']);
  });

  it('compares where nothing was written, at once', () => {
    const { applier, writes, events } = createBench();
    applier.apply(entry(1, 'check'));
    applier.flushLarge();
    writes[0]?.end();
    assert.deepEqual(events, ['checked 1 ', 'durable 1']);
  });

  it('gives a comparison up for a later one while a flush runs, so that layers do not pile up', () => {
    const { applier, writes, events, tick } = createBench();
    applier.apply(entry(1, 'a=1'));
    tick(100);
    for (const [at, command] of ['b=1', 'check', 'b=2', 'c=1', 'check', 'd=1'].entries()) {
      applier.apply(entry(at + 2, command));
    }
    assert.equal(text(applier.read('b')), '2');
    writes[0]?.end();
    writes[1]?.end();
    assert.deepEqual(events, ['durable 1', 'checked 6 abc', 'durable 6']);
    assert.equal(text(writes[1]?.rows.get('b')), '2');
  });

  it('answers with the reply of the machine, which reads what was applied before', () => {
    const { applier } = createBench();
    applier.apply(entry(1, 'a=1'));
    assert.equal(text(applier.apply(entry(2, 'a=2')).reply), '1');
  });

  it('flushes everything as one batch with its position, one at a time', () => {
    const { applier, writes, events, tick } = createBench();
    applier.apply(entry(1, 'a=1'));
    applier.apply(entry(2, 'b=1'));
    tick(99);
    assert.equal(writes.length, 0);
    tick(100);
    applier.apply(entry(3, 'c=1'));
    tick(500);
    assert.deepEqual(
      writes.map(({ rows, index }) => [index, [...rows.keys()].join('')]),
      [[2, 'ab']],
    );
    writes[0]?.end();
    tick(501);
    assert.deepEqual({ index: writes[1]?.index, events }, { index: 3, events: ['durable 2'] });
  });

  it('flushes at once when it is asked and much has gathered, and again after a flush', () => {
    const { applier, writes } = createBench(100);
    applier.apply(entry(1, `a=${'x'.repeat(100)}`));
    assert.equal(writes.length, 0, 'whoever waits for the reply is told first');
    applier.flushLarge();
    assert.equal(writes.length, 1);
    applier.apply(entry(2, `a=${'y'.repeat(100)}`));
    applier.flushLarge();
    assert.equal(writes.length, 1);
    writes[0]?.end();
    assert.equal(writes[1]?.index, 2);
  });

  it('makes a position without rows durable as well', () => {
    const { applier, writes, tick } = createBench();
    applier.apply(entry(1, '', 'noop'));
    tick(100);
    assert.deepEqual([writes[0]?.index, writes[0]?.rows.size], [1, 0]);
    writes[0]?.end();
    tick(300);
    assert.equal(writes.length, 1);
  });

  it('follows the configuration', () => {
    const configuration: Configuration = {
      members: [{ id: toMemberId(1), directory: 'd1', priority: 0, standing: 'voter' }],
      outgoing: [],
      nextMemberId: toMemberId(2),
      trust: 'lease',
    };
    const { applier } = createBench();
    applier.apply({ ...entry(1, '', 'configuration'), data: encodeConfiguration(configuration) });
    applier.apply(entry(2, '', 'noop'));
    const { index, configurationIndex, configuration: found } = applier.position();
    assert.deepEqual(
      { index, configurationIndex, found },
      {
        index: 2,
        configurationIndex: 1,
        found: configuration,
      },
    );
  });

  it('refuses an entry out of order', () => {
    const { applier } = createBench();
    assert.throws(() => applier.apply(entry(2, 'a=1')), { name: 'InvariantError' });
  });

  it('lets a replacement begin when no flush runs, and forgets what it had', () => {
    const { applier, writes, tick } = createBench();
    applier.apply(entry(1, 'a=1'));
    tick(100);
    applier.apply(entry(2, 'a=2'));
    let begun = false;
    applier.beginReplace(() => (begun = true));
    assert(!begun);
    writes[0]?.end();
    assert(begun);
    tick(300);
    assert.equal(writes.length, 1, 'nothing is flushed during a replacement');
    applier.replaced(at(9));
    assert.equal(text(applier.read('a')), '1', 'the store speaks for itself');
    applier.endReplace();
    applier.apply(entry(10, 'a=3'));
    tick(400);
    assert.equal(writes[1]?.index, 10);
  });

  it('reports a failed flush, unless it was stopped', () => {
    const { applier, writes, events, tick } = createBench();
    applier.apply(entry(1, 'a=1'));
    tick(100);
    writes[0]?.end(new StorageError('full', 'no space'));
    assert.deepEqual(events, ['full']);
    const other = createBench();
    other.applier.apply(entry(1, 'a=1'));
    other.tick(100);
    other.applier.stop();
    other.writes[0]?.end(new StorageError('full', 'no space'));
    assert.deepEqual(other.events, []);
  });
});
