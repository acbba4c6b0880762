/** Bits that change in the files of LevelDB: what is read is what was written, or the store says `corrupt`. */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../../ports/outcome.ts';
import { toMemberId, toTerm } from '../../raft/ids.ts';
import { createLevelStorage } from './level-storage.ts';
import {
  completes,
  entryOf,
  openLog,
  openState,
  positionOf,
  snapshotPositionOf,
  toRows,
} from './testing/content.ts';
import { createTestDirectory, SMALL } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

/** Places in each file that are tried. */
const FLIPS_PER_FILE = 24;

/** Writes a log with every kind of batch; between two lives LevelDB makes a table of what was written. */
async function writeLog(path: string): Promise<void> {
  for (let life = 0; life < 3; life += 1) {
    const { log } = createLevelStorage(path, SMALL);
    const { stored } = await openLog(log);
    const term = life + 1;
    const first = stored.last + 1;
    const entries = Array.from({ length: 20 }, (_, at) => entryOf(first + at, term));
    const hardState = { term: toTerm(term), vote: toMemberId(1) };
    const identity = { cluster: 'c', member: toMemberId(2) };
    await completes((done) => log.append({ identity, hardState, entries }, done));
    await completes((done) => log.append({ entries: [entryOf(first + 9, term, 'anew')] }, done));
    await completes((done) => log.compact(positionOf(first + 3, term), done));
    await completes((done) =>
      log.append({ hardState: { term: toTerm(term + 1), vote: undefined }, entries: [] }, done),
    );
    await completes((done) => log.close(done));
  }
}

async function writeState(path: string): Promise<void> {
  for (let life = 0; life < 3; life += 1) {
    const { state } = createLevelStorage(path, SMALL);
    await openState(state);
    const rows = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`/row/${at % 40}/${at}`, `${life} ${at}`]),
    );
    const write = (object: Record<string, string | undefined>, index: number): Promise<void> =>
      completes((done) => state.write(toRows(object), snapshotPositionOf(index), done));
    await write(rows, life * 3 + 1);
    await write({ [`/row/${life}/${life}`]: undefined }, life * 3 + 2);
    await write({ same: `${life}` }, life * 3 + 3);
    await completes((done) => state.close(done));
  }
}

const readLog = async (path: string): Promise<unknown> => {
  const { log } = createLevelStorage(path, SMALL);
  try {
    return await openLog(log);
  } finally {
    await completes((done) => log.close(done));
  }
};

const readState = async (path: string): Promise<unknown> => {
  const { state } = createLevelStorage(path, SMALL);
  try {
    return await openState(state);
  } finally {
    await completes((done) => state.close(done));
  }
};

/** Files whose content counts; LOCK and LOG have none. */
const dataFiles = (path: string): string[] =>
  (existsSync(path) ? readdirSync(path) : [])
    .filter((name) => /^(\d+\.(log|ldb)|MANIFEST-\d+|CURRENT)$/.test(name))
    .filter((name) => statSync(join(path, name)).size > 0);

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
  writeFileSync(file, bytes);
}

const CASES = [
  { name: 'log', database: 'log', write: writeLog, read: readLog },
  { name: 'state', database: 'state.0', write: writeState, read: readState },
] as const;

for (const { name, database, write, read } of CASES) {
  describe(`A damaged ${name}`, () => {
    let directory: TestDirectory;
    let pristine: string;
    let expected: unknown;
    beforeEach(async () => {
      directory = createTestDirectory();
      pristine = directory.path();
      await write(pristine);
      const looked = `${pristine}-looked`;
      cpSync(pristine, looked, { recursive: true });
      expected = await read(looked);
    });
    afterEach(() => directory.dispose());

    /** Opens a copy that `damage` has changed; true if it was refused, and left as it was. */
    async function isRefused(damage: (path: string) => void): Promise<boolean> {
      const copy = `${pristine}-damaged`;
      cpSync(pristine, copy, { recursive: true });
      damage(join(copy, database));
      const files = dataFiles(join(copy, database));
      try {
        assert.deepEqual(await read(copy), expected);
        return false;
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        assert.equal(error.code, 'corrupt', error.message);
        assert(error.message.includes(copy), error.message);
        assert.match(error.message, /Replace this member/);
        assert.deepEqual(dataFiles(join(copy, database)), files);
        return true;
      } finally {
        rmSync(copy, { recursive: true });
      }
    }

    it('is found out wherever a bit changes in a file', async () => {
      let tried = 0;
      let refused = 0;
      for (const file of dataFiles(join(pristine, database))) {
        const { size } = statSync(join(pristine, database, file));
        const step = Math.max(1, size / FLIPS_PER_FILE);
        for (let at = 0; at < size; at += step) {
          tried += 1;
          if (await isRefused((path) => flip(join(path, file), Math.floor(at)))) refused += 1;
        }
      }
      // What is left is unused: zeros at the end of tables.
      assert(refused > 0.9 * tried, `only ${refused} of ${tried} were refused`);
    });

    it('is found out when a file is gone', async () => {
      for (const file of dataFiles(join(pristine, database))) {
        assert(await isRefused((path) => rmSync(join(path, file))), file);
      }
    });

    it('is found out when the whole database is gone', async () => {
      assert(await isRefused((path) => rmSync(path, { recursive: true })));
    });
  });
}
