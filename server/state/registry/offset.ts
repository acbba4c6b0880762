/** How far groups of consumers have come in each shard. */
import { bool, list, option, string, struct, u32, u64 } from '../../codec/layout/layout.ts';
import type { Infer } from '../../codec/layout/layout.ts';
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import { shareGroupStub } from '../../codec/robustmq/share-group.ts';
import { operation, plainOperation } from '../resources/operation.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { isGroupUsed } from './group-use.ts';
import { dropGroup, GROUP_KINDS } from './share-group.ts';

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

/** Which groups have an offset in a shard. */
export const offsetUse = resource({
  table: 'offsetUse',
  layout: struct('OffsetUse', { shard_name: string, tenant: string, group: string }),
  key: ['shard_name', 'tenant', 'group'],
});

/** A group that saves every 20 ms is noted no more often than this. */
const NOTED_EVERY_MS = 10_000n;

/**
 * When a group saved an offset last, or up to 10 s before, and how many it has: what deletes some of them
 * sees without a look at all that the group is used again.
 */
export const offsetGroup = resource({
  table: 'offsetGroup',
  layout: struct('OffsetGroup', { tenant: string, group: string, saved_ms: u64, offsets: u32 }),
  key: ['tenant', 'group'],
});

/** What changes with offsets. */
export const OFFSET_KINDS = [offset, offsetUse, offsetGroup] as const;

type GroupOffset = Infer<typeof GroupOffset>;

/** @param more 1 for an offset that was not there before. */
function noteSave(records: Records, { tenant, group, saved_ms }: GroupOffset, more: 0 | 1): void {
  const noted = records.get(offsetGroup, [tenant, group]);
  const isKnown = noted !== undefined && saved_ms - noted.saved_ms < NOTED_EVERY_MS;
  if (isKnown && more === 0) return;
  records.put(offsetGroup, { tenant, group, saved_ms, offsets: (noted?.offsets ?? 0) + more });
}

export function dropOffset(records: Records, gone: GroupOffset): void {
  const { shard_name, tenant, group } = gone;
  records.remove(offset, gone);
  records.remove(offsetUse, { shard_name, tenant, group });
  const noted = records.get(offsetGroup, [tenant, group]);
  if (noted === undefined) return;
  const offsets = noted.offsets - 1;
  if (offsets > 0) records.put(offsetGroup, { ...noted, offsets });
  else records.remove(offsetGroup, noted);
}

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

/** The shard need not be there, as in the original: clients get back whatever they saved. */
export const saveOffsets = operation({
  name: 'offset.save',
  does: 'saves offsets, but for those that are not what was expected; answers whether all were saved',
  changes: [...OFFSET_KINDS],
  tells: [],
  args: list(SavedOffset),
  result: bool,
  apply: (records, saved) => {
    const saved_ms = BigInt(records.nowMs());
    let all = true;
    for (const { expected, ...each } of saved) {
      const { tenant, group, shard_name } = each;
      const before = records.get(offset, [tenant, group, shard_name]);
      if (expected !== undefined && (before?.offset ?? 0n) !== expected) {
        all = false;
        continue;
      }
      records.put(offset, { ...each, saved_ms });
      noteSave(records, { ...each, saved_ms }, before === undefined ? 1 : 0);
      if (before === undefined) records.put(offsetUse, { shard_name, tenant, group });
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
  changes: [...OFFSET_KINDS],
  tells: ['GroupOffset/Update'],
  args: ForgottenShards,
  apply: (records, { tenant, group, shard_names }) => {
    for (const shard of shard_names) {
      const before = records.get(offset, [tenant, group, shard]);
      if (before !== undefined) dropOffset(records, before);
    }
    records.push({
      type: 'GroupOffset',
      action: 'Update',
      payload: CACHE_PUSHES.GroupOffset.changed.encode({ tenant, group_name: group, shard_names }),
    });
    return undefined;
  },
});

export const expireGroup = plainOperation({
  name: 'offset.expireGroup',
  since: 4,
  does: 'deletes the offsets of a group that saved none for a long time, some at a time, and with the last the share group of its name, if nobody uses it',
  changes: [...OFFSET_KINDS, ...GROUP_KINDS],
  tells: ['GroupOffset/Delete', 'ShareGroup/Delete'],
  args: struct('ExpiredGroup', {
    tenant: string,
    group: string,
    /** Unless one was saved later than this. */
    saved_before_ms: u64,
    most: u32,
  }),
  apply: (records, { tenant, group, saved_before_ms, most }) => {
    const noted = records.get(offsetGroup, [tenant, group]);
    if (noted !== undefined && noted.saved_ms > saved_before_ms) return undefined;
    const next: GroupOffset[] = [];
    let isLast = true;
    for (const each of records.list(offset, [tenant, group])) {
      isLast = next.length < most;
      if (!isLast) break;
      // Saves are not noted that follow others soon.
      if (each.saved_ms > saved_before_ms) return undefined;
      next.push(each);
    }
    if (next.length === 0) return undefined;
    for (const each of next) dropOffset(records, each);
    records.push({
      type: 'GroupOffset',
      action: 'Delete',
      payload: CACHE_PUSHES.GroupOffset.deleted.encode(shareGroupStub(tenant, group)),
    });
    // Brokers would let its consumers go at that word.
    if (isLast && !isGroupUsed(records, tenant, group)) dropGroup(records, [tenant, group]);
    return undefined;
  },
});
