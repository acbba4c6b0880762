import { node } from '../../state/registry/node.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import { shareGroup, shareGroupMember } from '../../state/registry/share-group.ts';
import { topic } from '../../state/registry/topic.ts';

/**
 * The tables that a process lists before it registers, one after another, of those that runs fill.
 * Sessions and subscriptions are not among them.
 */
export const BOOT_LISTS: readonly string[] = [
  node,
  topic,
  shareGroup,
  shareGroupMember,
  shard,
  segment,
  segmentMeta,
].map(({ table }) => table);
