/** One row for each product and means of interruption. */
import { counts, figure } from '../report.ts';
import { largest, median } from '../statistics.ts';
import type { Outcome } from './interruptions.ts';

export const GAP_HEAD = [
  'what',
  'product',
  'times',
  'smallest',
  'median',
  'largest',
  'failed attempts of the writer',
] as const;

export function gapRow(what: string, product: string, all: readonly Outcome[]): readonly string[] {
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
  ];
}
