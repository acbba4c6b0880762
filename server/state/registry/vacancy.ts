/**
 * Nodes that are gone. Others take over what they had; that may be more than one entry of the log
 * should change: the rest follows, some at a time.
 */
import { bool, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import { plainOperation } from '../resources/operation.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { takeOver } from './segment-leader.ts';
import { SEGMENT_KINDS } from './shard.ts';
import { GROUP_KINDS, moveShareGroups } from './share-group.ts';

const Vacancy = struct('Vacancy', {
  node_id: u64,
  /** It is not to come back: others take over what it followed as well. */
  for_good: bool,
});
type Vacancy = Infer<typeof Vacancy>;

/** Kept until others have taken over all that the node had. */
export const vacancy = resource({ table: 'vacancy', layout: Vacancy, key: ['node_id'] });

/** As many segments in one entry of the log, and as many groups: some 50 ms of work, for every member. */
export const HANDED_OVER_MAX = 500;

/** Others take over what a node had: at once, or the first of much. */
export function vacate(records: Records, gone: Vacancy): void {
  if (!divide(records, gone, HANDED_OVER_MAX)) records.put(vacancy, gone);
}

export const handOver = plainOperation({
  name: 'node.handOver',
  since: 4,
  does: 'lets others take over the next groups and segments of a node that is gone and has not come back',
  changes: [vacancy, ...GROUP_KINDS, ...SEGMENT_KINDS],
  tells: ['ShareGroup/Create', 'Segment/Create'],
  args: struct('HandedOver', { node_id: u64, most: u32 }),
  apply: (records, { node_id, most }) => {
    const gone = records.get(vacancy, [String(node_id)]);
    if (gone !== undefined && divide(records, gone, most)) records.remove(vacancy, gone);
    return undefined;
  },
});

/** Whether these were the last. */
function divide(records: Records, gone: Vacancy, most: number): boolean {
  const groups = moveShareGroups(records, gone.node_id, most);
  return takeOver(records, gone, most) && groups;
}
