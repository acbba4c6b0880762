import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { createDiskUsage } from './disk-usage.ts';
import type { DiskUsage } from './disk-usage.ts';
import { openLevel, writeSynced } from './level.ts';
import type { Level } from './level.ts';
import { createTestDirectory, SMALL } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

const ROWS = 100;
const ROW_BYTES = 10_000;

describe('The disk usage of a database', () => {
  let directory: TestDirectory;
  let level: Level;
  let nowMs = 0;

  beforeEach(async () => {
    directory = createTestDirectory();
    mkdirSync(directory.path());
    level = await openLevel(directory.path(), SMALL.state, true);
  });
  afterEach(async () => {
    await level.close();
    await directory.dispose();
  });

  const fill = (): Promise<void> =>
    writeSynced(
      level,
      Array.from({ length: ROWS }, (_, at) => ({
        ...{ type: 'put' as const, key: Buffer.from(`key ${at}`), value: randomBytes(ROW_BYTES) },
      })),
    );
  /** Asked until there is an answer, as scrapes would. */
  async function answerOf(ask: () => DiskUsage | undefined): Promise<DiskUsage> {
    for (;;) {
      const usage = ask();
      if (usage !== undefined) return usage;
      await setImmediate();
    }
  }

  it('is what its files take, and what of that is tables', async () => {
    await fill();
    await level.compactRange(Buffer.of(), Buffer.of(0xff), { keyEncoding: 'buffer' });
    const usage = createDiskUsage(() => nowMs);
    assert.equal(usage(level), undefined, 'nobody waits for a disk');
    const { total, inUse } = await answerOf(() => usage(level));
    assert(inUse >= ROWS * ROW_BYTES, `${inUse} in use`);
    assert(total >= inUse, `${total} of all files`);
  });

  it('counts what comes of a snapshot beside it', async () => {
    const earlier = createDiskUsage(() => nowMs);
    const before = await answerOf(() => earlier(level));
    const staging = join(dirname(directory.path()), 'staging.2');
    mkdirSync(staging);
    writeFileSync(join(staging, '000005.ldb'), randomBytes(ROW_BYTES));
    const usage = createDiskUsage(() => nowMs);
    const { total, inUse } = await answerOf(() => usage(level));
    assert.deepEqual([total - before.total, inUse], [ROW_BYTES, before.inUse]);
  });

  it('is that of some seconds ago', async () => {
    const usage = createDiskUsage(() => nowMs);
    const before = await answerOf(() => usage(level));
    await fill();
    await setImmediate();
    assert.deepEqual(usage(level), before);
    nowMs += 5_000;
    assert.deepEqual(usage(level), before, 'and asks again');
    const changed = (): DiskUsage | undefined => {
      const now = usage(level);
      return now === before ? undefined : now;
    };
    assert((await answerOf(changed)).total > before.total);
  });

  it('is unknown of a database that takes the place of another', async () => {
    const usage = createDiskUsage(() => nowMs);
    await answerOf(() => usage(level));
    const other = createTestDirectory();
    mkdirSync(other.path());
    const next = await openLevel(other.path(), SMALL.state, true);
    assert.equal(usage(next), undefined);
    await answerOf(() => usage(next));
    await next.close();
    await other.dispose();
  });
});
