import type { Index, LogPosition, Term } from '../../raft/ids.ts';

/**
 * Every log there ever was, as one tree: the entries of a term stand together and were appended by
 * one leader, so it is enough to know, of each term, behind which entry its first one stands. Where
 * that is not so, election safety or log matching are broken, and said so by their properties.
 */
export interface Lineage {
  /** The entries of `term` begin right behind `previous`. */
  begin(term: Term, previous: LogPosition): void;
  /** Whether the log that ends at `tip` has `position`; as far as is known, yes. */
  leadsTo(tip: LogPosition, position: LogPosition): boolean;
}

/** Of no term is it known where it begins. */
export function createLineage(): Lineage {
  const previousOf = new Map<Term, LogPosition>();
  const termAt = (tip: LogPosition, index: Index): Term | undefined => {
    if (index > tip.index) return undefined;
    let { term } = tip;
    for (;;) {
      const previous = previousOf.get(term);
      if (previous === undefined || index > previous.index || previous.term >= term) return term;
      ({ term } = previous);
    }
  };
  return {
    begin(term, previous) {
      if (!previousOf.has(term)) previousOf.set(term, previous);
    },
    leadsTo: (tip, position) => termAt(tip, position.index) === position.term,
  };
}
