/** Shards of which a group has forgotten its offsets. */
import { list, string, struct } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const GroupOffsetShardsDelete = struct('GroupOffsetShardsDelete', {
  tenant: string,
  group_name: string,
  shard_names: list(string),
});
export type GroupOffsetShardsDelete = Infer<typeof GroupOffsetShardsDelete>;
