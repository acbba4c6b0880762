/** Huffman coding of header strings (RFC 7541 Appendix B): decoding only, for answers are sent as they are. */
import { Http2Error } from '../http2-error.ts';

/**
 * Bits of the code of each byte, and of the end of a string. The code is canonical: codes of one
 * length count up with the symbol, so the lengths say all of it.
 */
// prettier-ignore
export const CODE_BITS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const END = 256;
const CODE_BITS_MAX = 30;
const CODE_BITS_MIN = 5;
/** More bits than this cannot be padding. */
const PADDING_BITS_MAX = 7;

interface Length {
  /** The first code of this length. */
  readonly first: number;
  /** Its symbols, in the order of their codes. */
  readonly symbols: readonly number[];
}

const LENGTHS: readonly Length[] = lengths();

function lengths(): Length[] {
  const found: Length[] = [];
  let first = 0;
  for (let bits = 0; bits <= CODE_BITS_MAX; bits += 1) {
    const symbols = CODE_BITS.flatMap((of, symbol) => (of === bits ? [symbol] : []));
    found.push({ first, symbols });
    first = (first + symbols.length) * 2;
  }
  return found;
}

/** The string that `bytes` stand for. @throws Http2Error for what no encoder would have sent. */
export function decodeHuffman(bytes: Uint8Array): string {
  // Not a string that grows: each step of one is kept as an object for as long as nobody looks at it.
  const text = Buffer.allocUnsafe(Math.floor((bytes.length * 8) / CODE_BITS_MIN));
  let length = 0;
  let code = 0;
  let bits = 0;
  for (const byte of bytes) {
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      code = code * 2 + ((byte & mask) === 0 ? 0 : 1);
      bits += 1;
      const { first, symbols } = LENGTHS[bits] ?? NONE;
      const symbol = symbols[code - first];
      if (symbol !== undefined) {
        if (symbol === END) throw new Http2Error('compressionError', 'a string that ends early');
        text[length] = symbol;
        length += 1;
        code = 0;
        bits = 0;
      } else if (bits >= CODE_BITS_MAX) {
        throw new Http2Error('compressionError', 'a Huffman code that stands for nothing');
      }
    }
  }
  if (bits > PADDING_BITS_MAX || code !== 2 ** bits - 1) {
    throw new Http2Error('compressionError', 'a string whose padding is not made of ones');
  }
  return text.toString('latin1', 0, length);
}

const NONE: Length = { first: 0, symbols: [] };
