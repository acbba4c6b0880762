import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logStoreContract } from '../../ports/contract/log-store.contract.ts';
import { failsWith } from '../../ports/contract/call.contract.ts';
import type { LogStore } from '../../ports/log-store.ts';
import { toIndex, toTerm } from '../../raft/ids.ts';
import { encodeEntry } from './entry-record.ts';
import { openLevel, piecesOf, writeSynced } from './level.ts';
import type { Operation } from './level.ts';
import { encodeLogHeader } from './log-header.ts';
import type { LogHeader } from './log-header.ts';
import { decodeLogKey, entryKey, headerKey } from './log-keys.ts';
import { completes, entryOf, openLog, positionOf } from './testing/content.ts';
import { createTestDirectory, SMALL } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

logStoreContract('The LevelDB log', () => {
  const directory = createTestDirectory();
  return { ...directory, create: () => directory.storage().log };
});

describe('The LevelDB log', () => {
  let directory: TestDirectory;
  let log: LogStore;
  beforeEach(() => {
    directory = createTestDirectory();
    ({ log } = directory.storage());
  });
  afterEach(() => directory.dispose());

  const path = (): string => join(directory.path(), 'log');
  const close = (): Promise<void> => completes((done) => log.close(done));
  /** Appends entries of term 1, one batch. */
  const append = (first: number, last: number, data?: string): Promise<void> => {
    const entries = Array.from({ length: last - first + 1 }, (_, at) =>
      entryOf(first + at, 1, data),
    );
    return completes((done) => log.append({ entries }, done));
  };
  /** The indexes of all entry records there are, compacted or not. The log is closed. */
  const records = async (): Promise<number[]> => {
    const level = await openLevel(path(), SMALL.log, false);
    const found: number[] = [];
    for await (const piece of piecesOf(level)) {
      for (const [bytes] of piece) {
        const key = decodeLogKey(bytes);
        if (key.kind === 'entry') found.push(key.index);
      }
    }
    await level.close();
    return found;
  };
  /** Writes past the store. The log is closed. */
  const write = async (...operations: readonly Operation[]): Promise<void> => {
    const level = await openLevel(path(), SMALL.log, false);
    await writeSynced(level, operations);
    await level.close();
  };

  it('deletes what it was compacted through along with later appends', async () => {
    await openLog(log);
    await append(1, 200);
    await completes((done) => log.compact(positionOf(150, 1), done));
    for (let index = 201; index <= 220; index += 1) await append(index, index);
    await close();
    assert.deepEqual(
      await records(),
      Array.from({ length: 70 }, (_, at) => 151 + at),
    );
  });

  it('deletes the rest of it when it is opened', async () => {
    await openLog(log);
    await append(1, 200);
    await completes((done) => log.compact(positionOf(190, 1), done));
    await close();
    assert.equal((await records()).length, 200);
    const { stored } = await openLog(log);
    assert.deepEqual(
      { base: stored.base, last: stored.last },
      { base: positionOf(190, 1), last: 200 },
    );
    await close();
    assert.deepEqual(
      await records(),
      Array.from({ length: 10 }, (_, at) => 191 + at),
    );
  });

  it('deletes all of a long log when it is reset', async () => {
    await openLog(log);
    for (let first = 1; first < 9_000; first += 1_000) await append(first, first + 999);
    await completes((done) => log.reset(positionOf(500, 1), done));
    await append(501, 502);
    await close();
    assert.deepEqual(await records(), [501, 502]);
  });

  it('finishes a reset when it is opened', async () => {
    await openLog(log);
    await append(1, 30);
    await close();
    const header: LogHeader = {
      base: positionOf(10, 4),
      last: positionOf(10, 4),
      resetThrough: toIndex(30),
      hardState: undefined,
      identity: undefined,
    };
    await write(
      { type: 'put', key: headerKey(2), value: encodeLogHeader(headerKey(2), header) },
      { type: 'del', key: headerKey(1) },
    );
    const { stored, entries } = await openLog(log);
    assert.deepEqual({ base: stored.base, last: stored.last }, { base: header.base, last: 10 });
    assert.deepEqual(entries, []);
    await completes((done) => log.append({ entries: [entryOf(11, 5)] }, done));
    await close();
    assert.deepEqual(await records(), [11]);
    assert.deepEqual((await openLog(log)).entries, ['11 5 command 11 of 5']);
  });

  it('shows no entry before it is on disk', async () => {
    await openLog(log);
    await append(1, 5);
    const appended = completes((done) => log.append({ entries: [entryOf(3, 2)] }, done));
    const during = await new Promise((resolve) => log.read(toIndex(0), 1 << 20, resolve));
    assert.deepEqual(during, { ok: true, value: [entryOf(1, 1), entryOf(2, 1)] });
    await appended;
  });

  it('refuses everything after a failed write, until it is opened again', async () => {
    await openLog(log);
    await append(1, 3);
    // LevelDB finds no place for its next file.
    renameSync(path(), `${path()}-away`);
    let last = 3;
    let code: string | undefined;
    while (code === undefined) {
      const entry = entryOf(last + 1, 1, 'x'.repeat(20_000));
      const outcome = await new Promise<{ ok: boolean; error?: unknown }>((resolve) =>
        log.append({ entries: [entry] }, resolve),
      );
      if (outcome.ok) last += 1;
      else code = (outcome.error as { code: string }).code;
    }
    assert.equal(code, 'failed');
    renameSync(`${path()}-away`, path());
    await failsWith('failed', (done) => log.append({ entries: [entryOf(last + 1, 1)] }, done));
    await failsWith('failed', (done) => log.read(toIndex(0), 1, done));
    await failsWith('failed', (done) => log.compact(positionOf(1, 1), done));
    await failsWith('failed', (done) => log.reset(positionOf(9, 1), done));
    await close();
    const { stored } = await openLog(log);
    assert(stored.last >= last && stored.last <= last + 1, `${stored.last} after ${last}`);
  });

  it('checks what it reads', async () => {
    await openLog(log);
    await append(1, 3, 'needle');
    await close();
    await openLog(log);
    const [table] = readdirSync(path()).filter((name) => name.endsWith('.ldb'));
    const file = join(path(), table ?? '');
    const bytes = readFileSync(file);
    bytes.write('N', bytes.indexOf('needle'));
    // In place, so that what LevelDB has mapped changes.
    writeFileSync(file, bytes, { flag: 'r+' });
    await failsWith('corrupt', (done) => log.read(toIndex(0), 1 << 20, done));
  });

  describe('refuses as corrupt', () => {
    const put = (key: Buffer, value: Buffer): Operation => ({ type: 'put', key, value });
    const entryRecord = (index: number, term: number, previousTerm: number): Operation => {
      const key = entryKey(toIndex(index));
      return put(key, encodeEntry(key, entryOf(index, term), toTerm(previousTerm)));
    };
    const CASES: readonly { what: string; operations: readonly Operation[]; says: RegExp }[] = [
      {
        what: 'a gap',
        operations: [{ type: 'del', key: entryKey(toIndex(4)) }],
        says: /log, entry 5: it follows entry 3: a gap/,
      },
      {
        what: 'a missing end',
        operations: [{ type: 'del', key: entryKey(toIndex(6)) }],
        says: /must end with entry 6 of term 2, it ends with 5 of term 2/,
      },
      {
        what: 'an entry behind the end',
        operations: [entryRecord(7, 2, 2)],
        says: /entry 7: an entry behind the end of the log, 6/,
      },
      {
        what: 'an entry under the key of another',
        operations: [
          put(entryKey(toIndex(4)), encodeEntry(entryKey(toIndex(5)), entryOf(5, 2), toTerm(2))),
        ],
        says: /entry 4: wrong checksum/,
      },
      {
        what: 'an entry of before a batch that is lost',
        operations: [entryRecord(4, 1, 1)],
        says: /entry 5: it is of term 2, written behind one of term 2, and follows one of term 1/,
      },
      {
        what: 'a term that falls',
        operations: [entryRecord(5, 1, 2)],
        says: /entry 5: it is of term 1/,
      },
      {
        what: 'a header too many',
        operations: [put(headerKey(9), encodeLogHeader(headerKey(9), emptyHeader()))],
        says: /header 9: a second header: the batch between them is missing/,
      },
      {
        what: 'entries without a header',
        operations: [{ type: 'del', key: headerKey(2) }],
        says: /entry 1: entries, but no header/,
      },
      {
        what: 'what is no record of a log',
        operations: [put(Buffer.from('key'), Buffer.from('value'))],
        says: /unknown key 6b6579/,
      },
    ];
    for (const { what, operations, says } of CASES) {
      it(what, async () => {
        await openLog(log);
        await append(1, 3);
        const entries = [4, 5, 6].map((index) => entryOf(index, 2));
        await completes((done) => log.append({ entries }, done));
        await close();
        await write(...operations);
        await assert.rejects(openLog(log), { code: 'corrupt', message: says });
        await assert.rejects(openLog(log), { code: 'corrupt', message: /Replace this member/ });
      });
    }
  });
});

function emptyHeader(): LogHeader {
  const position = positionOf(0, 0);
  const resetThrough = toIndex(0);
  return {
    base: position,
    last: position,
    resetThrough,
    hardState: undefined,
    identity: undefined,
  };
}
