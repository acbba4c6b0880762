import assert from 'node:assert/strict';
import { json } from './json.ts';
import * as layout from './layout.ts';
import type { Layout } from './layout.ts';

const { choice, f64, list, map, option, string, struct, tuple, u64, union, unit } = layout;

const User = struct('User', { name: string, age: layout.u8, salt: option(string) });
const Plan = union('Plan', { Free: unit, Paid: struct('Paid', { price: f64 }) });

const decode = <T>(of: Layout<T>, text: string): T => json(of).decode(Buffer.from(text));
const encode = <T>(of: Layout<T>, value: T): string =>
  Buffer.from(json(of).encode(value)).toString();

describe('json', () => {
  it('writes compact, with keys in the order of the fields', () => {
    const user = { salt: undefined, age: 7, name: 'é"\n\u{2028}' };
    assert.equal(encode(User, user), '{"name":"é\\"\\n\u{2028}","age":7,"salt":null}');
  });

  it('passes over unknown keys and white space, and takes keys in any order', () => {
    const text = ' { "age" : 7, "more": [1, {"x": 1e999}], "name":"a"\n}';
    assert.deepEqual(decode(User, text), { name: 'a', age: 7, salt: undefined });
  });

  it('takes null and nothing for none', () => {
    assert.equal(decode(User, '{"name":"a","age":7}').salt, undefined);
    assert.equal(decode(User, '{"name":"a","age":7,"salt":null}').salt, undefined);
    assert.equal(decode(User, '{"name":"a","age":7,"salt":""}').salt, '');
  });

  const beyond: readonly [Layout<bigint>, string][] = [
    [u64, '18446744073709551615'],
    [u64, '9007199254740993'],
    [layout.i64, '-9223372036854775808'],
    [layout.u128, '340282366920938463463374607431768211455'],
  ];
  for (const [of, digits] of beyond) {
    it(`keeps all digits of ${digits}`, () => {
      assert.equal(decode(of, digits), BigInt(digits));
      assert.equal(encode(of, BigInt(digits)), digits);
      assert.equal(encode(list(of), decode(list(of), `[${digits}]`)), `[${digits}]`);
    });
  }

  const floats: readonly [number, string][] = [
    [1_048_576, '1048576.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [-12.5, '-12.5'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e16'],
    [1.5e300, '1.5e300'],
    [0.000_01, '0.00001'],
    [0.000_001, '1e-6'],
    [2.5e-7, '2.5e-7'],
    [Number.MAX_VALUE, '1.7976931348623157e308'],
    [5e-324, '5e-324'],
  ];
  for (const [value, text] of floats) {
    it(`writes a float as ${text}`, () => {
      assert.equal(encode(f64, value), text);
      assert.equal(decode(f64, text), value);
    });
  }

  it('reads an integer as a float, and no float as an integer', () => {
    assert.equal(decode(f64, '1048576'), 1_048_576);
    for (const text of ['1.0', '1e3', '-0']) {
      assert.throws(() => decode(u64, text), { code: 'json' });
    }
  });

  it('writes variants by their names, and what they carry', () => {
    assert.equal(encode(Plan, { kind: 'Free' }), '"Free"');
    assert.equal(encode(Plan, { kind: 'Paid', value: { price: 1 } }), '{"Paid":{"price":1.0}}');
    assert.deepEqual(decode(Plan, '"Free"'), { kind: 'Free' });
    assert.deepEqual(decode(Plan, '{"Paid":{"price":1.0}}'), { kind: 'Paid', value: { price: 1 } });
  });

  it('writes bytes as numbers, and numbers that are keys as text', () => {
    assert.equal(encode(layout.bytes, Uint8Array.of(0, 255)), '[0,255]');
    assert.deepEqual(decode(layout.bytes, '[0,255]'), Uint8Array.of(0, 255));
    const of = map(u64, tuple(layout.bool, unit));
    const text = '{"18446744073709551615":[true,null]}';
    assert.equal(encode(of, decode(of, text)), text);
  });

  it('does not read a key by what came before it', () => {
    const of = map(string, layout.u8);
    decode(of, '{"x":0,"\\\\":0}');
    assert.deepEqual([...decode(of, '{"x":0,"\\u0000":0}').keys()], ['x', '\0']);
  });

  it('has no key that means something else', () => {
    const of = map(string, layout.u8);
    const text = '{"__proto__":1,"constructor":2}';
    assert.deepEqual(
      decode(of, text),
      new Map(Object.entries({ ['__proto__']: 1, constructor: 2 })),
    );
    assert.equal(encode(of, decode(of, text)), text);
    assert.throws(
      () => decode(struct('S', { constructor: string }), '{}'),
      /S.constructor: missing/,
    );
  });

  const refusals: readonly [layout: Layout, text: string, message: string | RegExp][] = [
    [User, '{"name":"a"}', 'User.age: missing'],
    [User, '{"name":"a","age":null}', 'User.age: a number is expected, not null'],
    [User, '{"name":"a","age":256}', 'User.age: 256 does not fit u8'],
    [User, '{"name":"a","age":"7"}', 'User.age: a number is expected, not a text'],
    [User, '{"name":["a"],"age":7}', 'User.name: a text is expected, not a list'],
    [User, '[]', 'User: an object is expected, not a list'],
    [User, '7', 'User: an object is expected, not 7'],
    [User, '{"name":"\\ud800","age":7}', 'User.name: half of a surrogate pair'],
    [User, '{"name":', 'User.name: a text is expected, not the end'],
    [User, '\u{feff}{"name":"a","age":7}', 'User: an object is expected, not \u{feff}'],
    [list(User), '[{"name":"a","age":7},{}]', 'list[1].name: missing'],
    [map(string, u64), '{"a":-1}', 'map["a"]: -1 does not fit u64'],
    [map(u64, unit), '{"a":null}', 'map["a"]: a is no integer'],
    [layout.bytes, '[1,256]', 'bytes[1]: 256 does not fit u8'],
    [f64, '1e999', 'f64: 1e999 does not fit f64'],
    [u64, '1'.repeat(100), `u64: ${'1'.repeat(40)}… does not fit u64`],
    [Plan, '"Gold"', 'Plan: "Gold" is none of the 2 variants of Plan'],
    [Plan, '"Paid"', 'Plan.Paid: missing'],
    [Plan, '{"Free":1}', 'Plan.Free: null is expected, not 1'],
    [Plan, '{}', 'Plan: 0 elements instead of 1'],
    [
      map(string, u64),
      `{"${'k'.repeat(1e6)}":-1}`,
      `map["${'k'.repeat(40)}…"]: -1 does not fit u64`,
    ],
    [User, '{"name":"a","age":7,"name":"a"}', 'User.name: there twice'],
    [User, '{"name":"a","age":7} x', 'User: the end is expected, not x'],
    [User, '{"name":"a","age":07}', 'User: } is expected, not 7'],
    [User, '{"name":"a","age":7,}', 'User: a text is expected, not }'],
    [User, '{"name":"a" "age":7}', 'User: } is expected, not a text'],
    [User, '{"name":"\n","age":7}', 'User.name: a text has a control character in it'],
    [User, '{"name":"\\x","age":7}', 'User.name: a text has an escape that there is not'],
    [User, '{"name":"a', 'User.name: a text has no end'],
    [User, '{"name":"a","age":7,"more":[nul]}', 'User: a number is expected, not nul'],
    [list(u64), '[1,,2]', 'list[1]: a number is expected, not ,'],
    [tuple(u64, u64), '[1]', 'tuple: 1 elements instead of 2'],
    [tuple(u64, u64), '[1,2,3]', 'tuple[2]: the end of the list is expected, not 3'],
    [map(u64, unit), '{"01":null}', 'map["01"]: 01 is no integer'],
    [Plan, '{"Free":null,"Paid":{"price":1}}', 'Plan: 2 elements instead of 1'],
    [layout.bool, 'tru', 'bool: true or false is expected, not tru'],
    [choice('C', 'a'), '"constructor"', 'C: "constructor" is none of the 1 variants of C'],
  ];
  for (const [of, text, message] of refusals) {
    it(`refuses ${text.slice(0, 40)}`, () => {
      assert.throws(() => decode(of, text), { name: 'CodecError', message });
    });
  }

  it('refuses what is no UTF-8', () => {
    assert.throws(() => json(string).decode(Uint8Array.of(0x22, 0xc3, 0x28, 0x22)), {
      code: 'text',
      message: 'string: not UTF-8',
    });
  });

  it('refuses to go deep, also where nobody looks', () => {
    for (const depth of [128, 1_000_000]) {
      const text = `{"name":"a","age":7,"more":${'['.repeat(depth)}`;
      assert.throws(() => decode(User, text), /User: nested more than 127 deep/);
    }
    const brackets = JSON.stringify('[{"'.repeat(200));
    assert.equal(decode(string, brackets), '[{"'.repeat(200));
  });

  it('does not write what there is no JSON for', () => {
    assert.throws(
      () => encode(struct('S', { n: f64 }), { n: Number.NaN }),
      /S.n: NaN is no number/,
    );
    assert.throws(() => encode(struct('S', { n: u64 }), { n: -1n }), /S.n: -1 does not fit u64/);
    assert.throws(() => encode(list(string), ['\u{dc00}']), /list\[0\]: half of a surrogate pair/);
  });
});
