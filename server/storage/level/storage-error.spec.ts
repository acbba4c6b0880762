import assert from 'node:assert/strict';
import { InvariantError } from '../../raft/invariant.ts';
import { Damage } from './damage.ts';
import { openErrorOf, storageErrorOf } from './storage-error.ts';

const coded = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('Errors of LevelDB and the file system', () => {
  const CASES: readonly { error: Error; code: string; says: RegExp }[] = [
    {
      error: coded('IO error: /d/000003.log: No space left on device', 'LEVEL_IO_ERROR'),
      code: 'full',
      says: /^\/d: IO error: .*No space/,
    },
    {
      error: coded('IO error: /d/000003.log: Disk quota exceeded', 'LEVEL_IO_ERROR'),
      code: 'full',
      says: /quota/,
    },
    {
      error: coded('ENOSPC: no space left on device, mkdir', 'ENOSPC'),
      code: 'full',
      says: /ENOSPC/,
    },
    {
      error: coded('IO error: lock /d/LOCK: Resource temporarily unavailable', 'LEVEL_LOCKED'),
      code: 'locked',
      says: /another process has this data directory open.*end that process/,
    },
    {
      error: coded("ENOTDIR: not a directory, mkdir '/d'", 'ENOTDIR'),
      code: 'failed',
      says: /ENOTDIR.*\. A file is in the place of a directory above it: name another one\.$/,
    },
    {
      error: coded('Corruption: bad block', 'LEVEL_CORRUPTION'),
      code: 'corrupt',
      says: /bad block/,
    },
    {
      error: coded('IO error: /d: Input/output error', 'LEVEL_IO_ERROR'),
      code: 'failed',
      says: /\/d/,
    },
    { error: coded('Invalid argument: /d: comparator'), code: 'failed', says: /comparator/ },
    {
      error: new Error('Database failed to open', {
        cause: coded('Corruption: no meta-nextfile entry', 'LEVEL_CORRUPTION'),
      }),
      code: 'corrupt',
      says: /no meta-nextfile/,
    },
    {
      error: new Damage('wrong checksum'),
      code: 'corrupt',
      says: /^\/d: wrong checksum\. .*Replace/,
    },
  ];
  for (const { error, code, says } of CASES) {
    it(`say ${code}: ${error.message}`, () => {
      const found = storageErrorOf(error, '/d');
      assert.equal(found.code, code);
      assert.match(found.message, says);
      assert.equal(storageErrorOf(found, 'elsewhere'), found);
    });
  }

  it('are corrupt when a file is missing as a database opens', () => {
    const missing = coded('IO error: /d/MANIFEST-1: No such file or directory', 'LEVEL_IO_ERROR');
    assert.equal(storageErrorOf(missing, '/d').code, 'failed');
    assert.equal(openErrorOf(missing, '/d').code, 'corrupt');
  });

  it('are not what a bug throws', () => {
    for (const bug of [new InvariantError('x', {}), new TypeError('x')]) {
      assert.throws(() => storageErrorOf(bug, '/d'), bug);
    }
  });
});
