import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateStoreContract } from '../../ports/contract/state-store.contract.ts';
import { failsWith } from '../../ports/contract/call.contract.ts';
import type { SnapshotSource } from '../../ports/snapshot-source.ts';
import type { StagedSnapshot, StateStore } from '../../ports/state-store.ts';
import { openLevel, writeSynced } from './level.ts';
import type { Operation } from './level.ts';
import { encodePosition, positionKey } from './position-record.ts';
import { encodeRow } from './row-record.ts';
import {
  completes,
  openState,
  rowsOf,
  snapshotPositionOf,
  toRows,
  valueOf,
} from './testing/content.ts';
import { createTestDirectory, SMALL } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

stateStoreContract('The LevelDB state', () => {
  const directory = createTestDirectory();
  return { ...directory, create: () => directory.storage().state };
});

describe('The LevelDB state', () => {
  let directory: TestDirectory;
  let state: StateStore;
  let other: TestDirectory;
  /** Sends snapshots. */
  let sender: StateStore;
  beforeEach(async () => {
    directory = createTestDirectory();
    other = createTestDirectory();
    ({ state } = directory.storage());
    ({ state: sender } = other.storage());
    await openState(state);
    await openState(sender);
  });
  afterEach(async () => {
    await directory.dispose();
    await other.dispose();
  });

  const write = (
    to: StateStore,
    object: Record<string, string | undefined>,
    index: number,
  ): Promise<void> =>
    completes((done) => to.write(toRows(object), snapshotPositionOf(index), done));
  const stage = (source: SnapshotSource): Promise<StagedSnapshot> =>
    valueOf((done) => state.stage(source, done));
  const close = (): Promise<void> => completes((done) => state.close(done));
  const databases = (): string[] =>
    readdirSync(directory.path())
      .filter((name) => /^(state|staging)/.test(name))
      .sort();
  const many = (count: number, data: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`key ${at}`, `${at} ${data}`]));
  const chunksOf = async (source: SnapshotSource): Promise<Uint8Array[]> => {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await valueOf<Uint8Array | undefined>((done) => source.next(done));
      if (chunk === undefined) return chunks;
      chunks.push(chunk);
    }
  };
  const sourceOf = (
    position: SnapshotSource['position'],
    chunks: readonly Uint8Array[],
  ): SnapshotSource => {
    const left = [...chunks];
    const next: SnapshotSource['next'] = (done) =>
      setImmediate(() => done({ ok: true, value: left.shift() }));
    return { position, next, close: () => undefined };
  };

  it('has rows with empty keys and values', async () => {
    await write(state, { '': 'none', none: '' }, 1);
    await close();
    assert.deepEqual((await openState(state)).rows, { '': 'none', none: '' });
  });

  it('does not list a row that a write is deleting, nor call it corrupt', async () => {
    await write(state, many(200, 'x'), 1);
    const gone = Object.fromEntries(Object.keys(many(200, '')).map((key) => [key, undefined]));
    const written = write(state, gone, 2).then(() => true);
    const turn = (): Promise<boolean> => new Promise((resolve) => setImmediate(resolve, false));
    while (!(await Promise.race([written, turn()]))) assert([...state.range('')].length <= 200);
    assert.deepEqual(rowsOf(state), {});
  });

  it('snapshots rows and position of one moment while a write runs', async () => {
    for (let index = 1; index < 20; index += 1) {
      const writing = write(sender, { at: `${index}` }, index);
      const source = sender.snapshot();
      const staged = await stage(source);
      await completes((done) => state.install(staged, done));
      const found = Number(rowsOf(state)['at'] ?? 0);
      assert.equal(found, source.position.index);
      source.close();
      await writing;
    }
  });

  it('sends chunks that are no larger than they may be, whatever the rows', async () => {
    const rows = { a: 'small', b: 'x'.repeat(100_000), c: 'y'.repeat(4 << 10), d: 'small' };
    await write(sender, rows, 7);
    const chunks = await chunksOf(sender.snapshot());
    assert(chunks.every((chunk) => chunk.length <= SMALL.state.chunkBytesMax));
    assert(chunks.length > 25);
    const staged = await stage(sourceOf(snapshotPositionOf(7), chunks));
    await completes((done) => state.install(staged, done));
    assert.deepEqual(rowsOf(state), rows);
  });

  it('sends a snapshot to its end after another one was installed', async () => {
    await write(state, many(2_000, 'old'), 1);
    const source = state.snapshot();
    const first = await valueOf<Uint8Array | undefined>((done) => source.next(done));
    await write(sender, { new: '1' }, 7);
    const replacement = await stage(sender.snapshot());
    await completes((done) => state.install(replacement, done));
    assert.deepEqual(databases(), ['state.0', 'state.1']);
    const rest = await chunksOf(source);
    source.close();
    const chunks = [...(first === undefined ? [] : [first]), ...rest];
    const staged = await stage(sourceOf(snapshotPositionOf(1), chunks));
    await completes((done) => state.install(staged, done));
    assert.deepEqual(rowsOf(state), many(2_000, 'old'));
    await close();
    assert.deepEqual(databases(), ['state.2']);
  });

  it('removes what was discarded, and at open what was never installed', async () => {
    await write(sender, { a: '1' }, 7);
    (await stage(sender.snapshot())).discard();
    await stage(sender.snapshot());
    await close();
    assert.deepEqual(databases(), ['staging.2', 'state.0']);
    await openState(state);
    assert.deepEqual(databases(), ['state.0']);
  });

  it('ends a stage whose source is silent before it closes', async () => {
    const order: string[] = [];
    const silent = { ...sourceOf(snapshotPositionOf(7), []), next: () => undefined };
    const staging = failsWith<StagedSnapshot>('closed', (done) => state.stage(silent, done)).then(
      () => order.push('stage'),
    );
    await Promise.all([staging, close().then(() => order.push('close'))]);
    assert.deepEqual(order, ['stage', 'close']);
    assert.deepEqual(databases(), ['state.0']);
  });

  describe('sets nothing aside of a snapshot', () => {
    const CASES: readonly { what: string; change: (chunks: Uint8Array[]) => Uint8Array[] }[] = [
      { what: 'that lacks its first chunk', change: (chunks) => chunks.slice(1) },
      { what: 'that lacks a chunk', change: (chunks) => chunks.toSpliced(1, 1) },
      { what: 'that lacks its last chunk', change: (chunks) => chunks.slice(0, -1) },
      { what: 'without chunks', change: () => [] },
      {
        what: 'with a chunk twice',
        change: (chunks) => chunks.toSpliced(1, 0, ...chunks.slice(1, 2)),
      },
      { what: 'that goes on', change: (chunks) => [...chunks, ...chunks.slice(-1)] },
      { what: 'out of order', change: (chunks) => [...chunks].reverse() },
      {
        what: 'with a changed bit',
        change: ([first = new Uint8Array(0), ...rest]) => [
          first.map((byte, at) => (at === 100 ? byte ^ 1 : byte)),
          ...rest,
        ],
      },
      {
        what: 'with a chunk cut short',
        change: ([first = new Uint8Array(0), ...rest]) => [first.slice(0, -1), ...rest],
      },
    ];
    for (const { what, change } of CASES) {
      it(what, async () => {
        await write(state, { kept: '1' }, 1);
        await write(sender, many(500, 'x'), 7);
        const source = sender.snapshot();
        const chunks = change(await chunksOf(source));
        source.close();
        const changed = sourceOf(source.position, chunks);
        await failsWith<StagedSnapshot>('corrupt', (done) => state.stage(changed, done));
        assert.deepEqual(databases(), ['state.0']);
        await write(state, { kept: '2' }, 2);
        assert.deepEqual(rowsOf(state), { kept: '2' });
      });
    }

    it('that is another', async () => {
      const chunks = await chunksOf(sender.snapshot());
      const changed = sourceOf(snapshotPositionOf(8), chunks);
      await failsWith<StagedSnapshot>('corrupt', (done) => state.stage(changed, done));
    });
  });

  describe('refuses as corrupt', () => {
    const put = (key: string | Buffer, value: Buffer): Operation => ({
      type: 'put',
      key: Buffer.from(key),
      value,
    });
    const position = { ...snapshotPositionOf(9), installed: false };
    const CASES: readonly { what: string; operation: Operation; says: RegExp }[] = [
      {
        what: 'a row under the key of another',
        operation: put('b', encodeRow('a', Buffer.from('1'))),
        says: /state\.0, row "b": wrong checksum/,
      },
      {
        what: 'a row that is missing',
        operation: { type: 'del', key: Buffer.from('a') },
        says: /there must be 2 rows, there are 1/,
      },
      {
        what: 'a row too many',
        operation: put('c', encodeRow('c', Buffer.from('1'))),
        says: /there must be 2 rows, there are 3/,
      },
      {
        what: 'an older row in the place of a newer one',
        operation: put('b', encodeRow('b', Buffer.from('older'))),
        says: /the hash of all rows must be [0-9a-f]{16}, it is [0-9a-f]{16}/,
      },
      {
        what: 'a batch that is missing between others',
        operation: put(
          positionKey(9),
          encodePosition(positionKey(9), position, 2, { low: 0, high: 0 }),
        ),
        says: /a second position: the batch between them is missing/,
      },
      {
        what: 'rows without a position',
        operation: { type: 'del', key: positionKey(1) },
        says: /there must be 0 rows, there are 2/,
      },
      {
        what: 'what is no record of a state',
        operation: put(Buffer.of(0xff, 1), Buffer.from('1')),
        says: /unknown key ff01/,
      },
    ];
    for (const { what, operation, says } of CASES) {
      it(what, async () => {
        await write(state, { a: '1', b: '2' }, 1);
        await close();
        const level = await openLevel(join(directory.path(), 'state.0'), SMALL.state, true);
        await writeSynced(level, [operation]);
        await level.close();
        await assert.rejects(openState(state), { code: 'corrupt', message: says });
        await assert.rejects(openState(state), { code: 'corrupt', message: /Replace this member/ });
      });
    }
  });
});
