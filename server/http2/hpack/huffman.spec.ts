import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Http2Error } from '../http2-error.ts';
import { CODE_BITS, decodeHuffman } from './huffman.ts';
import { encodeHuffman } from './testing/encode-huffman.ts';

/** RFC 7541 Appendix C.4 and C.6. */
const STRINGS: readonly (readonly [hex: string, text: string])[] = [
  ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
  ['a8eb10649cbf', 'no-cache'],
  ['25a849e95ba97d7f', 'custom-key'],
  ['25a849e95bb8e8b4bf', 'custom-value'],
  ['6402', '302'],
  ['aec3771a4b', 'private'],
  ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
  ['9d29ad171863c78f0b97c8e9ae82ae43d3', 'https://www.example.com'],
  ['640eff', '307'],
  ['9bd9ab', 'gzip'],
  [
    '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
    'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
  ],
  ['', ''],
];

/** Each as hexadecimal digits, and what is wrong. */
const WRONG: readonly (readonly [hex: string, problem: string])[] = [
  ['00', 'padding of zeroes'],
  ['1fff', 'more than seven bits of padding'],
  ['fffffffc', 'the end of the string, within it'],
  ['ffffffff', 'only ones'],
];

describe('Huffman codes of header strings', () => {
  for (const [hex, text] of STRINGS) {
    it(`are read: ${JSON.stringify(text)}`, () => {
      assert.equal(decodeHuffman(Buffer.from(hex, 'hex')), text);
      assert.equal(encodeHuffman(text).toString('hex'), hex);
    });
  }

  for (const [hex, problem] of WRONG) {
    it(`are refused: ${problem}`, () => {
      assert.throws(() => decodeHuffman(Buffer.from(hex, 'hex')), Http2Error);
    });
  }

  it('leave no sequence of bits without a meaning', () => {
    assert.equal(CODE_BITS.length, 257);
    assert.equal(
      CODE_BITS.reduce((sum, bits) => sum + 2 ** -bits, 0),
      1,
    );
  });

  it('stand for each byte', () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString(
      'latin1',
    );
    assert.equal(decodeHuffman(encodeHuffman(everyByte)), everyByte);
  });

  it('are read back, whatever the string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        assert.equal(decodeHuffman(encodeHuffman(text)), text);
      }),
    );
  });
});
