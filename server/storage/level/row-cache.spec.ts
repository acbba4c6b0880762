import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRowCache } from './row-cache.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const text = (value: Uint8Array | undefined): string | undefined =>
  value && Buffer.from(value).toString();

describe('Row cache', () => {
  it('has what was put, and counts who asks', () => {
    const cache = createRowCache(10_000);
    cache.put('a', bytes('1'));
    assert.equal(text(cache.get('a')), '1');
    assert.equal(cache.get('b'), undefined);
    assert.deepEqual(cache.stats(), { bytes: 152, bytesMax: 10_000, hits: 1, misses: 1 });
  });

  it('keeps a copy', () => {
    const cache = createRowCache(10_000);
    const value = bytes('1');
    cache.put('a', value);
    value.fill(0);
    assert.equal(text(cache.get('a')), '1');
  });

  it('keeps what is used while others go', () => {
    const cache = createRowCache(20_000);
    cache.put('hot', bytes('1'));
    for (let at = 0; at < 1_000; at += 1) {
      cache.put(`cold ${at}`, bytes('2'));
      if (at % 20 === 0) cache.get('hot');
    }
    assert.equal(text(cache.get('hot')), '1');
    assert.equal(cache.get('cold 1'), undefined);
  });

  it('keeps what is there while a row is written again and again', () => {
    const cache = createRowCache(20_000);
    cache.put('other', bytes('1'));
    cache.put('hot', bytes('2'));
    const { bytes: held } = cache.stats();
    for (let at = 0; at < 1_000; at += 1) cache.changed('hot', bytes(String(at % 10)));
    assert.equal(cache.stats().bytes, held);
    assert.deepEqual([text(cache.get('other')), text(cache.get('hot'))], ['1', '9']);
    cache.changed('hot', bytes('longer'));
    assert.equal(cache.stats().bytes, held + 5);
  });

  it('does not keep what is very long, nor what was there before', () => {
    const cache = createRowCache(1 << 20);
    cache.put('a', bytes('1'));
    cache.changed('a', Buffer.alloc(20_000));
    assert.equal(cache.get('a'), undefined);
    cache.put('a', Buffer.alloc(20_000));
    assert.equal(cache.get('a'), undefined);
  });

  it('stays within its bound, and never has a value that was replaced', () => {
    const key = fc.integer({ min: 0, max: 12 }).map(String);
    const value = fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined });
    const uses = fc.array(fc.tuple(fc.constantFrom('read', 'change'), key, value));
    fc.assert(
      fc.property(uses, (all) => {
        const cache = createRowCache(6_000);
        const rows = new Map<string, Buffer>();
        for (const [use, row, length] of all) {
          if (use === 'change') {
            const next = length === undefined ? undefined : Buffer.alloc(length, rows.size + 1);
            if (next === undefined) rows.delete(row);
            else rows.set(row, next);
            cache.changed(row, next);
            continue;
          }
          const is = rows.get(row);
          const cached = cache.get(row);
          if (cached === undefined && is !== undefined) cache.put(row, is);
          if (cached !== undefined) assert.deepEqual(Buffer.from(cached), is);
          // Each half may go beyond by what came last.
          assert(cache.stats().bytes <= 6_000 + 2 * 2_200);
        }
      }),
    );
  });
});
