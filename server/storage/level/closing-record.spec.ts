import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { leaveClosingRecord, takeClosingRecord } from './closing-record.ts';
import { createTestDirectory } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

const BODY = Buffer.from('what it held');

describe('A closing record', () => {
  let directory: TestDirectory;
  beforeEach(() => {
    directory = createTestDirectory();
    mkdirSync(directory.path(), { recursive: true });
    writeFileSync(file('000005.ldb'), 'rows');
    writeFileSync(file('LOG'), 'LevelDB says');
  });
  afterEach(() => directory.dispose());

  const file = (name: string): string => join(directory.path(), name);
  const leave = (body = BODY): Promise<void> => leaveClosingRecord(directory.path(), body);
  const take = async (): Promise<string | undefined> =>
    (await takeClosingRecord(directory.path()))?.toString();

  it('is found again while the files are as they were, once', async () => {
    await leave();
    assert.equal(await take(), BODY.toString());
    assert.equal(await take(), undefined);
    assert.ok(!existsSync(file('closing')));
  });

  it('may be empty', async () => {
    await leave(Buffer.alloc(0));
    assert.equal(await take(), '');
  });

  it('does not mind what LevelDB writes beside its data', async () => {
    await leave();
    writeFileSync(file('LOG'), 'LevelDB says more');
    assert.equal(await take(), BODY.toString());
  });

  const CHANGES: Readonly<Record<string, () => void>> = {
    'a file was written to, and is as long as before': () =>
      writeFileSync(file('000005.ldb'), 'rowz'),
    'a file has come': () => writeFileSync(file('000006.ldb'), ''),
    'a file was renamed': () => renameSync(file('000005.ldb'), file('000007.ldb')),
    'a copy was put in the place of a file, with its old time': () => {
      const bytes = readFileSync(file('000005.ldb'));
      renameSync(file('000005.ldb'), join(directory.path(), '..', 'elsewhere'));
      writeFileSync(file('000005.ldb'), bytes);
      utimesSync(file('000005.ldb'), 1, 1);
      renameSync(join(directory.path(), '..', 'elsewhere'), file('LOG.old'));
    },
    'it is damaged': () => {
      const bytes = readFileSync(file('closing'));
      bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 1;
      writeFileSync(file('closing'), bytes);
    },
    'it is cut off': () =>
      writeFileSync(file('closing'), readFileSync(file('closing')).subarray(0, 40)),
    'nothing is left of it': () => writeFileSync(file('closing'), ''),
  };
  for (const [what, change] of Object.entries(CHANGES)) {
    it(`is not believed when ${what}`, async () => {
      await leave();
      change();
      assert.equal(await take(), undefined);
      assert.equal(await take(), undefined);
    });
  }

  it('is not left where there is no directory', async () => {
    await leaveClosingRecord(file('nowhere'), BODY);
    assert.equal(await takeClosingRecord(file('nowhere')), undefined);
  });
});
