import assert from 'node:assert/strict';
import { printable, shorten, showAge, showBytes, showTable } from './output.ts';

describe('output', () => {
  for (const [bytes, shown] of [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [3 * 2 ** 40, '3 TiB'],
    [2 ** 60, '1048576 TiB'],
  ] as const) {
    it(`shows ${bytes} bytes as ${shown}`, () => assert.equal(showBytes(bytes), shown));
  }

  for (const [ms, shown] of [
    [999, '0s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [2 * 86_400_000 + 3 * 3_600_000 + 5, '2d 3h'],
  ] as const) {
    it(`shows ${ms} ms as ${shown}`, () => assert.equal(showAge(ms), shown));
  }

  it('lets nobody steer the terminal', () => {
    assert.equal(printable('a\u001b[2J\u009b\u202eb\nü'), 'a\\u001b[2J\\u009b\\u202eb\\u000aü');
  });

  it('cuts long text', () =>
    assert.deepEqual([shorten('abc', 3), shorten('abcd', 3)], ['abc', 'ab…']));

  it('lines columns up, without colours or spaces at the ends', () => {
    assert.equal(
      showTable(
        ['A', 'LONG'],
        [
          ['wide one', 'x'],
          ['y', ''],
        ],
      ),
      'A         LONG\nwide one  x\ny',
    );
  });
});
