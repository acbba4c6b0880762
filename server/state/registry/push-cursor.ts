/** How far processes of brokers have been told of what changed. */
import { bool, list, struct, u64 } from '../../codec/layout/layout.ts';
import { plainOperation } from '../resources/operation.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { TOLD_SINCE } from '../resources/told.ts';
import { epochOfNode, registrations } from './epoch.ts';
import { node } from './node.ts';

/** One process, also while it is not registered: it may come back. */
export const pushCursor = resource({
  table: 'pushCursor',
  layout: struct('PushCursor', {
    node_id: u64,
    /** When the process started, in Unix seconds. */
    start_time: u64,
    /** It has what entries up to this one told. */
    index: u64,
    /** Something that was deleted it can never be told: it must be restarted. */
    missed: bool,
  }),
  key: ['node_id', 'start_time'],
});

const Reached = struct('Reached', {
  node_id: u64,
  start_time: u64,
  epoch: u64,
  index: u64,
  missed: bool,
});

export const advanceCursors = plainOperation({
  name: 'pushCursor.advance',
  since: TOLD_SINCE,
  does: 'notes how far processes of brokers have been told; not of one that has registered anew, and never back',
  changes: [pushCursor, registrations, node],
  tells: [],
  args: list(Reached),
  apply: (records, all) => {
    for (const { epoch, ...reached } of all) {
      const { node_id, start_time } = reached;
      if (!isRegistered(records, node_id, start_time, epoch)) continue;
      for (const each of [...records.list(pushCursor, [String(node_id)])]) {
        if (each.start_time !== start_time) records.remove(pushCursor, each);
      }
      const before = records.get(pushCursor, pushCursor.keyOf(reached));
      const index =
        before === undefined || before.index < reached.index ? reached.index : before.index;
      const missed = before?.missed === true || reached.missed;
      if (index !== before?.index || missed !== before.missed) {
        records.put(pushCursor, { node_id, start_time, index, missed });
      }
    }
    return undefined;
  },
});

const isRegistered = (records: Records, id: bigint, start_time: bigint, epoch: bigint): boolean =>
  records.get(node, [String(id)])?.start_time === start_time && epochOfNode(records, id) === epoch;
