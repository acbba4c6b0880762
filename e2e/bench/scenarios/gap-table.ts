/** One row for each product and means of interruption. */
import { counts, figure } from '../report.ts';
import { largest, median } from '../statistics.ts';
import { WHOLE_LIMIT_MS } from './interruptions.ts';
import type { Interruptions } from './interruptions.ts';

export const GAP_HEAD = [
  'what',
  'product',
  'times',
  'smallest',
  'median',
  'largest',
  'failed attempts of the writer',
  `not whole again within ${WHOLE_LIMIT_MS / 1_000} s`,
] as const;

export function gapRow(
  what: string,
  product: string,
  { outcomes: all, broken }: Interruptions,
): readonly string[] {
  const outcomes = all.filter((outcome) => outcome.product === product);
  const gaps = outcomes.map(({ gapMs }) => gapMs);
  const errors: Record<string, number> = {};
  for (const { result } of outcomes) {
    for (const [kind, count] of Object.entries(result.errors)) {
      errors[kind] = (errors[kind] ?? 0) + count;
    }
  }
  return [
    what,
    product,
    figure(outcomes.length),
    figure(-largest(gaps.map((gap) => -gap))),
    figure(median(gaps)),
    figure(largest(gaps)),
    counts(errors),
    figure(broken.filter((name) => name === product).length),
  ];
}
