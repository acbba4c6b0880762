/** What was asked for, beside what was measured. */
import { figure, type ReportTable } from '../report.ts';

export interface Target {
  readonly what: string;
  readonly unit: string;
  /** NaN: it could not be measured, which holds nothing. */
  readonly measured: number;
  /** Undefined: nothing was asked for. */
  readonly asked?: { readonly bound: 'at least' | 'at most'; readonly value: number };
  readonly digits?: number;
}

const SIGNS = { 'at least': '≥', 'at most': '≤' } as const;

/** Undefined: nothing was asked for. */
function isHeld({ asked, measured }: Target): boolean | undefined {
  if (asked === undefined) return undefined;
  return asked.bound === 'at least' ? measured >= asked.value : measured <= asked.value;
}

const HELD = new Map([
  [true, 'ok'],
  [false, 'missed'],
  [undefined, '–'],
]);

export const targetsTable = (targets: readonly Target[]): ReportTable => ({
  title: 'Targets',
  head: ['what', 'target', 'measured', 'unit', 'held'],
  rows: targets.map((target) => {
    const { what, unit, measured, asked, digits = 0 } = target;
    return [
      what,
      asked === undefined ? '–' : `${SIGNS[asked.bound]} ${figure(asked.value)}`,
      figure(measured, digits),
      unit,
      HELD.get(isHeld(target)) ?? '',
    ];
  }),
});
