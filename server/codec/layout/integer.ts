import { CodecError } from './codec-error.ts';
import type { BigIntegerShape, IntegerShape } from './layout.ts';

/**
 * The same number, which fits.
 *
 * @throws CodecError if it does not: written as it is, its bits would say something else.
 */
export function checked<N extends number | bigint>(
  shape: N extends number ? IntegerShape : BigIntegerShape,
  value: N,
): N {
  // Of what is no integer, no comparison or no remainder holds.
  if (value >= shape.min && value <= shape.max && isInteger(value)) return value;
  throw new CodecError('range', `${value} does not fit ${shape.name}`);
}

const isInteger = (value: number | bigint): boolean =>
  typeof value === 'bigint' || Number.isInteger(value);
