/** Compares trees, up to values that must differ. */
import { differencesOf, type Difference } from './difference.ts';
import { meets, MUST_DIFFER, type Ids, type Today } from './must-differ.ts';

export interface Comparison {
  /** What differs and need not. */
  differences(name: string, captured: unknown, ours: unknown): readonly Difference[];
  /** They belong together: from now on their ids do, too. */
  take(name: string, captured: unknown, ours: unknown): void;
}

export function createComparison(ids: Ids, today: () => Today): Comparison {
  const allowed = ({ field, captured, ours }: Difference): boolean => {
    const rule = MUST_DIFFER[field];
    return rule !== undefined && meets(rule.demand, captured, ours, today(), ids);
  };
  return {
    differences: (name, captured, ours) =>
      differencesOf(name, captured, ours).filter((each) => !allowed(each)),
    take: (name, captured, ours) => {
      for (const each of differencesOf(name, captured, ours)) {
        if (MUST_DIFFER[each.field]?.demand === 'an id' && allowed(each)) {
          ids.take(String(each.captured), String(each.ours));
        }
      }
    },
  };
}
