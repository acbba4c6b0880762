import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StagedSnapshot } from '../../ports/state-store.ts';
import { createLevelStorage } from './level-storage.ts';
import type { Storage } from './level-storage.ts';
import { completes, openState, snapshotPositionOf, toRows, valueOf } from './testing/content.ts';
import { createTestDirectory } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

describe('Rows in memory', () => {
  let directory: TestDirectory;
  let state: Storage['state'];
  beforeEach(async () => {
    directory = createTestDirectory();
    ({ state } = directory.storage());
    await openState(state);
  });
  afterEach(() => directory.dispose());

  const write = (object: Record<string, string | undefined>, index: number): Promise<void> =>
    completes((done) => state.write(toRows(object), snapshotPositionOf(index), done));
  const read = (key: string): string | undefined => {
    const value = state.get(key);
    return value && Buffer.from(value).toString();
  };
  const close = (): Promise<void> => completes((done) => state.close(done));
  const open = (): Promise<unknown> => valueOf((done) => state.open(done));
  const found = (): readonly [hits: number, misses: number] => {
    const { hits, misses } = state.rowCache();
    return [hits, misses];
  };

  it('are read from disk once', async () => {
    await write({ a: '1' }, 1);
    assert.deepEqual([read('a'), read('a'), read('b')], ['1', '1', undefined]);
    assert.deepEqual(found(), [1, 2]);
  });

  it('follow what is written', async () => {
    await write({ a: '1', b: '2' }, 1);
    assert.deepEqual([read('a'), read('b')], ['1', '2']);
    await write({ a: '3', b: undefined }, 2);
    assert.deepEqual([read('a'), read('b')], ['3', undefined]);
  });

  it('are those of a snapshot that was installed', async () => {
    await write({ a: '1' }, 1);
    const source = state.snapshot();
    const staged = await valueOf<StagedSnapshot>((done) => state.stage(source, done));
    await write({ a: '2' }, 2);
    assert.equal(read('a'), '2');
    await completes((done) => state.install(staged, done));
    assert.equal(read('a'), '1');
    source.close();
  });

  it('are there after a start without being asked for, as many as there is room for', async () => {
    const many = Array.from({ length: 200 }, (_, at) => [`key ${at}`, 'x'.repeat(100)] as const);
    await write(Object.fromEntries(many), 1);
    await close();
    await open();
    const { bytesMax } = state.rowCache();
    while (state.rowCache().bytes < bytesMax / 2) await nextTurn();
    const [, misses] = found();
    assert.equal(read('key 0'), 'x'.repeat(100));
    assert.equal(found()[1], misses);
  });

  it('are those that are worth it after a start, in the order of that', async () => {
    const many = Array.from({ length: 200 }, (_, at) => at).flatMap((at) => [
      [`key ${at}`, 'x'.repeat(100)] as const,
      [`asked for by nobody ${at}`, 'x'.repeat(100)] as const,
    ]);
    await write({ ...Object.fromEntries(many), late: '1' }, 1);
    await close();
    await open();
    while (state.rowCache().bytes === 0) await nextTurn();
    const [hits, misses] = found();
    for (const key of ['late', 'key 0', 'asked for by nobody 0']) assert.ok(read(key));
    assert.deepEqual(found(), [hits + 2, misses + 1]);
  });

  it('are those that commands read, after a start with what members use', async () => {
    await completes((done) => state.close(done));
    ({ state } = createLevelStorage(directory.path()));
    await open();
    await write({ 'd/1': 'gone', 'k/key': 'value', 'r/topic/t': 'record' }, 1);
    await close();
    await open();
    while (state.rowCache().bytes === 0) await nextTurn();
    const [hits, misses] = found();
    for (const row of ['k/key', 'r/topic/t', 'd/1']) assert.ok(read(row));
    assert.deepEqual(found(), [hits + 2, misses + 1]);
    await close();
  });

  it('are not pushed out by a list', async () => {
    const many = Array.from({ length: 400 }, (_, at) => [`key ${at}`, 'x'.repeat(100)] as const);
    await write(Object.fromEntries(many), 1);
    read('key 5');
    assert.equal([...state.range('')].length, 400);
    const [hits] = found();
    read('key 5');
    assert.equal(found()[0], hits + 1);
  });
});
