/** Others take over the groups and segments of nodes that are gone, some at a time. */
import { HANDED_OVER_MAX, handOver, vacancy } from '../../state/registry/vacancy.ts';
import { propose } from './duty.ts';
import type { Duty } from './duty.ts';

export const handOvers: Duty = {
  goesOn: true,
  look: ({ records }) =>
    [...records.list(vacancy, [])].map(({ node_id }) =>
      propose(String(node_id), handOver, { node_id, most: HANDED_OVER_MAX }),
    ),
};
