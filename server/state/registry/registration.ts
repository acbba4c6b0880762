/**
 * How nodes come and go. Each registration is given an epoch; those of a node count up for as long as
 * the cluster exists, also while the node is away.
 */
import { struct, u64 } from '../../codec/layout/layout.ts';
import { BrokerNode } from '../../codec/robustmq/node.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { chooseCoordinator, coordinator } from './coordinator.ts';
import { node } from './node.ts';
import { moveShareGroups, shareGroup } from './share-group.ts';

/** How often a node has registered, ever. */
export const registrations = resource({
  table: 'registrations',
  layout: struct('Registrations', { node_id: u64, count: u64 }),
  key: ['node_id'],
});

const countOf = (records: Pick<Records, 'get'>, id: bigint): bigint =>
  records.get(registrations, [String(id)])?.count ?? 0n;

/** The epoch that a node was given last; 0 if it never was. */
export const epochOf = (records: Pick<Records, 'epochBase' | 'get'>, id: bigint): bigint => {
  const count = countOf(records, id);
  return count === 0n ? 0n : records.epochBase() + count;
};

export const registerNode = operation({
  name: 'node.register',
  does: 'puts a node, and gives it its next epoch',
  changes: [node, registrations, coordinator],
  args: BrokerNode,
  result: u64,
  apply: (records, registered) => {
    const { node_id } = registered;
    records.put(registrations, { node_id, count: countOf(records, node_id) + 1n });
    records.put(node, registered);
    chooseCoordinator(records);
    return { result: epochOf(records, node_id) };
  },
});

export const unregisterNode = plainOperation({
  name: 'node.unregister',
  does: 'deletes a node for good; others take over what it led',
  changes: [node, coordinator, shareGroup],
  args: u64,
  apply: (records, id) => {
    const gone = records.get(node, [String(id)]);
    if (gone === undefined) return undefined;
    records.remove(node, gone);
    chooseCoordinator(records);
    moveShareGroups(records, id);
    return undefined;
  },
});
