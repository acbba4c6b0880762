import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Http2Error } from '../http2-error.ts';
import { encodeHeaders } from './encode-headers.ts';
import { createHeaderDecoder } from './header-decoder.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');

const listOf = (decoder: ReturnType<typeof createHeaderDecoder>, hex: string): string[] =>
  decoder.decode(bytes(hex)).map(({ name, value }) => `${name}: ${value}`);

const GET = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];

describe('A header decoder', () => {
  for (const [example, hex, fields] of [
    [
      'C.2.1',
      '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      ['custom-key: custom-header'],
    ],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', [':path: /sample/path']],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', ['password: secret']],
    ['C.2.4', '82', [':method: GET']],
  ] as const) {
    it(`reads the example of RFC 7541 ${example}`, () => {
      assert.deepEqual(listOf(createHeaderDecoder(16_384), hex), fields);
    });
  }

  for (const [appendix, blocks] of [
    [
      'C.3, without Huffman coding',
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '8286 84be 5808 6e6f 2d63 6163 6865',
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      ],
    ],
    [
      'C.4, with it',
      [
        '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
        '8286 84be 5886 a8eb 1064 9cbf',
        '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
      ],
    ],
  ] as const) {
    it(`remembers fields over the requests of RFC 7541 ${appendix}`, () => {
      const decoder = createHeaderDecoder(16_384);
      assert.deepEqual(
        blocks.map((block) => listOf(decoder, block)),
        [
          GET,
          [...GET, 'cache-control: no-cache'],
          [
            ':method: GET',
            ':scheme: https',
            ':path: /index.html',
            ':authority: www.example.com',
            'custom-key: custom-value',
          ],
        ],
      );
    });
  }

  it('evicts the oldest fields when the client makes its table smaller', () => {
    const decoder = createHeaderDecoder(16_384);
    listOf(decoder, '400161 0162 400163 0164');
    assert.deepEqual(listOf(decoder, 'bf be'), ['a: b', 'c: d']);
    assert.deepEqual(listOf(decoder, '3f0f be'), ['c: d'], 'room for one of them');
    assert.throws(() => listOf(decoder, 'bf'), Http2Error);
  });

  for (const [what, hex] of [
    ['index 0', '80'],
    ['an index beyond the tables', 'be'],
    ['a string beyond the block', '0005 61'],
    ['a block that ends within a field', '40'],
    ['a number that is too large', 'ffff ffff ffff ff7f'],
    ['a larger table than was agreed on', '3fe2 1f'],
    ['a table size behind a field', '8220'],
    ['padding of Huffman coding that is not all ones', '4001 6181 18'],
    ['a whole byte of padding', '4001 6182 1fff'],
    ['the end of a string within it', '4001 6184 ffff fffc'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => listOf(createHeaderDecoder(16_384), hex), { code: 'compressionError' });
    });
  }

  it('refuses a list that takes more than the limit, however small the block', () => {
    const decoder = createHeaderDecoder(1_024);
    listOf(decoder, '4001 6105 6161 6161 61');
    assert.throws(() => decoder.decode(Buffer.alloc(100, 0xbe)), { code: 'enhanceYourCalm' });
  });

  it('throws nothing but errors of the protocol, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
        try {
          createHeaderDecoder(16_384).decode(Buffer.from(block));
        } catch (error) {
          assert.ok(error instanceof Http2Error);
        }
      }),
    );
  });

  it('reads what is encoded here', () => {
    const latin1 = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    });
    const field = fc.record(
      {
        name: fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
        value: latin1,
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const decoder = createHeaderDecoder(2 ** 20);
        assert.deepEqual(decoder.decode(encodeHeaders(fields)), fields);
      }),
    );
  });
});
