/** Compares trees, up to values that must differ. */
import { differencesOf, type Difference } from './difference.ts';
import { createIds, meets, MUST_DIFFER, type Ids, type Today } from './must-differ.ts';

export interface Comparison {
  /** What differs and need not. */
  differences(name: string, captured: unknown, ours: unknown): readonly Difference[];
  /** They belong together: from now on their ids do, too. */
  take(name: string, captured: unknown, ours: unknown): void;
}

export function createComparison(ids: Ids, today: () => Today): Comparison {
  /** What is allowed to differ; its ids are taken into `into`. */
  const isAllowed = ({ field, captured, ours }: Difference, into: Ids): boolean => {
    const demand = MUST_DIFFER[field]?.demand;
    if (demand === undefined || !meets(demand, captured, ours, today(), into)) return false;
    if (demand === 'an id') into.take(String(captured), String(ours));
    return true;
  };
  return {
    differences: (name, captured, ours) => {
      const within = createIds(ids);
      return differencesOf(name, captured, ours).filter((each) => !isAllowed(each, within));
    },
    take: (name, captured, ours) => {
      for (const each of differencesOf(name, captured, ours)) isAllowed(each, ids);
    },
  };
}
