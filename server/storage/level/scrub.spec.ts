import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeOf } from '../../ports/contract/call.contract.ts';
import type { StorageError } from '../../ports/outcome.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { completes, openState, rowsOf, snapshotPositionOf, toRows } from './testing/content.ts';
import { createTestDirectory } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

/** What a scrub of everything found. */
async function scrub(state: StateStore): Promise<StorageError | undefined> {
  const look = state.scrub();
  for (;;) {
    const outcome = await outcomeOf<number | undefined>((done) => look.next(done));
    if (outcome.ok && outcome.value !== undefined) continue;
    look.close();
    return outcome.ok ? undefined : outcome.error;
  }
}

describe('A scrub of the LevelDB state', () => {
  let directory: TestDirectory;
  let state: StateStore;
  beforeEach(async () => {
    directory = createTestDirectory();
    ({ state } = directory.storage());
    await openState(state);
  });
  afterEach(() => directory.dispose());

  const write = (object: Record<string, string>, index: number): Promise<void> =>
    completes((done) => state.write(toRows(object), snapshotPositionOf(index), done));
  /** Rows enough for several tables, of which all bytes count. */
  const fill = async (): Promise<void> => {
    for (let index = 1; index <= 20; index += 1) {
      const rows = Array.from({ length: 100 }, (_, at) => [
        `key ${index} ${at}`,
        Buffer.from(`${index * at}`.repeat(100)).toString('base64'),
      ]);
      await write(Object.fromEntries(rows) as Record<string, string>, index);
    }
  };
  const files = (ending: RegExp): string[] =>
    readdirSync(join(directory.path(), 'state.0'))
      .filter((name) => ending.test(name))
      .map((name) => join(directory.path(), 'state.0', name));
  const flip = (path: string, share: number): void => {
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length * share);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
    writeFileSync(path, bytes);
  };

  it('finds nothing wrong where nothing is', async () => {
    await fill();
    assert(files(/\.ldb$/).length > 1);
    assert.equal(await scrub(state), undefined);
  });

  it('finds a flipped byte in a table that was not read since it was opened', async () => {
    await fill();
    const [table = ''] = files(/\.ldb$/);
    flip(table, 0.3);
    const found = await scrub(state);
    assert.equal(found?.code, 'corrupt');
    assert.match(found.message, /state\.0\/\d+\.ldb: wrong checksum of the block at byte/);
  });

  it('finds a flipped byte in a table of which LevelDB has all in memory', async () => {
    await write({ a: 'x'.repeat(5_000), b: 'y'.repeat(5_000) }, 1);
    await completes((done) => state.close(done));
    // What was written before goes to a table when LevelDB opens.
    ({ state } = directory.storage());
    await openState(state);
    const before = rowsOf(state);
    const [table = ''] = files(/\.ldb$/);
    flip(table, 0.1);
    assert.equal((await scrub(state))?.code, 'corrupt');
    assert.deepEqual(rowsOf(state), before);
  });

  it('finds a flipped byte in what was written last', async () => {
    await write({ a: 'x'.repeat(500) }, 1);
    await write({ b: '2' }, 2);
    const [log = ''] = files(/\.log$/);
    flip(log, 0.3);
    const found = await scrub(state);
    assert.equal(found?.code, 'corrupt');
    assert.match(found.message, /\.log: wrong checksum at byte/);
  });

  it('is not misled by a write that runs', async () => {
    await fill();
    let index = 100;
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) {
        await write({ [`key ${index % 20} 5`]: `${index}` }, (index += 1));
      }
    })();
    for (let times = 0; times < 5; times += 1) assert.equal(await scrub(state), undefined);
    over.abort();
    await writing;
  });
});
