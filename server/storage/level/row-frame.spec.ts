import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createFrameReader, encodeFrame } from './row-frame.ts';

const row = fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 }));

describe('Rows of a snapshot', () => {
  it('come out as they went in, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 20 }),
        fc.integer({ min: 1, max: 400 }),
        (rows, size) => {
          const bytes = Buffer.concat(rows.map(([key, record]) => encodeFrame(key, record)));
          const reader = createFrameReader();
          const found: [string, number[]][] = [];
          for (let at = 0; at < bytes.length; at += size) {
            for (const [key, record] of reader.push(bytes.subarray(at, at + size))) {
              found.push([key, [...record]]);
            }
          }
          assert.deepEqual(
            found,
            rows.map(([key, record]) => [key, [...record]]),
          );
          assert(reader.isComplete());
        },
      ),
    );
  });

  it('are not complete in the middle of one', () => {
    const frame = encodeFrame('key', Buffer.from('record'));
    for (let end = 1; end < frame.length; end += 1) {
      const reader = createFrameReader();
      assert.deepEqual(reader.push(frame.subarray(0, end)), []);
      assert(!reader.isComplete());
    }
  });

  it('have keys in UTF-8', () => {
    const frame = encodeFrame('key', Buffer.from('record'));
    frame[8] = 0xff;
    assert.throws(() => createFrameReader().push(frame), { name: 'Damage' });
  });
});
