import assert from 'node:assert/strict';
import { DIGITS, mark, templateOf } from './template.ts';

const rpc = { path: '/a.B/C', requestSerialize: (text: string) => Buffer.from(text) };

describe('A template of requests', () => {
  it('knows where each mark stands, in bytes', () => {
    const text = `ä${mark(0)}–${mark(1)}/${mark(0)}`;
    assert.deepEqual(templateOf(rpc, text), {
      method: '/a.B/C',
      request: Buffer.from(text).toString('base64'),
      digits: 9,
      marks: [[2, 24], [14]],
    });
  });

  it('has marks as long as the numbers that replace them', () => {
    assert.deepEqual([mark(0).length, mark(1_234_567).length], [DIGITS, DIGITS]);
  });

  it('is refused when a number would go nowhere', () => {
    assert.throws(() => templateOf(rpc, 'nothing'), /no mark/);
    assert.throws(() => templateOf(rpc, `${mark(0)} ${mark(2)}`), /a mark is not there/);
  });
});
