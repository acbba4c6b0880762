import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logStoreContract } from '../../ports/contract/log-store.contract.ts';
import { failsWith } from '../../ports/contract/call.contract.ts';
import type { LogStore } from '../../ports/log-store.ts';
import { entryBytes } from '../../raft/entry.ts';
import type { Entry } from '../../raft/entry.ts';
import { toIndex, toTerm } from '../../raft/ids.ts';
import { openLevel, piecesOf, writeSynced } from './level.ts';
import type { Operation } from './level.ts';
import { encodeGroup } from './log-group-record.ts';
import { encodeLogHeader } from './log-header.ts';
import type { LogHeader } from './log-header.ts';
import { createLevelStorage } from './level-storage.ts';
import { decodeLogKey, groupKey, headerKey } from './log-keys.ts';
import { completes, entryOf, openLog, positionOf, valueOf } from './testing/content.ts';
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
  /** Where all groups begin that there are, compacted or not. The log is closed. */
  const groups = async (): Promise<number[]> => {
    const level = await openLevel(path(), SMALL.log, false);
    const found: number[] = [];
    for await (const piece of piecesOf(level)) {
      for (const [bytes] of piece) {
        const key = decodeLogKey(bytes);
        if (key.kind === 'group') found.push(key.first);
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

  /** Pairs, each appended by itself, and so a group: 1 and 2, 3 and 4, ... through 100. */
  const appendPairs = async (): Promise<void> => {
    for (let first = 1; first < 100; first += 2) await append(first, first + 1);
  };
  const odd = (first: number, last: number): number[] =>
    Array.from({ length: (last - first) / 2 + 1 }, (_, at) => first + 2 * at);

  it('has one record for a batch, or few for a large one', async () => {
    await openLog(log);
    await append(1, 500);
    await append(501, 506, 'x'.repeat(100_000));
    await append(507, 507, 'x'.repeat(1_000_000));
    await append(508, 508);
    await close();
    assert.deepEqual(await groups(), [1, 501, 503, 505, 507, 508]);
    assert.equal((await openLog(log)).entries.length, 508);
  });

  it('deletes groups it was compacted through along with later appends', async () => {
    await openLog(log);
    await appendPairs();
    await completes((done) => log.compact(positionOf(92, 1), done));
    await append(101, 101);
    await append(102, 102);
    await close();
    assert.deepEqual(await groups(), [...odd(73, 99), 101, 102]);
  });

  it('deletes the rest of them when it is opened, but for the one its base is in', async () => {
    await openLog(log);
    await appendPairs();
    await completes((done) => log.compact(positionOf(91, 1), done));
    await close();
    assert.equal((await groups()).length, 50);
    const { stored, entries } = await openLog(log);
    assert.deepEqual(
      { base: stored.base, last: stored.last },
      { base: positionOf(91, 1), last: 100 },
    );
    assert.equal(entries[0], '92 1 command 92 of 1');
    await close();
    assert.deepEqual(await groups(), odd(91, 99));
  });

  it('says at open how much lies before some of its entries', async () => {
    await openLog(log);
    for (let first = 1; first <= 6; first += 1) await append(first, first, 'x'.repeat(40_000));
    await close();
    const { stored } = await openLog(log);
    const bytesThrough = (index: number): number => (index * stored.bytes) / 6;
    assert.deepEqual(
      stored.marks.map(({ through, bytes }) => [through, bytes]),
      [2, 4, 6].map((through) => [through, bytesThrough(through)]),
    );
  });

  it('takes little more room on disk than what it holds', async () => {
    const ROUND = 20;
    const data = 'x'.repeat(100_000);
    // As it comes: with small buffers LevelDB forgets by itself, with these it does not.
    const { log: usual } = createLevelStorage(directory.path());
    await openLog(usual);
    for (let last = 0; last < 20 * ROUND; last += ROUND) {
      for (let index = last + 1; index <= last + ROUND; index += 1) {
        await completes((done) => usual.append({ entries: [entryOf(index, 1, data)] }, done));
      }
      await completes((done) => usual.compact(positionOf(last + ROUND - 1, 1), done));
    }
    await completes((done) => usual.close(done));
    const bytes = readdirSync(path())
      .filter((name) => name.endsWith('.ldb'))
      .reduce((sum, name) => sum + statSync(join(path(), name)).size, 0);
    // 40 MB were written.
    assert(bytes < 10_000_000, `${bytes} bytes in tables`);
  });

  it('cuts the group that a batch begins in', async () => {
    await openLog(log);
    await append(1, 10);
    await append(11, 20);
    await completes((done) => log.append({ entries: [entryOf(7, 2), entryOf(8, 2)] }, done));
    directory.crash();
    ({ log } = directory.storage());
    const { stored, entries } = await openLog(log);
    assert.equal(stored.last, 8);
    assert.deepEqual(entries.slice(5), [
      '6 1 command 6 of 1',
      '7 2 command 7 of 2',
      '8 2 command 8 of 2',
    ]);
    await close();
    assert.deepEqual(await groups(), [1, 7]);
  });

  it('cuts the group that its base is in', async () => {
    await openLog(log);
    await append(1, 10);
    await completes((done) => log.compact(positionOf(4, 1), done));
    await completes((done) => log.append({ entries: [entryOf(7, 2)] }, done));
    await completes((done) => log.append({ entries: [entryOf(5, 3)] }, done));
    directory.crash();
    ({ log } = directory.storage());
    assert.deepEqual((await openLog(log)).entries, ['5 3 command 5 of 3']);
    await close();
    assert.deepEqual(await groups(), [5]);
  });

  it('reads from the middle of a group to the middle of another', async () => {
    await openLog(log);
    await append(1, 10);
    await append(11, 20);
    await append(21, 30);
    const read = await valueOf<readonly Entry[]>((done) =>
      log.read(toIndex(6), 18 * entryBytes(entryOf(10, 1)), done),
    );
    assert.deepEqual(
      read.map(({ index }) => index),
      Array.from({ length: 18 }, (_, at) => 7 + at),
    );
  });

  it('deletes all of a long log when it is reset', async () => {
    await openLog(log);
    await close();
    const operations = Array.from({ length: 5_000 }, (_, at): Operation => {
      const key = groupKey(toIndex(2 * at + 1));
      const pair = [entryOf(2 * at + 1, 1), entryOf(2 * at + 2, 1)];
      return { type: 'put', key, value: encodeGroup(key, pair, toTerm(at === 0 ? 0 : 1)) };
    });
    const header = { ...emptyHeader(), last: positionOf(10_000, 1) };
    const value = encodeLogHeader(headerKey(1), header);
    await write(...operations, { type: 'put', key: headerKey(1), value });
    assert.equal((await openLog(log)).entries.length, 10_000);
    await completes((done) => log.reset(positionOf(500, 1), done));
    await append(501, 502);
    await append(503, 503);
    await close();
    assert.deepEqual(await groups(), [501, 503]);
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
    assert.deepEqual(await groups(), [11]);
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
    /** A group of entries that begins at `first`, one for each of `terms`. */
    const groupRecord = (first: number, terms: readonly number[], previousTerm: number): Buffer => {
      const entries = terms.map((term, at) => entryOf(first + at, term));
      return encodeGroup(groupKey(toIndex(first)), entries, toTerm(previousTerm));
    };
    const group = (first: number, terms: readonly number[], previousTerm: number): Operation =>
      put(groupKey(toIndex(first)), groupRecord(first, terms, previousTerm));
    const changed = (record: Buffer, at: number, byte: number): Buffer => {
      record[record.length + at] = byte;
      return record;
    };
    const FOUR = groupKey(toIndex(4));
    const CASES: readonly { what: string; operations: readonly Operation[]; says: RegExp }[] = [
      {
        what: 'a gap',
        operations: [{ type: 'del', key: FOUR }],
        says: /log, entry 6: it follows entry 3: a gap/,
      },
      {
        what: 'a missing end',
        operations: [{ type: 'del', key: groupKey(toIndex(6)) }],
        says: /must end with entry 6 of term 2, it ends with 5 of term 2/,
      },
      {
        what: 'a group that has lost its end',
        operations: [group(4, [2], 1)],
        says: /log, entry 6: it follows entry 4: a gap/,
      },
      {
        what: 'a group that goes on into the next',
        operations: [group(4, [2, 2, 2], 1)],
        says: /log, entry 6: it follows entry 6: a gap/,
      },
      {
        what: 'an entry behind the end',
        operations: [group(7, [2], 2)],
        says: /entry 7: an entry behind the end of the log, 6/,
      },
      {
        what: 'an entry behind the end, in the last group',
        operations: [group(6, [2, 2], 2)],
        says: /entry 7: an entry behind the end of the log, 6/,
      },
      {
        what: 'a group under the key of another',
        operations: [put(FOUR, groupRecord(5, [2], 2))],
        says: /entry 4: wrong checksum/,
      },
      {
        what: 'a changed byte in the middle of a group',
        operations: [put(FOUR, changed(groupRecord(4, [2, 2], 1), -5, 0))],
        says: /log, entry 5: wrong checksum/,
      },
      {
        what: 'a group that is cut off',
        operations: [put(FOUR, groupRecord(4, [2, 2], 1).subarray(0, -1))],
        says: /log, entry 5: cut off/,
      },
      {
        what: 'a record of another version',
        operations: [put(FOUR, Buffer.alloc(40, 1))],
        says: /log, entry 4: format version 1 is not known here, only 2/,
      },
      {
        what: 'entries of before a batch that is lost',
        operations: [group(4, [1, 1], 1)],
        says: /entry 6: it is of term 2, written behind one of term 2, and follows one of term 1/,
      },
      {
        what: 'a term that falls',
        operations: [group(4, [2, 1], 1)],
        says: /entry 5: it is of term 1/,
      },
      {
        what: 'a header too many',
        operations: [put(headerKey(9), encodeLogHeader(headerKey(9), emptyHeader()))],
        says: /header 9: a second header: the batch between them is missing/,
      },
      {
        what: 'entries without a header',
        operations: [{ type: 'del', key: headerKey(3) }],
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
        for (const indexes of [[4, 5], [6]]) {
          const entries = indexes.map((index) => entryOf(index, 2));
          await completes((done) => log.append({ entries }, done));
        }
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
