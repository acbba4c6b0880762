/** Processes that are killed: what they acknowledged is there, and what they did not is there whole or not at all. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import fc from 'fast-check';
import { createLevelStorage } from './level-storage.ts';
import { completes, openLog, openState, snapshotPositionOf, toRows } from './testing/content.ts';
import { createTestDirectory, SMALL } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

const KILLS = 30;

/** Compiled code of the processes, which takes most of their lives otherwise. */
let cache: string;

const begin = (url: URL, ...args: readonly string[]): ChildProcessByStdio<null, Readable, null> =>
  spawn(process.execPath, [url.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });

describe('When its process is killed', () => {
  before(() => (cache = mkdtempSync(join(tmpdir(), 'meta-compiled-'))));
  after(() => rmSync(cache, { recursive: true }));

  describe('a log', () => {
    let directory: TestDirectory;
    beforeEach(() => (directory = createTestDirectory()));
    afterEach(() => directory.dispose());

    /** Lets it write until it has done `count` things; returns what it said last. */
    async function writeAndKill(
      seed: number,
      count: number,
    ): Promise<{ done: unknown; tried: unknown }> {
      const url = new URL('testing/writer.ts', import.meta.url);
      const child = begin(url, directory.path(), `${seed}`);
      const ended = once(child, 'close');
      let left = count;
      const said: { done: unknown; tried: unknown } = { done: undefined, tried: undefined };
      for await (const line of createInterface(child.stdout)) {
        const { try: tried, done } = JSON.parse(line) as { try?: unknown; done?: unknown };
        if (tried !== undefined) said.tried = tried;
        if (done === undefined) continue;
        said.done = done;
        left -= 1;
        if (left === 0) child.kill('SIGKILL');
      }
      assert.deepEqual(await ended, [null, 'SIGKILL']);
      return said;
    }

    it('has everything that was acknowledged, and nothing by half', async function () {
      this.timeout(60_000);
      const counts = fc.sample(fc.integer({ min: 1, max: 60 }), KILLS);
      let kept = 0;
      for (const [seed, count] of counts.entries()) {
        const { done, tried } = await writeAndKill(seed, count);
        const { log } = directory.storage();
        const { stored, entries } = await openLog(log);
        await completes((closed) => log.close(closed));
        const found = {
          base: stored.base.index,
          last: stored.last,
          lastTerm: (stored.terms.at(-1) ?? stored.base).term,
          vote: stored.hardState?.vote,
        };
        const isKept = JSON.stringify(found) === JSON.stringify(tried);
        assert.deepEqual(found, isKept ? tried : done, `killed after ${count} of seed ${seed}`);
        assert.equal(entries.length, stored.last - stored.base.index);
        for (const entry of entries) assert.match(entry, /^(\d+) (\d+) command (\1 of \2 )+$/);
        if (isKept) kept += 1;
      }
      assert(kept > 0, 'no write was killed behind its sync');
    });
  });

  describe('a state', () => {
    let directory: TestDirectory;
    let sender: TestDirectory;
    beforeEach(() => {
      directory = createTestDirectory();
      sender = createTestDirectory();
    });
    afterEach(async () => {
      await directory.dispose();
      await sender.dispose();
    });

    const many = (data: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${at}`, `${at} ${data}`]));

    async function fill(to: TestDirectory, data: string, index: number): Promise<void> {
      const { state } = to.storage();
      await openState(state);
      await completes((done) => state.write(toRows(many(data)), snapshotPositionOf(index), done));
      await completes((done) => state.close(done));
    }

    /** What is in the state there: all of the old or all of the new. Opens it, and closes it again. */
    async function look(path: string): Promise<string> {
      const { state } = createLevelStorage(path, SMALL);
      const { position, rows } = await openState(state);
      await completes((done) => state.close(done));
      const databases = readdirSync(path).filter((name) => /^(state|staging)\./.test(name));
      assert.equal(databases.length, 1, databases.join());
      const isNew = position.index === 7;
      assert.equal(position.installed, isNew);
      assert.deepEqual(rows, many(isNew ? 'new' : 'old'));
      return isNew ? 'new' : 'old';
    }

    it('has all of a snapshot or nothing, before every change of the file system', async function () {
      this.timeout(60_000);
      await fill(directory, 'old', 2);
      await fill(sender, 'new', 7);
      const url = new URL('testing/installer.ts', import.meta.url);
      const found: string[] = [];
      for (let allowed = 0, killed = true; killed; allowed += 1) {
        const copy = `${directory.path()}-${allowed}`;
        cpSync(directory.path(), copy, { recursive: true });
        const child = begin(url, copy, sender.path(), `${allowed}`);
        const ended = once(child, 'close');
        const said: string[] = [];
        for await (const line of createInterface(child.stdout)) said.push(line);
        const [code, signal] = (await ended) as [number | null, string | null];
        killed = signal === 'SIGKILL';
        assert(killed || code === 0, `${code} ${signal}`);
        const state = await look(copy);
        if (said.includes('installed')) assert.equal(state, 'new');
        found.push(state);
      }
      assert.deepEqual(found, [...found].sort().reverse(), 'once it is new it stays new');
      assert(found.includes('old') && found.includes('new'), found.join());
      assert(found.length > 6, `only ${found.length} changes`);
    });
  });
});
