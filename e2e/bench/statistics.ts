/** Numbers out of several rounds. */

/** The middle value, or the mean of the two in the middle; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  const [high = NaN, low = NaN] = [sorted[upper], sorted[upper - 1]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** NaN without values. */
export const largest = (values: readonly number[]): number =>
  values.length === 0 ? NaN : Math.max(...values);

/** NaN without values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
