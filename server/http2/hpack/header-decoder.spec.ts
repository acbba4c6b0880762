import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Http2Error } from '../http2-error.ts';
import { encodeHeaders } from './encode-headers.ts';
import { createHeaderDecoder } from './header-decoder.ts';
import type { HeaderDecoder } from './header-decoder.ts';

const LIST_BYTES_MAX = 16_384;
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The fields of a block, a line each. */
const read = (decoder: HeaderDecoder, digits: string): string[] =>
  decoder.decode(hex(digits)).map(({ name, value }) => `${name}: ${value}`);

const GET = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
const GET_CUSTOM = [
  ':method: GET',
  ':scheme: https',
  ':path: /index.html',
  ':authority: www.example.com',
  'custom-key: custom-value',
];
const DATE = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
const LOCATION = 'location: https://www.example.com';

/** RFC 7541 Appendix C: blocks that follow each other on one connection. */
const SEQUENCES: readonly {
  readonly name: string;
  readonly blocks: readonly (readonly [digits: string, fields: readonly string[]])[];
}[] = [
  {
    name: 'C.2.1 a literal to be remembered',
    blocks: [
      [
        '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
        ['custom-key: custom-header'],
      ],
      ['be', ['custom-key: custom-header']],
    ],
  },
  {
    name: 'C.2.2 a literal not to be remembered',
    blocks: [['040c 2f73 616d 706c 652f 7061 7468', [':path: /sample/path']]],
  },
  {
    name: 'C.2.3 a literal never to be remembered',
    blocks: [['1008 7061 7373 776f 7264 0673 6563 7265 74', ['password: secret']]],
  },
  { name: 'C.2.4 an index', blocks: [['82', [':method: GET']]] },
  {
    name: 'C.3 requests',
    blocks: [
      ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', GET],
      ['8286 84be 5808 6e6f 2d63 6163 6865', [...GET, 'cache-control: no-cache']],
      ['8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65', GET_CUSTOM],
    ],
  },
  {
    name: 'C.4 requests with Huffman codes',
    blocks: [
      ['8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', GET],
      ['8286 84be 5886 a8eb 1064 9cbf', [...GET, 'cache-control: no-cache']],
      ['8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf', GET_CUSTOM],
    ],
  },
  {
    name: 'C.5 fields that push others out of a table of 256 bytes',
    blocks: [
      // The RFC presupposes a table of this size.
      ['3f e101', []],
      [
        '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        [':status: 302', 'cache-control: private', DATE, LOCATION],
      ],
      ['4803 3330 37c1 c0bf', [':status: 307', 'cache-control: private', DATE, LOCATION]],
      [
        '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
        [
          ':status: 200',
          'cache-control: private',
          'date: Mon, 21 Oct 2013 20:13:22 GMT',
          LOCATION,
          'content-encoding: gzip',
          'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
        ],
      ],
    ],
  },
];

/** Blocks that are refused, each after `before`. */
const WRONG: readonly {
  readonly name: string;
  readonly before?: readonly string[];
  readonly block: string;
}[] = [
  { name: 'index 0', block: '80' },
  { name: 'an index beyond both tables', block: 'be' },
  {
    name: 'the index of a field that has been evicted',
    before: ['40 01 61 01 62', '20'],
    block: 'be',
  },
  { name: 'a name whose index is beyond both tables', block: '7e 0161' },
  { name: 'a number without an end', block: 'ff' },
  { name: 'a number beyond any use', block: 'ff ffffffffff0f' },
  { name: 'a number of zeroes that goes on and on', block: 'ff 8080808080808080 00' },
  { name: 'a name that goes beyond the block', block: '40 05 6161' },
  { name: 'a value that goes beyond the block', block: '40 01 61 7f ff ff 01 62' },
  { name: 'a literal without a value', block: '40 01 61' },
  { name: 'a table larger than agreed on', block: '3f e2 1f' },
  { name: 'a change of the table within a block', block: '82 20' },
  { name: 'a string whose Huffman code is wrong', block: '40 81 00 00' },
];

/** A literal that is to be remembered. */
const literal = (name: string, value: string): string =>
  Buffer.concat([
    Buffer.of(0x40, name.length),
    Buffer.from(name),
    Buffer.of(0x7f, 0x80 | ((value.length - 127) & 0x7f), (value.length - 127) >> 7),
    Buffer.from(value),
  ]).toString('hex');

describe('A header decoder', () => {
  for (const { name, blocks } of SEQUENCES) {
    it(`reads RFC 7541 ${name}`, () => {
      const decoder = createHeaderDecoder(LIST_BYTES_MAX);
      for (const [digits, fields] of blocks) assert.deepEqual(read(decoder, digits), fields);
    });
  }

  for (const { name, before, block } of WRONG) {
    it(`refuses ${name}`, () => {
      const decoder = createHeaderDecoder(LIST_BYTES_MAX);
      for (const each of before ?? []) read(decoder, each);
      assert.throws(
        () => read(decoder, block),
        (error) => error instanceof Http2Error && error.code === 'compressionError',
      );
    });
  }

  it('forgets all when one field is larger than the table', () => {
    const decoder = createHeaderDecoder(LIST_BYTES_MAX);
    read(decoder, literal('a', 'v'.repeat(1_000)));
    assert.equal(read(decoder, literal('b', 'v'.repeat(4_096))).length, 1);
    assert.throws(() => read(decoder, 'be'), Http2Error);
  });

  it('counts a field each time it is referred to', () => {
    const decoder = createHeaderDecoder(10_000);
    read(decoder, literal('a', 'v'.repeat(4_000)));
    assert.equal(read(decoder, 'bebe').length, 2);
    assert.throws(() => read(decoder, 'bebebe'), /headers of more than 10000 bytes/);
  });

  it('reads what the encoder of answers makes', () => {
    const fields = [
      { name: ':status', value: '200' },
      { name: 'grpc-status', value: '0' },
      { name: 'long', value: 'x'.repeat(5_000) },
      { name: 'empty', value: '' },
    ];
    assert.deepEqual(createHeaderDecoder(LIST_BYTES_MAX).decode(encodeHeaders(fields)), fields);
  });

  it('throws nothing but Http2Error, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (blocks) => {
        const decoder = createHeaderDecoder(LIST_BYTES_MAX);
        try {
          for (const block of blocks) decoder.decode(Buffer.from(block));
        } catch (error) {
          assert.ok(error instanceof Http2Error);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
