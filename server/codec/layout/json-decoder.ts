import { wellFormed } from './byte-sink.ts';
import { CodecError, within } from './codec-error.ts';
import { checked } from './integer.ts';
import { NumberText } from './json-text.ts';
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

/** Makes a value of a layout out of JSON that was parsed with its numbers kept as text. */
export type JsonDecode = (parsed: unknown) => unknown;

export function jsonDecoderOf(shape: Shape): JsonDecode {
  switch (shape.kind) {
    case 'bool':
      return (parsed) => (typeof parsed === 'boolean' ? parsed : refuse('true or false', parsed));
    case 'f64':
      return decodeFloat;
    case 'string':
      return decodeText;
    case 'bytes':
      return decodeBytes;
    case 'unit':
      return (parsed) => (parsed === null ? null : refuse('null', parsed));
    case 'integer':
    case 'bigint':
      return (parsed) => decodeInteger(shape, numberText(parsed));
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

const numberText = (parsed: unknown): string =>
  parsed instanceof NumberText ? parsed.text : refuse('a number', parsed);

const INTEGER = /^-?[0-9]+$/;

function decodeInteger(shape: IntegerShape | BigIntegerShape, text: string): number | bigint {
  // Minus zero is a fraction to serde.
  if (!INTEGER.test(text) || text === '-0') {
    throw new CodecError('json', `an integer is expected, not ${text}`);
  }
  if (shape.kind === 'integer') return checked(shape, Number(text));
  // Longer digits are beyond any range; to parse them all would take long.
  if (text.length > DIGITS_MAX) throw new CodecError('range', `a number of ${text.length} digits`);
  return checked(shape, BigInt(text));
}

/** More than 2^128 has. */
const DIGITS_MAX = 40;

function decodeFloat(parsed: unknown): number {
  const text = numberText(parsed);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new CodecError('range', `${text} does not fit f64`);
  return value;
}

/** An escape can name half of a surrogate pair. */
const decodeText = (parsed: unknown): string =>
  typeof parsed === 'string' ? wellFormed(parsed) : refuse('a text', parsed);

function decodeBytes(parsed: unknown): Uint8Array {
  return Uint8Array.from(elements(parsed, decodeByte) as number[]);
}

const BYTE: IntegerShape = { kind: 'integer', name: 'u8', min: 0, max: 0xff };
const decodeByte: JsonDecode = (parsed) => decodeInteger(BYTE, numberText(parsed));

function optionDecoder(of: Shape): JsonDecode {
  const decode = jsonDecoderOf(of);
  return (parsed) => (parsed === null ? undefined : decode(parsed));
}

function listDecoder(of: Shape): JsonDecode {
  const decode = jsonDecoderOf(of);
  return (parsed) => elements(parsed, decode);
}

function elements(parsed: unknown, decode: JsonDecode): unknown[] {
  const values: unknown[] = [];
  try {
    for (const element of array(parsed)) values.push(decode(element));
  } catch (error) {
    throw within(error, `[${values.length}]`);
  }
  return values;
}

function tupleDecoder(of: readonly Shape[]): JsonDecode {
  const decoders = of.map(jsonDecoderOf);
  return (parsed) => {
    const values = array(parsed);
    if (values.length !== decoders.length) {
      throw new CodecError('json', `${values.length} elements instead of ${decoders.length}`);
    }
    return decoders.map((decode, index) => {
      try {
        return decode(values[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    });
  };
}

function mapDecoder(key: KeyShape, value: Shape): JsonDecode {
  const decodeKey = keyDecoder(key);
  const decode = jsonDecoderOf(value);
  return (parsed) => {
    const entries = new Map<unknown, unknown>();
    for (const [name, value] of Object.entries(object(parsed))) {
      try {
        entries.set(decodeKey(name), decode(value));
      } catch (error) {
        throw within(error, `[${JSON.stringify(name)}]`);
      }
    }
    return entries;
  };
}

const keyDecoder = (key: KeyShape): ((name: string) => unknown) =>
  key.kind === 'string' ? wellFormed : (name) => decodeInteger(key, name);

function structDecoder({ fields }: StructShape): JsonDecode {
  const decoders = fields.map(({ name, shape }) => ({
    name,
    optional: shape.kind === 'option',
    decode: jsonDecoderOf(shape),
  }));
  return (parsed) => {
    const members = object(parsed);
    const value: Record<string, unknown> = {};
    for (const { name, optional, decode } of decoders) {
      try {
        value[name] = decode(Object.hasOwn(members, name) ? members[name] : missing(optional));
      } catch (error) {
        throw within(error, `.${name}`);
      }
    }
    return value;
  };
}

function missing(optional: boolean): null {
  if (optional) return null;
  throw new CodecError('json', 'missing');
}

function choiceDecoder(shape: ChoiceShape): JsonDecode {
  const names = new Map(shape.variants.map((name) => [name, name]));
  return (parsed) =>
    variantOf(shape, names, typeof parsed === 'string' ? parsed : refuse('a name', parsed));
}

/** `"Kind"` if it carries nothing, `{"Kind": value}` if it carries something. */
function unionDecoder(shape: UnionShape): JsonDecode {
  const variants = new Map(
    shape.variants.map(({ name, shape }) => [
      name,
      { carries: shape.kind !== 'unit', decode: jsonDecoderOf(shape) },
    ]),
  );
  return (parsed) => {
    const members = typeof parsed === 'string' ? { [parsed]: null } : object(parsed);
    const [entry, ...others] = Object.entries(members);
    if (entry === undefined || others.length > 0) return refuse('one variant', parsed);
    const [kind, carried] = entry;
    const { carries, decode } = variantOf(shape, variants, kind);
    try {
      const value = decode(carried);
      return carries ? { kind, value } : { kind };
    } catch (error) {
      throw within(error, `.${kind}`);
    }
  };
}

const array = (parsed: unknown): readonly unknown[] =>
  Array.isArray(parsed) ? parsed : refuse('a list', parsed);

const object = (parsed: unknown): Readonly<Record<string, unknown>> =>
  typeof parsed === 'object' &&
  parsed !== null &&
  !Array.isArray(parsed) &&
  !(parsed instanceof NumberText)
    ? (parsed as Readonly<Record<string, unknown>>)
    : refuse('an object', parsed);

function refuse(expected: string, parsed: unknown): never {
  throw new CodecError('json', `${expected} is expected, not ${sortOf(parsed)}`);
}

function sortOf(parsed: unknown): string {
  if (parsed === null) return 'null';
  if (parsed instanceof NumberText) return parsed.text.slice(0, DIGITS_MAX);
  if (Array.isArray(parsed)) return 'a list';
  return typeof parsed === 'string' ? 'a text' : typeof parsed;
}
