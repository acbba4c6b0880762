import assert from 'node:assert/strict';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { EMPTY_CONFIGURATION } from '../../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { SnapshotPosition } from '../../raft/snapshot-position.ts';
import { StorageError } from '../outcome.ts';
import type { SnapshotSource } from '../snapshot-source.ts';
import type { StagedSnapshot, StatePosition, StateStore } from '../state-store.ts';
import { completes, failsWith, outcomeOf, valueOf } from './call.contract.ts';

/** One data directory, for one test. */
export interface StateStoreBench {
  /** A store on the directory, not open yet. The one before is closed or crashed. */
  create(): StateStore;
  /** Power loss: the process is gone, and what was not synced may be gone too. */
  crash(): void | Promise<void>;
  /** As `crash`, in the midst of the write that runs: only some of its bytes are on disk. */
  tear(): void | Promise<void>;
  dispose(): void | Promise<void>;
}

const CONFIGURATION: Configuration = {
  members: [{ id: toMemberId(1), directory: 'd1', priority: 2, standing: 'voter' }],
  outgoing: [],
  nextMemberId: toMemberId(4),
  trust: 'lease',
};

const at = (index: number): SnapshotPosition => ({
  index: toIndex(index),
  term: toTerm(3),
  configuration: CONFIGURATION,
  configurationIndex: toIndex(1),
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const rows = (object: Record<string, string | undefined>): Map<string, Uint8Array | undefined> =>
  new Map(
    Object.entries(object).map(([key, value]) => [
      key,
      value === undefined ? undefined : bytes(value),
    ]),
  );

/** What every state store must do. */
export function stateStoreContract(
  name: string,
  createBench: () => StateStoreBench | Promise<StateStoreBench>,
): void {
  describe(`${name} as a state store`, () => {
    const benches: StateStoreBench[] = [];
    let bench: StateStoreBench;
    let store: StateStore;

    const another = async (): Promise<StateStoreBench> => {
      const made = await createBench();
      benches.push(made);
      return made;
    };
    const open = (): Promise<StatePosition> => valueOf((done) => store.open(done));
    const write = (object: Record<string, string | undefined>, index: number): Promise<void> =>
      valueOf((done) => store.write(rows(object), at(index), done));
    const crash = async (): Promise<StatePosition> => {
      await bench.crash();
      store = bench.create();
      return open();
    };
    const content = (prefix = '', after?: string): Record<string, string> =>
      Object.fromEntries(
        [...store.range(prefix, after)].map(([key, value]) => [
          key,
          new TextDecoder().decode(value),
        ]),
      );
    const get = (key: string): string | undefined => {
      const value = store.get(key);
      return value === undefined ? undefined : new TextDecoder().decode(value);
    };
    /** An open store on another directory with these rows. */
    const sender = async (
      object: Record<string, string | undefined>,
      index: number,
    ): Promise<StateStore> => {
      const other = (await another()).create();
      await valueOf((done) => other.open(done));
      await completes((done) => other.write(rows(object), at(index), done));
      return other;
    };
    const stage = (source: SnapshotSource): Promise<StagedSnapshot> =>
      valueOf((done) => store.stage(source, done));

    beforeEach(async () => {
      bench = await another();
      store = bench.create();
    });
    afterEach(async () => {
      for (const used of benches.splice(0)) await used.dispose();
    });

    it('opens an empty directory at the position before the first entry', async () => {
      assert.deepEqual(await open(), {
        index: 0,
        term: 0,
        configuration: EMPTY_CONFIGURATION,
        configurationIndex: 0,
        installed: false,
      });
      assert.deepEqual(content(), {});
    });

    it('finds again rows and position, after a crash and after closing', async () => {
      await open();
      await write({ a: '1', b: '2', c: '' }, 5);
      await write({ a: '3', b: undefined, missing: undefined }, 6);
      assert.deepEqual(await crash(), { ...at(6), installed: false });
      assert.deepEqual(content(), { a: '3', c: '' });
      await completes((done) => store.close(done));
      store = bench.create();
      assert.deepEqual(await open(), { ...at(6), installed: false });
      assert.equal(get('a'), '3');
      assert.equal(get('b'), undefined);
    });

    it('moves the position without rows', async () => {
      await open();
      await write({ a: '1' }, 5);
      await write({}, 9);
      assert.equal((await crash()).index, 9);
      assert.deepEqual(content(), { a: '1' });
    });

    it('writes what it was given, whatever becomes of the map', async () => {
      await open();
      const given = rows({ a: '1' });
      const written = completes((done) => store.write(given, at(1), done));
      given.set('b', bytes('2'));
      await written;
      await crash();
      assert.deepEqual(content(), { a: '1' });
    });

    it('holds a batch that was being written when it crashed whole or not at all', async () => {
      await open();
      await write({ a: '1' }, 1);
      store.write(rows({ a: '2', b: '2' }), at(2), () => undefined);
      const { index } = await crash();
      assert.deepEqual(content(), index === 2 ? { a: '2', b: '2' } : { a: '1' });
    });

    it('drops a batch of which only a part was written, and goes on behind it', async () => {
      await open();
      await write({ a: '1' }, 1);
      store.write(rows({ a: '2', b: '2' }), at(2), () => undefined);
      await bench.tear();
      store = bench.create();
      assert.equal((await open()).index, 1);
      assert.deepEqual(content(), { a: '1' });
      await write({ c: '3' }, 3);
      assert.equal((await crash()).index, 3);
      assert.deepEqual(content(), { a: '1', c: '3' });
    });

    it('lists rows of a prefix in the order of their UTF-8, after a key', async () => {
      await open();
      const keys = ['p/', 'p/a', 'p/a\u0000', 'p/b', 'p/é', 'p/\u{e000}', 'p/\u{10000}', 'q'];
      await write(Object.fromEntries([...keys].reverse().map((key) => [key, 'x'])), 1);
      assert.deepEqual(Object.keys(content('p/')), keys.slice(0, -1));
      assert.deepEqual(Object.keys(content('p/', 'p/b')), keys.slice(4, -1));
      assert.deepEqual(Object.keys(content('p/', 'p/aa')), keys.slice(3, -1));
      assert.deepEqual(Object.keys(content('', 'p/é')), keys.slice(5));
      assert.deepEqual(Object.keys(content('none')), []);
    });

    it('sends a snapshot of one moment', async () => {
      await open();
      const from = await sender({ a: '1', b: '2' }, 7);
      const source = from.snapshot();
      assert.equal(source.position.index, 7);
      await completes((done) => from.write(rows({ a: '9', c: '9' }), at(8), done));
      const staged = await stage(source);
      source.close();
      assert.equal(staged.position.index, 7);
      await completes((done) => store.install(staged, done));
      assert.deepEqual(content(), { a: '1', b: '2' });
    });

    it('sends a snapshot of many chunks', async () => {
      await open();
      const many = Object.fromEntries(
        Array.from({ length: 500 }, (_, n) => [`key${n}`, `${n}`.repeat(200)]),
      );
      const source = (await sender(many, 7)).snapshot();
      const staged = await stage(source);
      await completes((done) => store.install(staged, done));
      assert.deepEqual(Object.keys(content()).length, 500);
      assert.equal(get('key499'), many['key499']);
    });

    it('puts nothing staged in force before it is installed', async () => {
      await open();
      await write({ old: '1' }, 2);
      await stage((await sender({ new: '1' }, 7)).snapshot());
      assert.deepEqual(content(), { old: '1' });
      assert.deepEqual(await crash(), { ...at(2), installed: false });
      assert.deepEqual(content(), { old: '1' });
    });

    it('replaces everything by a snapshot, and says so until the next write', async () => {
      await open();
      await write({ old: '1', both: '1' }, 2);
      const staged = await stage((await sender({ new: '2', both: '2' }, 7)).snapshot());
      await completes((done) => store.install(staged, done));
      staged.discard();
      assert.deepEqual(content(), { new: '2', both: '2' });
      assert.deepEqual(await crash(), { ...at(7), installed: true });
      assert.deepEqual(content(), { new: '2', both: '2' });
      await write({}, 8);
      assert.deepEqual(await crash(), { ...at(8), installed: false });
    });

    it('installs a snapshot without rows', async () => {
      await open();
      await write({ old: '1' }, 2);
      const staged = await stage((await sender({}, 7)).snapshot());
      await completes((done) => store.install(staged, done));
      assert.deepEqual(await crash(), { ...at(7), installed: true });
      assert.deepEqual(content(), {});
    });

    it('crashes during an install with all of it or nothing', async () => {
      await open();
      await write({ old: '1' }, 2);
      const staged = await stage((await sender({ new: '2' }, 7)).snapshot());
      store.install(staged, () => undefined);
      const { index } = await crash();
      assert.deepEqual(content(), index === 7 ? { new: '2' } : { old: '1' });
    });

    it('takes a snapshot from where another was discarded', async () => {
      await open();
      const from = await sender({ a: '1' }, 7);
      (await stage(from.snapshot())).discard();
      const staged = await stage(from.snapshot());
      await completes((done) => store.install(staged, done));
      assert.deepEqual(content(), { a: '1' });
    });

    it('sets nothing aside of a source that breaks off, and goes on', async () => {
      await open();
      await write({ a: '1' }, 1);
      const source = (await sender({ b: '1' }, 7)).snapshot();
      const broken: SnapshotSource = {
        position: source.position,
        next: (done) => {
          queueMicrotask(() => done({ ok: false, error: new StorageError('failed', 'cut off') }));
        },
        close: () => undefined,
      };
      const outcome = await outcomeOf<StagedSnapshot>((done) => store.stage(broken, done));
      assert(!outcome.ok);
      await write({ c: '1' }, 2);
      assert.deepEqual(content(), { a: '1', c: '1' });
    });

    it('has the hash of its rows, whatever way they came there', async () => {
      await open();
      assert.equal(store.hash(), '0000000000000000');
      await write({ a: '1', b: '2', c: '3' }, 5);
      const three = store.hash();
      await write({ a: '4', c: undefined, missing: undefined }, 6);
      await write({ c: '3', a: '5' }, 7);
      assert.notEqual(store.hash(), three);
      await write({ a: '1' }, 8);
      assert.equal(store.hash(), three);
      await write({ b: undefined, c: undefined, a: undefined }, 9);
      assert.equal(store.hash(), '0000000000000000');
      await write({ 'k/a': 'value' }, 10);
      assert.equal(store.hash(), '8b3819677642bb62');
      await crash();
      assert.equal(store.hash(), '8b3819677642bb62');
    });

    it('sends its hash with a snapshot, and has it once that is installed', async () => {
      await open();
      await write({ old: '1' }, 2);
      const from = await sender({ a: '1', b: '2' }, 7);
      const source = from.snapshot();
      assert.equal(source.hash, from.hash());
      await completes((done) => from.write(rows({ a: '9' }), at(8), done));
      const staged = await stage(source);
      await completes((done) => store.install(staged, done));
      assert.equal(store.hash(), source.hash);
      await write({ a: '9' }, 8);
      assert.equal(store.hash(), from.hash());
    });

    it('sets nothing aside whose rows have another hash than was said', async () => {
      await open();
      await write({ old: '1' }, 2);
      const from = await sender({ a: '1', b: '2' }, 7);
      const source = { ...from.snapshot(), hash: '0123456789abcdef' };
      await failsWith<StagedSnapshot>('corrupt', (done) => store.stage(source, done));
      assert.deepEqual(content(), { old: '1' });
      // Who does not say it is of an older release.
      await stage({ ...from.snapshot(), hash: undefined });
    });

    it('finds no rot where there is none, also while it is written to', async () => {
      await open();
      await write({ a: '1', b: '2' }, 5);
      const scrub = store.scrub();
      const next = (): Promise<number | undefined> =>
        valueOf<number | undefined>((done) => scrub.next(done));
      for (let index = 6; (await next()) !== undefined; index += 1) {
        await write({ a: `${index}`, b: undefined, [`c${index}`]: 'x'.repeat(1_000) }, index);
      }
      scrub.close();
      scrub.close();
      await completes((done) => store.close(done));
      await failsWith<number | undefined>('closed', (done) => store.scrub().next(done));
    });

    it('answers no chunk after its snapshot was closed', async () => {
      await open();
      await write({ a: '1' }, 1);
      const source = store.snapshot();
      let answered = false;
      source.next(() => (answered = true));
      source.close();
      source.close();
      await write({ a: '2' }, 2);
      assert.equal(answered, false);
    });

    it('lets go of the directory when it is closed while it opens', async () => {
      store.open(() => undefined);
      await completes((done) => store.close(done));
      store = bench.create();
      await valueOf((done) => store.open(done));
    });

    it('does nothing before it is opened and after it is closed', async () => {
      await failsWith('closed', (done) => store.write(rows({}), at(1), done));
      assert.throws(() => store.get('a'), { name: 'StorageError', code: 'closed' });
      await open();
      await completes((done) => store.close(done));
      await completes((done) => store.close(done));
      await failsWith('closed', (done) => store.write(rows({}), at(1), done));
      assert.throws(() => store.get('a'), { name: 'StorageError', code: 'closed' });
    });
  });
}
