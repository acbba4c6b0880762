import assert from 'node:assert/strict';
import type { Entry, EntryKind } from '../../raft/entry.ts';
import { entryBytes } from '../../raft/entry.ts';
import { ORIGIN, toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { LogPosition } from '../../raft/ids.ts';
import type { LogStore, StoredLog } from '../log-store.ts';
import { completes, failsWith, valueOf } from './call.contract.ts';

/** One data directory, for one test. */
export interface LogStoreBench {
  /** A store on the directory, not open yet. The one before is closed or crashed. */
  create(): LogStore;
  /** Power loss: the process is gone, and what was not synced may be gone too. */
  crash(): void | Promise<void>;
  /** As `crash`, in the midst of the write that runs: only some of its bytes are on disk. */
  tear(): void | Promise<void>;
  dispose(): void | Promise<void>;
}

const entry = (
  index: number,
  term: number,
  data = `${index}`,
  kind: EntryKind = 'command',
): Entry => ({
  index: toIndex(index),
  term: toTerm(term),
  kind,
  data: new TextEncoder().encode(data),
});

const entries = (...terms: readonly number[]): Entry[] =>
  terms.map((term, at) => entry(at + 1, term));

const position = (index: number, term: number): LogPosition => ({
  index: toIndex(index),
  term: toTerm(term),
});

const plain = (list: readonly Entry[]): unknown =>
  list.map(({ data, ...rest }) => ({ ...rest, data: [...data] }));

/** What every log store must do. */
export function logStoreContract(
  name: string,
  createBench: () => LogStoreBench | Promise<LogStoreBench>,
): void {
  describe(`${name} as a log store`, () => {
    let bench: LogStoreBench;
    let store: LogStore;

    const open = (): Promise<StoredLog> => valueOf((done) => store.open(done));
    const append = (batch: Parameters<LogStore['append']>[0]): Promise<void> =>
      valueOf((done) => store.append(batch, done));
    const read = (after: number, bytesMax = 1 << 20): Promise<readonly Entry[]> =>
      valueOf((done) => store.read(toIndex(after), bytesMax, done));
    const close = (): Promise<void> => valueOf((done) => store.close(done));
    const reopen = async (): Promise<StoredLog> => {
      await close();
      store = bench.create();
      return open();
    };
    const crash = async (): Promise<StoredLog> => {
      await bench.crash();
      store = bench.create();
      return open();
    };

    beforeEach(async () => {
      bench = await createBench();
      store = bench.create();
    });
    afterEach(async () => {
      await bench.dispose();
    });

    it('opens an empty directory as an empty log', async () => {
      assert.deepEqual(await open(), {
        identity: undefined,
        hardState: undefined,
        base: ORIGIN,
        terms: [],
        last: 0,
        bytes: 0,
        marks: [],
      });
      assert.deepEqual(await read(0), []);
    });

    it('finds again what it was told, after a crash and after closing', async () => {
      await open();
      const identity = { cluster: 'c', member: toMemberId(7) };
      const hardState = { term: toTerm(3), vote: toMemberId(2) };
      const log = entries(1, 1, 3);
      await append({ identity, hardState, entries: log });
      const expected = {
        identity,
        hardState,
        base: ORIGIN,
        terms: [
          { first: 1, term: 1 },
          { first: 3, term: 3 },
        ],
        last: 3,
        bytes: log.reduce((sum, each) => sum + entryBytes(each), 0),
        marks: [],
      };
      assert.deepEqual(await crash(), expected);
      assert.deepEqual(await reopen(), expected);
      assert.deepEqual(plain(await read(0)), plain(log));
    });

    it('keeps what a batch does not name', async () => {
      await open();
      const identity = { cluster: 'c', member: toMemberId(1) };
      await append({ identity, hardState: { term: toTerm(1), vote: undefined }, entries: [] });
      await append({ entries: entries(1) });
      await append({ hardState: { term: toTerm(2), vote: toMemberId(1) }, entries: [] });
      const found = await crash();
      assert.deepEqual(found.identity, identity);
      assert.deepEqual(found.hardState, { term: 2, vote: 1 });
      assert.equal(found.last, 1);
    });

    it('keeps kind and data of an entry, empty and large', async () => {
      await open();
      const log = [
        entry(1, 1, '', 'noop'),
        entry(2, 1, 'x'.repeat(1 << 20), 'command'),
        entry(3, 1, 'c', 'configuration'),
      ];
      await append({ entries: log });
      await reopen();
      assert.deepEqual(plain(await read(0, 1 << 22)), plain(log));
    });

    it('replaces entries from the first of a batch to the end of the log', async () => {
      await open();
      await append({ entries: entries(1, 1, 1, 1, 1) });
      await append({ entries: [entry(3, 2, 'new')] });
      const found = await crash();
      assert.equal(found.last, 3);
      assert.deepEqual(found.terms, [
        { first: 1, term: 1 },
        { first: 3, term: 2 },
      ]);
      assert.deepEqual(plain(await read(0)), plain([...entries(1, 1), entry(3, 2, 'new')]));
    });

    it('replaces the whole log by a batch that begins at its first entry', async () => {
      await open();
      await append({ entries: entries(1, 2) });
      await append({ entries: [entry(1, 3, 'new')] });
      assert.deepEqual((await crash()).terms, [{ first: 1, term: 3 }]);
    });

    it('reads as much as asked for, one entry at least, none at the end', async () => {
      await open();
      const log = entries(1, 1, 1, 1);
      await append({ entries: log });
      const size = entryBytes(log[0]!);
      assert.deepEqual(plain(await read(1, 2 * size)), plain(log.slice(1, 3)));
      assert.deepEqual(plain(await read(1, 1)), plain(log.slice(1, 2)));
      assert.deepEqual(await read(4), []);
      assert.deepEqual(await read(9), []);
    });

    it('reads while a write runs', async () => {
      await open();
      await append({ entries: entries(1, 1) });
      const [, found] = await Promise.all([append({ entries: [entry(3, 1)] }), read(0)]);
      assert.deepEqual(plain(found.slice(0, 2)), plain(entries(1, 1)));
    });

    it('forgets what it is compacted through, for ever', async () => {
      await open();
      await append({ entries: entries(1, 1, 2, 2, 3) });
      await valueOf((done) => store.compact(position(3, 2), done));
      assert.deepEqual(await read(1), []);
      assert.deepEqual(await read(2), []);
      const found = await crash();
      assert.deepEqual(found.base, position(3, 2));
      assert.deepEqual(found.terms, [
        { first: 4, term: 2 },
        { first: 5, term: 3 },
      ]);
      assert.equal(found.bytes, 2 * entryBytes(entry(4, 2)));
      assert.deepEqual(plain(await read(3)), plain([entry(4, 2), entry(5, 3)]));
      await append({ entries: [entry(6, 3)] });
      assert.equal((await crash()).last, 6);
    });

    it('is compacted twice, or below its base, without harm', async () => {
      await open();
      await append({ entries: entries(1, 1, 1) });
      for (const index of [2, 2, 1]) {
        await valueOf((done) => store.compact(position(index, 1), done));
      }
      const found = await crash();
      assert.deepEqual(found.base, position(2, 1));
      assert.equal(found.last, 3);
    });

    it('is compacted to its end and goes on from there', async () => {
      await open();
      await append({ entries: entries(1, 1) });
      await valueOf((done) => store.compact(position(2, 1), done));
      const found = await crash();
      assert.deepEqual({ ...found.base, last: found.last }, { ...position(2, 1), last: 2 });
      assert.deepEqual(found.terms, []);
      await append({ entries: [entry(3, 4)] });
      assert.deepEqual((await crash()).terms, [{ first: 3, term: 4 }]);
    });

    it('is reset to any position and keeps who it is', async () => {
      await open();
      const identity = { cluster: 'c', member: toMemberId(1) };
      const hardState = { term: toTerm(9), vote: undefined };
      await append({ identity, hardState, entries: entries(1, 1, 1) });
      for (const base of [position(20, 5), position(2, 1)]) {
        await valueOf((done) => store.reset(base, done));
        const found = await crash();
        const { index: last } = base;
        assert.deepEqual(found, {
          identity,
          hardState,
          base,
          terms: [],
          last,
          bytes: 0,
          marks: [],
        });
        assert.deepEqual(await read(base.index), []);
      }
      await append({ entries: [entry(3, 9)] });
      assert.equal((await crash()).last, 3);
    });

    it('holds a batch that was being written when it crashed whole or not at all', async () => {
      await open();
      await append({ entries: entries(1, 1) });
      const hardState = { term: toTerm(5), vote: undefined };
      store.append({ hardState, entries: [entry(2, 5), entry(3, 5)] }, () => undefined);
      const { last, hardState: found } = await crash();
      assert.deepEqual(found, last === 3 ? hardState : undefined);
      assert([2, 3].includes(last));
    });

    it('drops a batch of which only a part was written, and goes on behind it', async () => {
      await open();
      await append({ entries: entries(1, 1) });
      const hardState = { term: toTerm(5), vote: undefined };
      store.append({ hardState, entries: [entry(2, 5), entry(3, 5)] }, () => undefined);
      await bench.tear();
      store = bench.create();
      const found = await open();
      assert.equal(found.hardState, undefined);
      assert.deepEqual(found.terms, [{ first: 1, term: 1 }]);
      assert.deepEqual(plain(await read(0)), plain(entries(1, 1)));
      await append({ entries: [entry(3, 1)] });
      assert.equal((await crash()).last, 3);
    });

    it('does nothing before it is opened and after it is closed', async () => {
      await failsWith('closed', (done) => store.append({ entries: entries(1) }, done));
      await failsWith('closed', (done) => store.read(toIndex(0), 1, done));
      await open();
      await close();
      await failsWith('closed', (done) => store.append({ entries: entries(1) }, done));
      await failsWith('closed', (done) => store.compact(position(0, 0), done));
      await failsWith('closed', (done) => store.reset(position(1, 1), done));
    });

    it('lets go of the directory when it is closed while it opens', async () => {
      store.open(() => undefined);
      await reopen();
      await append({ entries: entries(1) });
    });

    it('closes when it is not open, twice, and while a write runs', async () => {
      await close();
      await open();
      const order: string[] = [];
      await Promise.all([
        completes((done) => store.append({ entries: entries(1) }, done)).then(() =>
          order.push('append'),
        ),
        close().then(() => order.push('close')),
        close().then(() => order.push('close')),
      ]);
      assert.deepEqual(order, ['append', 'close', 'close']);
      assert.equal((await open()).last, 1);
    });

    it('belongs to one store at a time', async () => {
      await open();
      const second = bench.create();
      await failsWith('locked', (done) => second.open(done));
      await append({ entries: entries(1) });
    });
  });
}
