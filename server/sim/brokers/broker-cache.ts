/** What a process of a broker has cached, by the rules of v0.4.11 as far as runs come to them. */
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import type { CachePush } from '../../codec/robustmq/cache-pushes.ts';
import { KINDS } from '../../state/registry/registry.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import { rowOfKey, rowsWith } from '../../state/resources/key.ts';
import type { Push, PushType } from '../../state/resources/push.ts';
import type { Resource } from '../../state/resources/resource.ts';

/** By the rows that records have in the state; of one that was appended as often as that. */
export type CachedRows = ReadonlyMap<string, readonly Uint8Array[]>;

export interface BrokerCache {
  readonly rows: CachedRows;
  /** Takes what is pushed. */
  readonly receive: (push: Push) => void;
  /** Takes what was listed. */
  readonly load: (row: string, payload: Uint8Array) => void;
}

export function createBrokerCache(): BrokerCache {
  const rows = new Map<string, readonly Uint8Array[]>();

  function drop(prefix: string): void {
    for (const row of rows.keys()) if (row.startsWith(prefix)) rows.delete(row);
  }

  function remove(type: PushType, kind: Kind, payload: Uint8Array): void {
    const key = kind.keyOf(deletedOf(type).decode(payload));
    const row = rowOfKey(kind.table, key);
    // Of a part that is gone nobody tells but with the whole.
    if (type === 'SegmentMeta') return;
    rows.delete(row);
    if (type === 'Segment') rows.delete(rowOfKey(segmentMeta.table, key));
    if (type === 'Shard') for (const { table } of PARTS) drop(rowsWith(table, key));
  }

  function put(type: PushType, kind: Kind, payload: Uint8Array): void {
    const key = kind.keyOf(kind.codec.decode(payload));
    const row = rowOfKey(kind.table, key);
    const known = rows.get(row) ?? [];
    if (isPart(type) && !rows.has(rowOfKey(shard.table, key.slice(0, 1)))) return;
    const [before] = known;
    if (type === 'Segment' && before !== undefined && isStale(payload, before)) return;
    rows.set(row, type === 'ShareGroupMember' ? [...known, payload] : [payload]);
  }

  return {
    rows,
    receive: ({ type, action, payload }) => {
      const kind = KINDS_BY_TYPE.get(type);
      // Offsets are cached where they are read.
      if (kind === undefined) return;
      if (action === 'Delete') remove(type, kind, payload);
      else if (action !== 'Update' || !WITHOUT_UPDATE.has(type)) put(type, kind, payload);
    },
    load: (row, payload) => void rows.set(row, [payload]),
  };
}

type Kind = Resource<unknown>;

const KINDS_BY_TYPE: ReadonlyMap<PushType, Kind> = new Map(
  KINDS.map((kind) => kind as Kind).flatMap((kind) =>
    kind.told === undefined ? [] : [[kind.told.type, kind] as const],
  ),
);

const WITHOUT_UPDATE: ReadonlySet<PushType> = new Set<PushType>(['Subscribe', 'Topic']);
const PARTS = [segment, segmentMeta];

/** Without its shard it is dropped. */
const isPart = (type: PushType): boolean => type === 'Segment' || type === 'SegmentMeta';

const deletedOf = (type: PushType): CachePush<unknown>['deleted'] =>
  (CACHE_PUSHES[type] as CachePush<unknown>).deleted;

function isStale(payload: Uint8Array, before: Uint8Array): boolean {
  const { codec } = segment;
  const [told, known] = [codec.decode(payload), codec.decode(before)];
  return (
    told.segment_epoch < known.segment_epoch ||
    (told.segment_epoch === known.segment_epoch && told.leader_epoch < known.leader_epoch)
  );
}
