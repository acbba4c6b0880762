import { within } from './codec-error.ts';
import type { Codec } from './codec.ts';
import { jsonDecoderOf } from './json-decoder.ts';
import { jsonEncoderOf } from './json-encoder.ts';
import { createJsonSource, takeEnd } from './json-source.ts';
import { nameOf } from './layout.ts';
import type { Layout } from './layout.ts';

const utf8 = new TextEncoder();

/**
 * A layout's JSON, as serde writes it: compact, keys in the order of the fields, variants by their
 * names, bytes as a list of numbers, integers with all their digits.
 *
 * Reading, as serde does: unknown keys are passed over, an option may be `null` or not there, all
 * other fields must be there, and none twice. Of a map's keys the last one counts.
 */
export function json<T>(layout: Layout<T>): Codec<T> {
  const name = nameOf(layout);
  const decode = jsonDecoderOf(layout);
  const encode = jsonEncoderOf(layout);
  return {
    decode: (bytes) => {
      try {
        const source = createJsonSource(bytes);
        // The layout that the decoder was made of says in its type what it returns.
        const value = decode(source) as T;
        takeEnd(source);
        return value;
      } catch (error) {
        throw within(error, name);
      }
    },
    encode: (value) => {
      try {
        return utf8.encode(encode(value));
      } catch (error) {
        throw within(error, name);
      }
    },
  };
}
