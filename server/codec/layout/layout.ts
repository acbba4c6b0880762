/**
 * A small language for layouts. What is written in it is a table of a payload's fields, from which
 * follow the TypeScript type of its values (`Infer`), its bytes (`bincode.ts`) and its JSON
 * (`json.ts`).
 *
 *   export const Replica = struct('Replica', { replica_seq: u64, node_id: u64, fold: string });
 *   export type Replica = Infer<typeof Replica>;
 *
 * | layout                       | values                                             |
 * |------------------------------|----------------------------------------------------|
 * | `bool`                       | `boolean`                                          |
 * | `u8` `u16` `u32` `i8` `i32`  | `number`                                           |
 * | `u64` `usize` `i64` `u128`   | `bigint`                                           |
 * | `f64`                        | `number`                                           |
 * | `string`                     | `string`, well formed                              |
 * | `bytes`                      | `Uint8Array`                                       |
 * | `unit`                       | `null`                                             |
 * | `option(T)`                  | `T` or `undefined`                                 |
 * | `list(T)`, `tuple(A, B)`     | arrays                                             |
 * | `map(K, V)`                  | `Map`, in the order that it came in                |
 * | `struct(name, fields)`       | objects with the fields' names                     |
 * | `choice(name, variants)`     | the name of a variant                              |
 * | `union(name, variants)`      | `{ kind, value }`; without `value` for `unit`      |
 *
 * Why bigints: 64 bits do not fit a number, and a type that is sometimes one and sometimes the other
 * must be told apart wherever it is used. A bigint compares by value, also as the key of a `Map`, and
 * the compiler refuses to mix it with a number.
 */

declare const value: unique symbol;

/** A layout whose values have the type `T`. */
export type Layout<T = unknown> = Shape & { readonly [value]?: () => T };

/** The type of a layout's values. */
export type Infer<L> = L extends { readonly [value]?: () => infer T } ? T : never;

/** What a layout is, for those that interpret it. */
export type Shape =
  | { readonly kind: 'bool' | 'f64' | 'string' | 'bytes' | 'unit' }
  | IntegerShape
  | BigIntegerShape
  | { readonly kind: 'option' | 'list'; readonly of: Shape }
  | { readonly kind: 'tuple'; readonly of: readonly Shape[] }
  | { readonly kind: 'map'; readonly key: KeyShape; readonly value: Shape }
  | StructShape
  | ChoiceShape
  | UnionShape
  | { readonly kind: 'unreadable'; readonly name: string; readonly why: string };

/** JSON has names for keys, and nothing else. */
export type KeyShape = { readonly kind: 'string' } | IntegerShape | BigIntegerShape;

export interface IntegerShape {
  readonly kind: 'integer';
  readonly name: 'u8' | 'u16' | 'u32' | 'i8' | 'i32';
  readonly min: number;
  readonly max: number;
}

export interface BigIntegerShape {
  readonly kind: 'bigint';
  readonly name: 'u64' | 'i64' | 'u128';
  readonly min: bigint;
  readonly max: bigint;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly name: string;
  /** In the order of their bytes, which is that of their keys in JSON. */
  readonly fields: readonly Named[];
}

export interface ChoiceShape {
  readonly kind: 'choice';
  readonly name: string;
  /** By their index. */
  readonly variants: readonly string[];
}

export interface UnionShape {
  readonly kind: 'union';
  readonly name: string;
  /** By their index. */
  readonly variants: readonly Named[];
}

/** A field, or a variant and what it carries. */
export interface Named {
  readonly name: string;
  readonly shape: Shape;
}

type Layouts = Readonly<Record<string, Layout>>;
type StructOf<Fields extends Layouts> = { readonly [Name in keyof Fields]: Infer<Fields[Name]> };
type UnionOf<Variants extends Layouts> = {
  [Kind in keyof Variants]: Infer<Variants[Kind]> extends null
    ? { readonly kind: Kind }
    : { readonly kind: Kind; readonly value: Infer<Variants[Kind]> };
}[keyof Variants];

