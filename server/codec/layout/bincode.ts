import { decoderOf } from './bincode-decoder.ts';
import { encoderOf } from './bincode-encoder.ts';
import { collect } from './byte-sink.ts';
import { createSource } from './byte-source.ts';
import { within } from './codec-error.ts';
import type { Codec } from './codec.ts';
import { nameOf } from './layout.ts';
import type { Layout } from './layout.ts';

/**
 * A layout's bytes, as bincode 1.3 writes them: integers of fixed size, little end first; lengths of
 * 8 bytes; tags of variants of 4 bytes, of options of one.
 *
 * Decoding ignores what is left over at the end, as the original does. It takes memory in proportion
 * to the bytes that are there, whatever their lengths claim, and what it returns shares no memory
 * with them.
 *
 * @throws TypeError if a list could grow without taking bytes.
 */
export function bincode<T>(layout: Layout<T>): Codec<T> {
  const name = nameOf(layout);
  const decode = decoderOf(layout);
  const encode = encoderOf(layout);
  return {
    decode: (bytes) => {
      try {
        // The layout that the decoder was made of says in its type what it returns.
        return decode(createSource(bytes)) as T;
      } catch (error) {
        throw within(error, name);
      }
    },
    encode: (value) => {
      try {
        return collect((sink) => encode(sink, value));
      } catch (error) {
        throw within(error, name);
      }
    },
  };
}
