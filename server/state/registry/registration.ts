/**
 * How nodes come and go. Each registration is given an epoch; those of a node count up for as long as
 * the cluster exists, also while the node is away.
 */
import { struct, u64 } from '../../codec/layout/layout.ts';
import { BrokerNode } from '../../codec/robustmq/node.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { removeAt } from '../resources/records.ts';
import type { Records } from '../resources/resource.ts';
import { chooseCoordinator, coordinator } from './coordinator.ts';
import { departure, noteDeparture, noteReturn } from './departure.ts';
import { epochOfNode, registrations, registrationsOf } from './epoch.ts';
import { node } from './node.ts';
import { SEGMENT_KINDS } from './shard.ts';
import { GROUP_KINDS } from './share-group.ts';
import { vacancy, vacate } from './vacancy.ts';

export const registerNode = operation({
  name: 'node.register',
  does: 'puts a node, and gives it its next epoch',
  changes: [node, registrations, coordinator, departure, vacancy],
  tells: ['Node/Create'],
  args: BrokerNode,
  result: u64,
  apply: (records, registered) => {
    const { node_id } = registered;
    const before = records.get(node, [String(node_id)]);
    if (before !== undefined && before.start_time !== registered.start_time) {
      noteDeparture(records, before);
    }
    noteReturn(records, registered);
    // What others have not taken over yet stays with it.
    removeAt(records, vacancy, [String(node_id)]);
    records.put(registrations, { node_id, count: registrationsOf(records, node_id) + 1n });
    records.put(node, registered);
    chooseCoordinator(records);
    return { result: epochOfNode(records, node_id) };
  },
});

export const expireNode = plainOperation({
  name: 'node.expire',
  does: 'deletes a node that was not heard of, unless it has registered anew; others take over what it led',
  changes: [node, coordinator, departure, vacancy, ...GROUP_KINDS, ...SEGMENT_KINDS],
  tells: ['Node/Delete', 'ShareGroup/Create', 'Segment/Create'],
  args: struct('Expired', { node_id: u64, epoch: u64 }),
  apply: (records, { node_id, epoch }) => {
    if (epochOfNode(records, node_id) !== epoch) return undefined;
    if (takeOut(records, node_id)) vacate(records, { node_id, for_good: false });
    return undefined;
  },
});

export const unregisterNode = plainOperation({
  name: 'node.unregister',
  does: 'deletes a node for good; others take over what it led',
  changes: [node, coordinator, departure, vacancy, ...GROUP_KINDS, ...SEGMENT_KINDS],
  tells: ['Node/Delete', 'ShareGroup/Create', 'Segment/Create'],
  args: u64,
  apply: (records, node_id) => {
    if (takeOut(records, node_id)) vacate(records, { node_id, for_good: true });
    return undefined;
  },
});

/** Whether it was there. */
function takeOut(records: Records, id: bigint): boolean {
  const gone = records.get(node, [String(id)]);
  if (gone === undefined) return false;
  records.remove(node, gone);
  noteDeparture(records, gone);
  chooseCoordinator(records);
  return true;
}
