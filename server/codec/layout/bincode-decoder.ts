import { take, takeCount, takeText } from './byte-source.ts';
import type { Source } from './byte-source.ts';
import { bytesMin } from './bytes-min.ts';
import { CodecError, within } from './codec-error.ts';
import type {
  BigIntegerShape,
  ChoiceShape,
  IntegerShape,
  Named,
  Shape,
  StructShape,
  UnionShape,
} from './layout.ts';

/** Reads one value of a layout. */
export type Decode = (source: Source) => unknown;

/** Nothing is looked up in the layout any more once its decoder is made. */
export function decoderOf(shape: Shape): Decode {
  switch (shape.kind) {
    case 'bool':
      return takeFlag;
    case 'f64':
      return (source) => source.view.getFloat64(take(source, 8), true);
    case 'string':
      return takeText;
    case 'bytes':
      return takeBytes;
    case 'unit':
      return () => null;
    case 'integer':
    case 'bigint':
      return INTEGERS[shape.name];
    case 'option':
      return optionDecoder(shape.of);
    case 'list':
      return listDecoder(shape.of);
    case 'tuple':
      return tupleDecoder(shape.of);
    case 'map':
      return mapDecoder(shape.key, shape.value);
    case 'struct':
      return structDecoder(shape);
    case 'choice':
      return choiceDecoder(shape);
    case 'union':
      return unionDecoder(shape);
    case 'unreadable':
      return () => {
        throw new CodecError('unreadable', shape.why);
      };
  }
}

const INTEGERS: Readonly<Record<(IntegerShape | BigIntegerShape)['name'], Decode>> = {
  u8: (source) => source.view.getUint8(take(source, 1)),
  u16: (source) => source.view.getUint16(take(source, 2), true),
  u32: (source) => source.view.getUint32(take(source, 4), true),
  i8: (source) => source.view.getInt8(take(source, 1)),
  i32: (source) => source.view.getInt32(take(source, 4), true),
  u64: (source) => source.view.getBigUint64(take(source, 8), true),
  i64: (source) => source.view.getBigInt64(take(source, 8), true),
  u128: (source) => {
    const at = take(source, 16);
    return source.view.getBigUint64(at, true) | (source.view.getBigUint64(at + 8, true) << 64n);
  },
};

function takeFlag(source: Source): boolean {
  const byte = source.view.getUint8(take(source, 1));
  if (byte > 1) throw new CodecError('tag', `${byte} is neither 0 nor 1`);
  return byte === 1;
}

function takeBytes(source: Source): Uint8Array {
  const length = takeCount(source, 1, 'length');
  const start = take(source, length);
  return new Uint8Array(source.bytes.subarray(start, start + length));
}

function optionDecoder(of: Shape): Decode {
  const decode = decoderOf(of);
  return (source) => (takeFlag(source) ? decode(source) : undefined);
}

function listDecoder(of: Shape): Decode {
  const bytes = elementBytesMin(of);
  const decode = decoderOf(of);
  return (source) => {
    const count = takeCount(source, bytes, 'count');
    const values: unknown[] = [];
    try {
      while (values.length < count) values.push(decode(source));
    } catch (error) {
      throw within(error, `[${values.length}]`);
    }
    return values;
  };
}

function tupleDecoder(of: readonly Shape[]): Decode {
  const decoders = of.map(decoderOf);
  return (source) => {
    const values: unknown[] = [];
    try {
      for (const decode of decoders) values.push(decode(source));
    } catch (error) {
      throw within(error, `[${values.length}]`);
    }
    return values;
  };
}

function mapDecoder(key: Shape, value: Shape): Decode {
  const bytes = elementBytesMin(key) + bytesMin(value);
  const decodeKey = decoderOf(key);
  const decodeValue = decoderOf(value);
  return (source) => {
    const count = takeCount(source, bytes, 'count');
    const entries = new Map<unknown, unknown>();
    let index = 0;
    let part = 'key';
    try {
      for (; index < count; index += 1) {
        part = 'key';
        const key = decodeKey(source);
        part = 'value';
        entries.set(key, decodeValue(source));
      }
    } catch (error) {
      throw within(error, `[${index}].${part}`);
    }
    return entries;
  };
}

function structDecoder({ fields }: StructShape): Decode {
  const decoders = fields.map(({ name, shape }) => ({ name, decode: decoderOf(shape) }));
  return (source) => {
    const value: Record<string, unknown> = {};
    let current = '';
    try {
      for (const { name, decode } of decoders) {
        current = name;
        value[name] = decode(source);
      }
    } catch (error) {
      throw within(error, `.${current}`);
    }
    return value;
  };
}

function choiceDecoder(shape: ChoiceShape): Decode {
  const { variants } = shape;
  return (source) => {
    const index = source.view.getUint32(take(source, 4), true);
    return variants[index] ?? refuseIndex(shape, index);
  };
}

function unionDecoder(shape: UnionShape): Decode {
  const variants = shape.variants.map(variantDecoder);
  return (source) => {
    const index = source.view.getUint32(take(source, 4), true);
    const decode = variants[index] ?? refuseIndex(shape, index);
    return decode(source);
  };
}

function variantDecoder({ name: kind, shape }: Named): Decode {
  if (shape.kind === 'unit') {
    const value = Object.freeze({ kind });
    return () => value;
  }
  const decode = decoderOf(shape);
  return (source) => {
    try {
      return { kind, value: decode(source) };
    } catch (error) {
      throw within(error, `.${kind}`);
    }
  };
}

function refuseIndex({ name, variants }: ChoiceShape | UnionShape, index: number): never {
  throw new CodecError('tag', `${name} has ${variants.length} variants, and no index ${index}`);
}

/** Elements that take no bytes could be claimed in any number. */
function elementBytesMin(of: Shape): number {
  const bytes = bytesMin(of);
  if (bytes === 0) throw new TypeError('A list of elements that take no bytes has no bound');
  return bytes;
}
