/**
 * The one broker that does what is to be done once: the original names its leader, which is a broker
 * as well. It stays until it is gone, then it is the one with the lowest id.
 */
import { struct, u64 } from '../../codec/layout/layout.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { brokersById } from './node.ts';

export const coordinator = resource({
  table: 'coordinator',
  layout: struct('Coordinator', { node_id: u64 }),
  // There is one.
  key: [],
});

/** To be called when a node has come or gone. */
export function chooseCoordinator(records: Records): void {
  const able = brokersById(records);
  const current = records.get(coordinator, []);
  if (able.some(({ node_id }) => node_id === current?.node_id)) return;
  const [first] = able;
  if (first !== undefined) records.put(coordinator, { node_id: first.node_id });
  else if (current !== undefined) records.remove(coordinator, current);
}
