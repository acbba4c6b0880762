import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { isSpaceLow, watchFreeSpace } from './free-space.ts';

describe('Free space', () => {
  it('is low below the mark, and not any more a tenth above it', () => {
    const said: boolean[] = [];
    let low = false;
    for (const freeBytes of [1_000, 999, 1_000, 1_099, 1_100, 1_000]) {
      low = isSpaceLow(freeBytes, 1_000, low);
      said.push(low);
    }
    assert.deepEqual(said, [false, true, true, true, false, false]);
  });

  it('is told when it falls below the mark, and known ever after', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const watch = watchFreeSpace({
      path: tmpdir(),
      freeBytesMin: Number.MAX_SAFE_INTEGER,
      intervalMs: 1_000,
      changed: resolve,
      failed: reject,
    });
    assert.equal(await promise, true);
    assert(Number(watch.freeBytes()) > 0);
    watch.stop();
  });

  it('says when nobody can tell', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const watch = watchFreeSpace({
      path: '/proc/no-such-path',
      freeBytesMin: 1,
      intervalMs: 1_000,
      changed: resolve,
      failed: resolve,
    });
    assert.match(String(await promise), /ENOENT/);
    watch.stop();
  });
});
