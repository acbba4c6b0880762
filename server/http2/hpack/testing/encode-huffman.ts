import { CODE_BITS } from '../huffman.ts';

/** The codes, as digits: those of one length count up, and follow on those that are shorter. */
const CODES: readonly string[] = codes();

function codes(): string[] {
  const found: string[] = [];
  const bySize = CODE_BITS.map((bits, symbol) => ({ bits, symbol })).sort(
    (one, other) => one.bits - other.bits || one.symbol - other.symbol,
  );
  let code = 0n;
  let before = 0;
  for (const { bits, symbol } of bySize) {
    code <<= BigInt(bits - before);
    found[symbol] = code.toString(2).padStart(bits, '0');
    code += 1n;
    before = bits;
  }
  return found;
}

/** What a client would send for a string (RFC 7541 §5.2), digit by digit. */
export function encodeHuffman(text: string): Buffer {
  let digits = [...Buffer.from(text, 'latin1')].map((byte) => CODES[byte] ?? '').join('');
  digits = digits.padEnd(Math.ceil(digits.length / 8) * 8, '1');
  return Buffer.from((digits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
