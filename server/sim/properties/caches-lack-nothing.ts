import { createToldBrokers } from '../evidence/told-brokers.ts';
import type { ToldBroker } from '../evidence/told-brokers.ts';
import { BOOT_LISTS } from '../brokers/boot-lists.ts';
import { doomedShards } from '../../state/registry/deletion.ts';
import { node } from '../../state/registry/node.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import { rowOfKey, rowsWith } from '../../state/resources/key.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a broker that was told all has all that there is, as it is';

/**
 * Whenever the last thing that the log told has reached a process, and at the end of every run: its
 * caches have what those of one have that was told everything once. Of what brokers do not list when
 * they start, it is asked only that it is not old.
 */
export const cachesLackNothing: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "Pushes"; behaviour of v0.4.11 §1.1',
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

const LISTED = BOOT_LISTS.map((table) => rowsWith(table, []));

/** Of what goes soon nobody is told that it is there, or that it has changed. */
const isDoomed = ({ state: { records } }: ToldBroker, row: string): boolean =>
  records !== undefined &&
  [...doomedShards(records)].some(
    (name) =>
      row === rowOfKey(shard.table, [name]) ||
      [segment, segmentMeta].some(({ table }) => row.startsWith(rowsWith(table, [name]))),
  );

function problemOf(told: ToldBroker): string | undefined {
  const { broker, rows, ideal, state } = told;
  const itself = rowOfKey(node.table, [String(broker)]);
  for (const [row, [value]] of ideal) {
    const stored = state.rows.get(row);
    // What is marked as deleted may be there or not; what a broker puts in itself, it is not told.
    if (stored === undefined || value === undefined || row === itself) continue;
    const [known] = rows.get(row) ?? [];
    if (known === undefined) {
      if (LISTED.some((prefix) => row.startsWith(prefix)) && !isDoomed(told, row)) {
        return `has no ${row}`;
      }
    } else if (!isSame(known, value) && !isSame(known, stored) && !isDoomed(told, row)) {
      return `has an old ${row}`;
    }
  }
  return undefined;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one === other || (one.length === other.length && one.every((byte, at) => byte === other[at]));
