import { randomBytes } from 'node:crypto';

const DIGITS = '0123456789abcdefghijklmnopqrstuv';
const ID_BYTES = 12;
const DIGIT_BITS = 5n;

/** An id as the original gives to what it creates: 20 digits of base 32, by chance. */
export function newId(): string {
  let rest = BigInt(`0x${randomBytes(ID_BYTES).toString('hex')}`) << 4n;
  let id = '';
  for (let digit = 0; digit < 20; digit += 1) {
    id = (DIGITS[Number(rest & 31n)] ?? '') + id;
    rest >>= DIGIT_BITS;
  }
  return id;
}
