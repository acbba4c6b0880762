/** Others take over the groups and segments of nodes that are gone, some at a time. */
import { nodesById } from '../../state/registry/node.ts';
import { HANDED_OVER_MAX, handOver, vacancy } from '../../state/registry/vacancy.ts';
import { propose } from './duty.ts';
import type { Duty } from './duty.ts';

export const handOvers: Duty = {
  goesOn: true,
  look: ({ records }) => {
    const vacancies = [...records.list(vacancy, [])];
    // Until somebody is there that could take over, there is no end of proposals that change nothing.
    if (vacancies.length === 0 || nodesById(records).length === 0) return [];
    return vacancies.map(({ node_id }) =>
      propose(String(node_id), handOver, { node_id, most: HANDED_OVER_MAX }),
    );
  },
};
