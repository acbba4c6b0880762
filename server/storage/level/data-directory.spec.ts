import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimDataDirectory } from './data-directory.ts';
import { createTestDirectory } from './testing/directory.ts';
import type { TestDirectory } from './testing/directory.ts';

describe('A data directory', () => {
  let directory: TestDirectory;
  let path: string;
  beforeEach(() => {
    directory = createTestDirectory();
    path = directory.path();
  });
  afterEach(() => directory.dispose());

  const file = (): string => join(path, 'directory.json');
  const refusal = (code: string, message: RegExp) => ({ name: 'StorageError', code, message });

  it('is made where nothing is, and keeps its UUID', () => {
    const { id } = claimDataDirectory(path);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(claimDataDirectory(path), { path, id });
    assert.deepEqual(readdirSync(path).sort(), ['directory.json', 'log', 'state.0']);
  });

  it('is another one each time it is made', () => {
    const { id } = claimDataDirectory(path);
    rmSync(path, { recursive: true });
    assert.notEqual(claimDataDirectory(path).id, id);
  });

  it('is made on a fresh volume, and over an interrupted try', () => {
    for (const name of ['lost+found', '.snapshot', 'log']) {
      mkdirSync(join(path, name), { recursive: true });
    }
    writeFileSync(join(path, '.directory.json.draft'), '{');
    claimDataDirectory(path);
  });

  it('is not made where something else is', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'member.snap'), '');
    assert.throws(
      () => claimDataDirectory(path),
      refusal('foreign', /not ours: there is member.snap/),
    );
    assert.deepEqual(readdirSync(path), ['member.snap']);
  });

  it('is not made anew over data', () => {
    claimDataDirectory(path);
    writeFileSync(join(path, 'log', 'CURRENT'), '');
    rmSync(file());
    assert.throws(
      () => claimDataDirectory(path),
      refusal('corrupt', /there is data in log, but no directory.json/),
    );
  });

  it('is refused when it is newer, or of another program', () => {
    claimDataDirectory(path);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"format":1', '"format":2'));
    assert.throws(
      () => claimDataDirectory(path),
      refusal('foreign', /directory.json: it is of format 2, this release knows 1/),
    );
    writeFileSync(file(), '{"type":"node"}');
    assert.throws(() => claimDataDirectory(path), refusal('foreign', /it names no format/));
  });

  it('is refused when its file is damaged', () => {
    claimDataDirectory(path);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace(/"checksum":"./, '"checksum":"z'));
    assert.throws(
      () => claimDataDirectory(path),
      refusal('corrupt', /directory.json: wrong checksum. .*Replace this member/),
    );
  });

  it('is refused where none can be made', () => {
    writeFileSync(path, '');
    assert.throws(() => claimDataDirectory(path), refusal('failed', /EEXIST/));
    const below = join(path, 'a', 'b');
    assert.throws(() => claimDataDirectory(below), refusal('failed', /ENOTDIR/));
  });

  it('is made with those above it', () => {
    const below = join(path, 'a', 'b');
    const { id } = claimDataDirectory(below);
    assert.equal(claimDataDirectory(`${below}/`).id, id);
  });

  // Where that is not so, nothing is missing: it is Linux that answers as if something was.
  (process.platform === 'linux' ? it : it.skip)('is refused where the file system has none', () => {
    for (const path of ['/proc/none', '/proc/none/data']) {
      assert.throws(
        () => claimDataDirectory(path),
        refusal('failed', /^\/proc\/none: the file system lets no directory be made there: name/),
      );
    }
  });
});
