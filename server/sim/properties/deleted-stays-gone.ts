import { createToldBrokers } from '../evidence/told-brokers.ts';
import type { ToldBroker } from '../evidence/told-brokers.ts';
import { node } from '../../state/registry/node.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a broker that was told all has nothing that is gone, and nothing twice';

/**
 * Whenever the last thing that the log told has reached a process, and at the end of every run: what
 * it was told again has brought nothing back, nothing went without a word, and no member of a share
 * group is there twice.
 */
export const deletedStaysGone: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "Pushes"; behaviour of v0.4.11 §2.3, §4.2',
  watch() {
    const take = createToldBrokers();
    return (observation) => {
      const told = take(observation);
      if (told === undefined || !told.isUpToDate || told.missed) return;
      const problem = problemOf(told);
      if (problem !== undefined) throw new Violation(NAME, `broker ${told.broker} ${problem}`);
    };
  },
};

function problemOf({ broker, rows, state }: ToldBroker): string | undefined {
  // What the process before had put in, this one may have listed.
  const itself = rowOfKey(node.table, [String(broker)]);
  for (const [row, copies] of rows) {
    if (copies.length > 1) return `has ${row} ${copies.length} times`;
    if (row !== itself && !state.rows.has(row)) return `still has ${row}`;
  }
  return undefined;
}
