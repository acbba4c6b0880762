import { CodecError, excerpt, within } from './codec-error.ts';
import { checked } from './integer.ts';
import {
  peek,
  refuse,
  skip,
  taken,
  takeElements,
  takeMembers,
  takeNumber,
  takeText,
} from './json-source.ts';
import type { JsonSource } from './json-source.ts';
import type {
  BigIntegerShape,
  ChoiceShape,
  IntegerShape,
  KeyShape,
  Shape,
  StructShape,
  UnionShape,
} from './layout.ts';
import { variantOf } from './variant.ts';

/** Reads one value of a layout. */
export type JsonDecode = (source: JsonSource) => unknown;

/** As `decoderOf`, from JSON. */
export function jsonDecoderOf(shape: Shape): JsonDecode {
  switch (shape.kind) {
    case 'bool':
      return takeFlag;
    case 'f64':
      return takeFloat;
    case 'string':
      return takeText;
    case 'bytes':
      return takeBytes;
    case 'unit':
      return (source) => (taken(source, 'null') ? null : refuse(source, 'null'));
    case 'integer':
    case 'bigint':
      return (source) => parseInteger(shape, takeNumber(source));
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

function takeFlag(source: JsonSource): boolean {
  if (taken(source, 'true')) return true;
  return taken(source, 'false') ? false : refuse(source, 'true or false');
}

const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
/** More than 2^128 has. What is longer is out of any range, and would take long to parse. */
const DIGITS_MAX = 40;

function parseInteger(shape: IntegerShape | BigIntegerShape, digits: string): number | bigint {
  if (digits.length > DIGITS_MAX) {
    throw new CodecError('range', `${excerpt(digits)} does not fit ${shape.name}`);
  }
  if (!INTEGER.test(digits)) throw new CodecError('json', `${digits} is no integer`);
  return shape.kind === 'integer' ? checked(shape, Number(digits)) : checked(shape, BigInt(digits));
}

function takeFloat(source: JsonSource): number {
  const digits = takeNumber(source);
  const value = Number(digits);
  if (!Number.isFinite(value)) {
    throw new CodecError('range', `${excerpt(digits)} does not fit f64`);
  }
  return value;
}

const BYTE: IntegerShape = { kind: 'integer', name: 'u8', min: 0, max: 0xff };

function takeBytes(source: JsonSource): Uint8Array {
  const values = elements(source, () => Number(parseInteger(BYTE, takeNumber(source))));
  return Uint8Array.from(values);
}

function elements<T>(source: JsonSource, decode: (source: JsonSource) => T): T[] {
  const values: T[] = [];
  takeElements(source, () => {
    try {
      values.push(decode(source));
    } catch (error) {
      throw within(error, `[${values.length}]`);
    }
  });
  return values;
}

function optionDecoder(of: Shape): JsonDecode {
  const decode = jsonDecoderOf(of);
  return (source) => (taken(source, 'null') ? undefined : decode(source));
}

function listDecoder(of: Shape): JsonDecode {
  const decode = jsonDecoderOf(of);
  return (source) => elements(source, decode);
}

function tupleDecoder(of: readonly Shape[]): JsonDecode {
  const decoders = of.map(jsonDecoderOf);
  return (source) => {
    const left = decoders.values();
    const values = elements(source, () => {
      const { value: decode } = left.next();
      return decode === undefined ? refuse(source, 'the end of the list') : decode(source);
    });
    return values.length === decoders.length ? values : tooFew(values.length, decoders.length);
  };
}

function tooFew(there: number, expected: number): never {
  throw new CodecError('json', `${there} elements instead of ${expected}`);
}

function mapDecoder(key: KeyShape, value: Shape): JsonDecode {
  const decode = jsonDecoderOf(value);
  return (source) => {
    const entries = new Map<unknown, unknown>();
    takeMembers(source, (name) => {
      try {
        entries.set(key.kind === 'string' ? name : parseInteger(key, name), decode(source));
      } catch (error) {
        throw within(error, `[${JSON.stringify(excerpt(name))}]`);
      }
    });
    return entries;
  };
}

function structDecoder({ fields }: StructShape): JsonDecode {
  const decoders = new Map(fields.map(({ name, shape }) => [name, jsonDecoderOf(shape)]));
  return (source) => {
    const members = new Map<string, unknown>();
    takeMembers(source, (name) => {
      const decode = decoders.get(name);
      if (decode === undefined) {
        skip(source);
        return;
      }
      try {
        if (members.has(name)) throw new CodecError('json', 'there twice');
        members.set(name, decode(source));
      } catch (error) {
        throw within(error, `.${name}`);
      }
    });
    const value: Record<string, unknown> = {};
    for (const { name, shape } of fields) {
      if (shape.kind !== 'option' && !members.has(name)) {
        throw new CodecError('json', 'missing').within(`.${name}`);
      }
      value[name] = members.get(name);
    }
    return value;
  };
}

function choiceDecoder(shape: ChoiceShape): JsonDecode {
  const names = new Map(shape.variants.map((name) => [name, name]));
  return (source) => variantOf(shape, names, takeText(source));
}

/** `"Kind"` if it carries nothing, `{"Kind": value}` if it carries something. */
function unionDecoder(shape: UnionShape): JsonDecode {
  const variants = new Map(
    shape.variants.map(({ name, shape }) => [
      name,
      { carries: shape.kind !== 'unit', decode: jsonDecoderOf(shape) },
    ]),
  );
  return (source) => {
    if (peek(source) === '"') {
      const kind = takeText(source);
      if (!variantOf(shape, variants, kind).carries) return { kind };
      throw new CodecError('json', 'missing').within(`.${kind}`);
    }
    const values: unknown[] = [];
    takeMembers(source, (kind) => {
      const { carries, decode } = variantOf(shape, variants, kind);
      try {
        const value = decode(source);
        values.push(carries ? { kind, value } : { kind });
      } catch (error) {
        throw within(error, `.${kind}`);
      }
    });
    return values.length === 1 ? values[0] : tooFew(values.length, 1);
  };
}
