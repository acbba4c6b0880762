/** How far groups of consumers have come in each shard. */
import { bool, list, option, string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { resource } from '../resources/resource.ts';

const GroupOffset = struct('GroupOffset', {
  tenant: string,
  group: string,
  shard_name: string,
  topic: string,
  partition: u32,
  offset: u64,
  /** When it was saved last, in ms of replicated time. */
  saved_ms: u64,
});

export const offset = resource({
  table: 'offset',
  layout: GroupOffset,
  key: ['tenant', 'group', 'shard_name'],
});

const SavedOffset = struct('SavedOffset', {
  tenant: string,
  group: string,
  shard_name: string,
  topic: string,
  partition: u32,
  offset: u64,
  /** It is saved only where this was saved before; nothing saved counts as 0. */
  expected: option(u64),
});

export const saveOffsets = operation({
  name: 'offset.save',
  does: 'saves offsets, but for those that are not what was expected; answers whether all were saved',
  changes: [offset],
  tells: [],
  args: list(SavedOffset),
  result: bool,
  apply: (records, saved) => {
    const saved_ms = BigInt(records.nowMs());
    let all = true;
    for (const { expected, ...each } of saved) {
      if (expected !== undefined) {
        const before = records.get(offset, [each.tenant, each.group, each.shard_name]);
        if ((before?.offset ?? 0n) !== expected) {
          all = false;
          continue;
        }
      }
      records.put(offset, { ...each, saved_ms });
    }
    return { result: all };
  },
});

const ForgottenShards = struct('ForgottenShards', {
  tenant: string,
  group: string,
  shard_names: list(string),
});

export const forgetOffsets = plainOperation({
  name: 'offset.forget',
  does: 'deletes the offsets of a group in some shards',
  changes: [offset],
  tells: ['GroupOffset/Update'],
  args: ForgottenShards,
  apply: (records, { tenant, group, shard_names }) => {
    for (const shard of shard_names) {
      const before = records.get(offset, [tenant, group, shard]);
      if (before !== undefined) records.remove(offset, before);
    }
    records.push({
      type: 'GroupOffset',
      action: 'Update',
      payload: CACHE_PUSHES.GroupOffset.changed.encode({ tenant, group_name: group, shard_names }),
    });
    return undefined;
  },
});
