/**
 * What is written follows from a layout, and so does the type of the values that `Encode` gets: that
 * is what the casts of this file rest on.
 */
import { grow, putCount, putText } from './byte-sink.ts';
import type { Sink } from './byte-sink.ts';
import { CodecError, within } from './codec-error.ts';
import { checked } from './integer.ts';
import type {
  BigIntegerShape,
  ChoiceShape,
  IntegerShape,
  Shape,
  StructShape,
  UnionShape,
} from './layout.ts';
import { variantOf } from './variant.ts';
import type { Variant } from './variant.ts';

/** Writes one value of a layout. */
export type Encode = (sink: Sink, value: unknown) => void;

/** The inverse of `decoderOf`. */
export function encoderOf(shape: Shape): Encode {
  switch (shape.kind) {
    case 'bool':
      return (sink, value) => putByte(sink, value === true ? 1 : 0);
    case 'f64':
      return putFloat;
    case 'string':
      return (sink, value) => putText(sink, value as string);
    case 'bytes':
      return putBytes;
    case 'unit':
      return () => undefined;
    case 'integer':
      return integerEncoder(shape);
    case 'bigint':
      return bigIntegerEncoder(shape);
    case 'option':
      return optionEncoder(shape.of);
    case 'list':
      return listEncoder(shape.of);
    case 'tuple':
      return tupleEncoder(shape.of);
    case 'map':
      return mapEncoder(shape.key, shape.value);
    case 'struct':
      return structEncoder(shape);
    case 'choice':
      return choiceEncoder(shape);
    case 'union':
      return unionEncoder(shape);
    case 'unreadable':
      return () => {
        throw new CodecError('unreadable', shape.why);
      };
  }
}

function putByte(sink: Sink, byte: number): void {
  const at = grow(sink, 1);
  sink.view.setUint8(at, byte);
}

function putFloat(sink: Sink, value: unknown): void {
  const at = grow(sink, 8);
  sink.view.setFloat64(at, value as number, true);
}

function putBytes(sink: Sink, value: unknown): void {
  const bytes = value as Uint8Array;
  putCount(sink, bytes.length);
  const at = grow(sink, bytes.length);
  sink.bytes.set(bytes, at);
}

const INTEGERS: Readonly<Record<IntegerShape['name'], (sink: Sink, value: number) => void>> = {
  u8: putByte,
  i8: putByte,
  u16: (sink, value) => {
    const at = grow(sink, 2);
    sink.view.setUint16(at, value, true);
  },
  u32: (sink, value) => {
    const at = grow(sink, 4);
    sink.view.setUint32(at, value, true);
  },
  i32: (sink, value) => {
    const at = grow(sink, 4);
    sink.view.setInt32(at, value, true);
  },
};

function integerEncoder(shape: IntegerShape): Encode {
  const put = INTEGERS[shape.name];
  return (sink, value) => put(sink, checked(shape, value as number));
}

/** Two's complement: negative numbers are written as unsigned ones are. */
const BIG_INTEGERS: Readonly<Record<BigIntegerShape['name'], (sink: Sink, value: bigint) => void>> =
  {
    u64: putBigUint64,
    i64: putBigUint64,
    u128: (sink, value) => {
      putBigUint64(sink, value);
      putBigUint64(sink, value >> 64n);
    },
  };

/** The lower 64 bits. */
function putBigUint64(sink: Sink, value: bigint): void {
  const at = grow(sink, 8);
  sink.view.setBigUint64(at, value, true);
}

function bigIntegerEncoder(shape: BigIntegerShape): Encode {
  const put = BIG_INTEGERS[shape.name];
  return (sink, value) => put(sink, checked(shape, value as bigint));
}

function optionEncoder(of: Shape): Encode {
  const encode = encoderOf(of);
  return (sink, value) => {
    putByte(sink, value === undefined ? 0 : 1);
    if (value !== undefined) encode(sink, value);
  };
}

function listEncoder(of: Shape): Encode {
  const encode = encoderOf(of);
  return (sink, value) => {
    const values = value as readonly unknown[];
    putCount(sink, values.length);
    let index = 0;
    try {
      for (; index < values.length; index += 1) encode(sink, values[index]);
    } catch (error) {
      throw within(error, `[${index}]`);
    }
  };
}

function tupleEncoder(of: readonly Shape[]): Encode {
  const encoders = of.map(encoderOf);
  return (sink, value) => {
    const values = value as readonly unknown[];
    for (const [index, encode] of encoders.entries()) {
      try {
        encode(sink, values[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    }
  };
}

function mapEncoder(key: Shape, value: Shape): Encode {
  const encodeKey = encoderOf(key);
  const encodeValue = encoderOf(value);
  return (sink, value) => {
    const entries = value as ReadonlyMap<unknown, unknown>;
    putCount(sink, entries.size);
    let index = 0;
    let part = 'key';
    try {
      for (const [key, of] of entries) {
        part = 'key';
        encodeKey(sink, key);
        part = 'value';
        encodeValue(sink, of);
        index += 1;
      }
    } catch (error) {
      throw within(error, `[${index}].${part}`);
    }
  };
}

function structEncoder({ fields }: StructShape): Encode {
  const encoders = fields.map(({ name, shape }) => ({ name, encode: encoderOf(shape) }));
  return (sink, value) => {
    const values = value as Readonly<Record<string, unknown>>;
    let current = '';
    try {
      for (const { name, encode } of encoders) {
        current = name;
        encode(sink, values[name]);
      }
    } catch (error) {
      throw within(error, `.${current}`);
    }
  };
}

function putIndex(sink: Sink, index: number): void {
  const at = grow(sink, 4);
  sink.view.setUint32(at, index, true);
}

function choiceEncoder(shape: ChoiceShape): Encode {
  const indexes = new Map(shape.variants.map((name, index) => [name, index]));
  return (sink, value) => putIndex(sink, variantOf(shape, indexes, value as string));
}

function unionEncoder(shape: UnionShape): Encode {
  const variants = new Map(
    shape.variants.map(({ name, shape }, index) => [name, { index, encode: encoderOf(shape) }]),
  );
  return (sink, value) => {
    const { kind, value: carried } = value as Variant;
    const { index, encode } = variantOf(shape, variants, kind);
    putIndex(sink, index);
    try {
      encode(sink, carried);
    } catch (error) {
      throw within(error, `.${kind}`);
    }
  };
}
