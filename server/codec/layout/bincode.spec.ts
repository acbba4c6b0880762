import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bincode } from './bincode.ts';
import { CodecError } from './codec-error.ts';
import { describeLayout } from './layout.contract.ts';
import * as layout from './layout.ts';
import type { Infer, Layout } from './layout.ts';

const { choice, list, map, option, string, struct, tuple, u16, u32, u64, union, unit } = layout;

const Shape = union('Shape', { Dot: unit, Circle: struct('Circle', { radius: u16 }) });
const Picture = struct('Picture', {
  title: string,
  shapes: list(Shape),
  colours: map(string, u32),
  at: option(tuple(layout.f64, layout.f64)),
  paper: choice('Paper', 'A4', 'A5'),
  thumbnail: layout.bytes,
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** An error, as far as callers look at it. */
const refused = (code: string, message: string) => ({ name: 'CodecError', code, message });

describe('bincode', () => {
  const written: readonly [name: string, layout: Layout, value: unknown, hex: string][] = [
    ['bool', layout.bool, true, '01'],
    ['u8', layout.u8, 255, 'ff'],
    ['i8', layout.i8, -1, 'ff'],
    ['u16', u16, 258, '0201'],
    ['u32', u32, 0xffff_fffe, 'feffffff'],
    ['i32', layout.i32, -2, 'feffffff'],
    ['u64', u64, (1n << 64n) - 1n, 'ffffffffffffffff'],
    ['u64 beyond 2^53', u64, (1n << 53n) + 1n, '0100000000002000'],
    ['i64', layout.i64, -(1n << 63n), '0000000000000080'],
    ['u128, low half first', layout.u128, (1n << 64n) + 2n, '02000000000000000100000000000000'],
    ['f64', layout.f64, 1, '000000000000f03f'],
    ['text', string, 'é', '0200000000000000c3a9'],
    ['text with a byte order mark', string, '\u{feff}', '0300000000000000efbbbf'],
    ['bytes', layout.bytes, Uint8Array.of(1, 2), '02000000000000000102'],
    ['none', option(u16), undefined, '00'],
    ['some', option(u16), 7, '010700'],
    ['a list', list(layout.u8), [1, 2], '02000000000000000102'],
    ['a tuple', tuple(layout.u8, layout.bool), [1, false], '0100'],
    ['a map', map(layout.u8, layout.u8), new Map([[1, 2]]), '01000000000000000102'],
    ['a choice', choice('C', 'a', 'b'), 'b', '01000000'],
    ['a variant', Shape, { kind: 'Circle', value: { radius: 3 } }, '010000000300'],
    ['a variant without anything', Shape, { kind: 'Dot' }, '00000000'],
    ['an empty struct', struct('E', {}), {}, ''],
  ];
  for (const [name, of, value, expected] of written) {
    it(`${name} is ${expected === '' ? 'nothing' : expected}`, () => {
      const codec = bincode(of);
      assert.equal(hex(codec.encode(value)), expected);
      assert.deepEqual(codec.decode(unhex(expected)), value);
    });
  }

  const picture: Infer<typeof Picture> = {
    title: 'x',
    shapes: [{ kind: 'Dot' }, { kind: 'Circle', value: { radius: 1 } }],
    colours: new Map([['red', 1]]),
    at: [0, 1],
    paper: 'A5',
    thumbnail: Uint8Array.of(9),
  };

  const refusals: readonly [
    name: string,
    layout: Layout,
    hex: string,
    code: string,
    text: string,
  ][] = [
    ['a flag of 2', option(u16), '02 0000', 'tag', 'option: 2 is neither 0 nor 1'],
    ['an unknown variant', Shape, '02000000', 'tag', 'Shape: Shape has 2 variants, and no index 2'],
    ['text that is no UTF-8', string, '0200000000000000 c328', 'text', 'string: not UTF-8'],
    ['a surrogate in UTF-8', string, '0300000000000000 eda080', 'text', 'string: not UTF-8'],
    [
      'text that is longer than 2^32',
      string,
      '0000000001000000 00',
      'truncated',
      'string: length 4294967296 exceeds the 1 bytes left',
    ],
    [
      'a list that does not fit',
      list(u64),
      '0200000000000000 0000000000000000',
      'truncated',
      'list: count 2 exceeds the 8 bytes left',
    ],
    ['half an integer', u64, '00000000', 'truncated', 'u64: 8 bytes are needed, and 4 are left'],
    [
      'an element of a list in a struct',
      struct('S', { names: list(string) }),
      '0200000000000000 0000000000000000 ffffffffffffffff',
      'truncated',
      'S.names[1]: length 18446744073709551615 exceeds the 0 bytes left',
    ],
    [
      'the value of an entry of a map',
      struct('S', { names: map(layout.u8, layout.bool) }),
      '0200000000000000 0101 0203',
      'tag',
      'S.names[1].value: 3 is neither 0 nor 1',
    ],
    [
      'what a variant carries',
      Shape,
      '01000000 00',
      'truncated',
      'Shape.Circle.radius: 2 bytes are needed, and 1 are left',
    ],
  ];
  for (const [name, of, bytes, code, text] of refusals) {
    it(`refuses ${name}`, () => {
      assert.throws(() => bincode(of).decode(unhex(bytes)), refused(code, text));
    });
  }

  const unwritable: readonly [
    name: string,
    layout: Layout,
    value: unknown,
    code: string,
    text: string,
  ][] = [
    [
      'too large a number',
      struct('S', { n: u16 }),
      { n: 65_536 },
      'range',
      'S.n: 65536 does not fit u16',
    ],
    ['a fraction', u32, 1.5, 'range', 'u32: 1.5 does not fit u32'],
    ['no number', u32, Number.NaN, 'range', 'u32: NaN does not fit u32'],
    [
      'too large a bigint',
      list(u64),
      [0n, 1n << 64n],
      'range',
      'list[1]: 18446744073709551616 does not fit u64',
    ],
    ['a negative one', u64, -1n, 'range', 'u64: -1 does not fit u64'],
    [
      'half of a surrogate pair',
      map(string, string),
      new Map([['a', '\u{d800}']]),
      'text',
      'map[0].value: half of a surrogate pair',
    ],
    ['an unknown name', choice('C', 'a'), 'b', 'tag', 'C: "b" is none of the 1 variants of C'],
  ];
  for (const [name, of, value, code, text] of unwritable) {
    it(`does not write ${name}`, () => {
      assert.throws(() => bincode(of).encode(value), refused(code, text));
    });
  }

  it('passes over what is left at the end', () => {
    assert.equal(bincode(u16).decode(unhex('0100 ff')), 1);
  });

  it('shares no memory with what it read, nor with what it wrote before', () => {
    const codec = bincode(Picture);
    const encoded = codec.encode(picture);
    const decoded = codec.decode(encoded);
    codec.encode({ ...picture, title: 'another' });
    assert.deepEqual(codec.decode(encoded), picture);
    encoded.fill(0);
    assert.deepEqual(decoded, picture);
    assert.equal(decoded.thumbnail.buffer.byteLength, 1);
  });

  it('reads a part of a larger buffer', () => {
    const codec = bincode(Picture);
    const around = Buffer.concat([Buffer.alloc(3), codec.encode(picture), Buffer.alloc(3)]);
    assert.deepEqual(codec.decode(around.subarray(3, -3)), picture);
  });

  it('writes whatever comes where its room ends', () => {
    for (const [name, of, value, expected] of written) {
      if (expected === '') continue;
      const values = Array.from({ length: 5_000 }, () => value);
      const encoded = bincode(list(of)).encode(values);
      assert.equal(hex(encoded.subarray(8)), expected.repeat(values.length), name);
    }
  });

  it('writes more than its room, and then again little', () => {
    const large = { ...picture, title: '€'.repeat(10_000) };
    const codec = bincode(Picture);
    assert.deepEqual(codec.decode(codec.encode(large)), large);
    assert.deepEqual(codec.decode(codec.encode(picture)), picture);
  });

  it('takes every length of text', () => {
    const codec = bincode(string);
    fc.assert(
      fc.property(fc.nat(200), fc.constantFrom('a', 'é', '€', '😀'), (length, unit) => {
        const value = 'a'.repeat(length) + unit;
        const encoded = codec.encode(value);
        assert.equal(hex(encoded.subarray(8)), Buffer.from(value).toString('hex'));
        assert.equal(codec.decode(encoded), value);
      }),
    );
  });

  it('has no list that could grow without bytes', () => {
    assert.throws(() => bincode(list(struct('Nothing', {}))), TypeError);
    assert.throws(() => bincode(map(string, list(unit))), TypeError);
  });

  it('takes no memory for elements that are not there', () => {
    const codec = bincode(list(list(list(string))));
    const bytes = new Uint8Array(1 << 20);
    new DataView(bytes.buffer).setUint32(0, (bytes.length - 8) / 8, true);
    const heapBefore = process.memoryUsage().heapUsed;
    const outer = codec.decode(bytes);
    assert.equal(outer.length, (bytes.length - 8) / 8);
    // A megabyte says that there are 131,071 lists, and all of them are there: empty.
    assert.ok(process.memoryUsage().heapUsed - heapBefore < 64 << 20);
    new DataView(bytes.buffer).setUint32(0, (bytes.length - 8) / 8 + 1, true);
    assert.throws(() => codec.decode(bytes), CodecError);
  });

  describeLayout(Picture);
  describeLayout(list(Picture), 'a list of pictures');
  describeLayout(option(layout.i64), 'an option');
});
