/**
 * What is written follows from a layout, and so does the type of the values that `JsonEncode` gets:
 * that is what the casts of this file rest on.
 */
import { wellFormed } from './byte-sink.ts';
import { CodecError, excerpt, within } from './codec-error.ts';
import { floatText } from './float-text.ts';
import { checked } from './integer.ts';
import type { ChoiceShape, KeyShape, Shape, StructShape, UnionShape } from './layout.ts';
import { variantOf } from './variant.ts';
import type { Variant } from './variant.ts';

/** Writes a value of a layout as JSON. */
export type JsonEncode = (value: unknown) => string;

/** The inverse of `jsonDecoderOf`. */
export function jsonEncoderOf(shape: Shape): JsonEncode {
  switch (shape.kind) {
    case 'bool':
      return (value) => (value === true ? 'true' : 'false');
    case 'f64':
      return (value) => floatText(value as number);
    case 'string':
      return (value) => quoted(value as string);
    case 'bytes':
      return (value) => `[${(value as Uint8Array).join(',')}]`;
    case 'unit':
      return () => 'null';
    case 'integer':
      return (value) => checked(shape, value as number).toString();
    case 'bigint':
      return (value) => checked(shape, value as bigint).toString();
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

const quoted = (text: string): string => JSON.stringify(wellFormed(text));

function optionEncoder(of: Shape): JsonEncode {
  const encode = jsonEncoderOf(of);
  return (value) => (value === undefined ? 'null' : encode(value));
}

function listEncoder(of: Shape): JsonEncode {
  const encode = jsonEncoderOf(of);
  return (value) => {
    const elements = (value as readonly unknown[]).map((element, index) =>
      part(encode, element, `[${index}]`),
    );
    return `[${elements.join(',')}]`;
  };
}

function tupleEncoder(of: readonly Shape[]): JsonEncode {
  const encoders = of.map(jsonEncoderOf);
  return (value) => {
    const values = value as readonly unknown[];
    const elements = encoders.map((encode, index) => part(encode, values[index], `[${index}]`));
    return `[${elements.join(',')}]`;
  };
}

function mapEncoder(key: KeyShape, value: Shape): JsonEncode {
  const encodeKey = keyEncoder(key);
  const encode = jsonEncoderOf(value);
  return (value) => {
    const entries = [...(value as ReadonlyMap<string | number | bigint, unknown>)].map(
      ([key, of]) => {
        const name = excerpt(String(key));
        return `${part(encodeKey, key, `[${name}].key`)}:${part(encode, of, `[${name}].value`)}`;
      },
    );
    return `{${entries.join(',')}}`;
  };
}

function keyEncoder(key: KeyShape): JsonEncode {
  const encode = jsonEncoderOf(key);
  return key.kind === 'string' ? encode : (value) => `"${encode(value)}"`;
}

function structEncoder({ fields }: StructShape): JsonEncode {
  const encoders = fields.map(({ name, shape }) => ({
    name,
    prefix: `${JSON.stringify(name)}:`,
    encode: jsonEncoderOf(shape),
  }));
  return (value) => {
    const values = value as Readonly<Record<string, unknown>>;
    const members = encoders.map(
      ({ name, prefix, encode }) => prefix + part(encode, values[name], `.${name}`),
    );
    return `{${members.join(',')}}`;
  };
}

function choiceEncoder(shape: ChoiceShape): JsonEncode {
  const names = new Map(shape.variants.map((name) => [name, JSON.stringify(name)]));
  return (value) => variantOf(shape, names, value as string);
}

function unionEncoder(shape: UnionShape): JsonEncode {
  const variants = new Map(
    shape.variants.map(({ name, shape }) => [
      name,
      {
        quotedName: JSON.stringify(name),
        carries: shape.kind !== 'unit',
        encode: jsonEncoderOf(shape),
      },
    ]),
  );
  return (value) => {
    const { kind, value: carried } = value as Variant;
    const { quotedName, carries, encode } = variantOf(shape, variants, kind);
    return carries ? `{${quotedName}:${part(encode, carried, `.${kind}`)}}` : quotedName;
  };
}

function part(encode: JsonEncode, value: unknown, segment: string): string {
  try {
    return encode(value);
  } catch (error) {
    throw within(error, segment);
  }
}
