import { CodecError } from './codec-error.ts';

/** Where the point of a number may be before it is written with an exponent. */
const POINT_MIN = -4;
const POINT_MAX = 16;

/**
 * A number as serde_json writes those of 64 bits: the shortest digits that are read back as the same
 * number, always with a point or an exponent (`1048576.0`, `0.00001`, `1e16`, `2.5e-7`).
 *
 * @throws CodecError for what JSON has no number for.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) throw new CodecError('range', `${value} is no number of JSON`);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (value === 0) return `${sign}0.0`;
  const point = Number(exponent) + 1;
  if (point > POINT_MAX || point < POINT_MIN) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.slice(0, 1)}${fraction}e${point - 1}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  return `${sign}${whole}.${digits.slice(point) || '0'}`;
}