interface TextLayout {
  readonly kind: 'string';
  readonly [value]?: () => string;
}

interface IntegerLayout extends IntegerShape {
  readonly [value]?: () => number;
}

interface BigIntegerLayout extends BigIntegerShape {
  readonly [value]?: () => bigint;
}

export const bool: Layout<boolean> = { kind: 'bool' };
export const f64: Layout<number> = { kind: 'f64' };
export const string: TextLayout = { kind: 'string' };
export const bytes: Layout<Uint8Array> = { kind: 'bytes' };
/** Nothing at all. As what a variant carries: it carries nothing. */
export const unit: Layout<null> = { kind: 'unit' };

export const u8: IntegerLayout = { kind: 'integer', name: 'u8', min: 0, max: 0xff };
export const u16: IntegerLayout = { kind: 'integer', name: 'u16', min: 0, max: 0xffff };
export const u32: IntegerLayout = { kind: 'integer', name: 'u32', min: 0, max: 0xffff_ffff };
export const i8: IntegerLayout = { kind: 'integer', name: 'i8', min: -0x80, max: 0x7f };
export const i32: IntegerLayout = {
  kind: 'integer',
  name: 'i32',
  min: -0x8000_0000,
  max: 0x7fff_ffff,
};

export const u64: BigIntegerLayout = {
  kind: 'bigint',
  name: 'u64',
  min: 0n,
  max: (1n << 64n) - 1n,
};
export const i64: BigIntegerLayout = {
  kind: 'bigint',
  name: 'i64',
  min: -(1n << 63n),
  max: (1n << 63n) - 1n,
};
export const u128: BigIntegerLayout = {
  kind: 'bigint',
  name: 'u128',
  min: 0n,
  max: (1n << 128n) - 1n,
};
/** On all machines there are, the same. */
export const usize: BigIntegerLayout = { ...u64 };

export const option = <T>(of: Layout<T>): Layout<T | undefined> => ({ kind: 'option', of });

export const list = <T>(of: Layout<T>): Layout<readonly T[]> => ({ kind: 'list', of });

export const tuple = <A, B>(a: Layout<A>, b: Layout<B>): Layout<readonly [A, B]> => ({
  kind: 'tuple',
  of: [a, b],
});

export const map = <K, V>(key: Layout<K> & KeyShape, of: Layout<V>): Layout<ReadonlyMap<K, V>> => ({
  kind: 'map',
  key,
  value: of,
});

/** Fields one after the other. */
export const struct = <const Fields extends Layouts>(
  name: string,
  fields: Fields,
): Layout<StructOf<Fields>> => ({ kind: 'struct', name, fields: named(fields) });

/** One of these names. */
export const choice = <const Variants extends readonly string[]>(
  name: string,
  ...variants: Variants
): Layout<Variants[number]> => ({ kind: 'choice', name, variants });

/** One of these variants, and what it carries. */
export const union = <const Variants extends Layouts>(
  name: string,
  variants: Variants,
): Layout<UnionOf<Variants>> => ({ kind: 'union', name, variants: named(variants) });

/** What nobody can read back, although somebody could write it. Refused both ways. */
export const unreadable = (name: string, why: string): Layout<never> => ({
  kind: 'unreadable',
  name,
  why,
});

const named = (shapes: Layouts): readonly Named[] =>
  Object.entries(shapes).map(([name, shape]) => ({ name, shape }));

/** What errors call a layout. */
export function nameOf(shape: Shape): string {
  switch (shape.kind) {
    case 'struct':
    case 'choice':
    case 'union':
    case 'unreadable':
    case 'integer':
    case 'bigint':
      return shape.name;
    case 'bool':
    case 'f64':
    case 'string':
    case 'bytes':
    case 'unit':
    case 'option':
    case 'list':
    case 'tuple':
    case 'map':
      return shape.kind;
  }
}
