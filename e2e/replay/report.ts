/** What a replay has found, as text. */
import Table from 'cli-table3';
import { canonical } from '../broker/canonical.ts';
import type { Finding, Outcome } from './findings.ts';
import { meaningOf } from './meant.ts';

const COLUMNS = [
  'equal',
  'meant',
  'differs',
  'not served',
  'repeated',
  'missing',
  'unexpected',
] as const;
type Column = (typeof COLUMNS)[number];

/** Where an outcome is counted: what is meant in all of its findings is no difference. */
function columnOf({ kind, findings }: Outcome): Column {
  const isMeant = findings.length > 0 && findings.every((each) => meaningOf(each) !== undefined);
  return isMeant ? 'meant' : kind;
}

/** Whether nothing is amiss. */
export const isGood = (outcomes: readonly Outcome[]): boolean =>
  outcomes.every((outcome) => ['equal', 'meant', 'repeated'].includes(columnOf(outcome)));

/** No lines. */
const CHARS: Readonly<Record<string, string>> = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) =>
    [side, ...['left', 'right', 'mid'].map((end) => `${side}-${end}`)].map((name) => [name, '']),
  ),
);
const STYLE: { head: string[]; border: string[]; 'padding-left': number } = {
  head: [],
  border: [],
  'padding-left': 0,
};

/** How many of each rpc and push are equal, and how many are not. */
export function summary(outcomes: readonly Outcome[]): string {
  const table = new Table({ head: ['', ...COLUMNS], chars: CHARS, style: STYLE });
  const names = [...new Set(outcomes.map(({ what }) => what))].toSorted(byKind);
  for (const name of names)
    table.push([name, ...counts(outcomes.filter(({ what }) => what === name))]);
  table.push(['all', ...counts(outcomes)]);
  return table.toString();
}

function counts(outcomes: readonly Outcome[]): readonly string[] {
  const columns = outcomes.map(columnOf);
  return COLUMNS.map((column) => {
    const count = columns.filter((each) => each === column).length;
    return count === 0 ? '' : String(count);
  });
}

const byKind = (one: string, other: string): number =>
  Number(one.startsWith('push')) - Number(other.startsWith('push')) || (one < other ? -1 : 1);

/** Every finding, in the order of the capture, with the captured value and ours. */
export const details = (outcomes: readonly Outcome[]): string =>
  outcomes
    .flatMap(({ findings }) => findings)
    .toSorted((one, other) => (one.index ?? Infinity) - (other.index ?? Infinity))
    .map(told)
    .join('\n');

/** As `details`, of what is not as it should be. */
export const amiss = (outcomes: readonly Outcome[]): string =>
  details(outcomes.filter((outcome) => !isGood([outcome])));

function told(finding: Finding): string {
  const { index, what, field, at, captured, ours } = finding;
  const meaning = meaningOf(finding);
  return [
    `${index === undefined ? '-' : `#${index}`} ${what} ${field} ${at}`.trimEnd(),
    `  captured  ${shown(captured)}`,
    `  ours      ${shown(ours)}`,
    ...(meaning === undefined ? [] : [`  meant     ${meaning}`]),
  ].join('\n');
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : canonical(value));
