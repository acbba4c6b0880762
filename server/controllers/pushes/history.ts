/**
 * What a broker is told that was away for longer than lines are held: first what is gone, then all
 * that is there. What changes meanwhile it is told behind it, as everybody is.
 */
import type { Index } from '../../raft/ids.ts';
import type { Node } from '../../node/node.ts';
import { StorageError } from '../../ports/outcome.ts';
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import { doomedShards } from '../../state/registry/deletion.ts';
import { doomedSegment } from '../../state/registry/doomed.ts';
import { KINDS } from '../../state/registry/registry.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import type { Push } from '../../state/resources/push.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { goneAfter, readTold } from '../../state/resources/told.ts';
import type { Gone } from '../../state/resources/told.ts';
import { createGathering, repeatable } from './batch.ts';
import type { BatchLimits } from './batch.ts';

/** Since when: an entry up to which all is known, or a time, in Unix ms; or whichever is earlier. */
export type Since =
  | { readonly kind: 'index'; readonly index: Index }
  | { readonly kind: 'time'; readonly timeMs: number }
  | { readonly kind: 'either'; readonly index: Index; readonly timeMs: number };

export interface History {
  since(since: Since): Telling;
}

/** One broker that is told. */
export interface Telling {
  /** Whether all that is gone is still known. */
  readonly complete: boolean;
  /** The next of it, as it is now; empty: that was all; undefined: it cannot be read now. */
  next(limits: BatchLimits): readonly Push[] | undefined;
}

export const createHistory = (node: Pick<Node, 'range' | 'row'>): History => ({
  since: (since) => {
    let part: Part | undefined = goneSince(node, since);
    const isDoomed = doomedIn(node);
    const records = KINDS_TOLD.map((kind) => recordsOf(node, kind, isDoomed)).values();
    return {
      complete: isComplete(node, since),
      next: (limits) => {
        const gathering = createGathering(limits);
        try {
          for (; part !== undefined; part = records.next().value) {
            if (!part((pushes) => gathering.add(pushes))) break;
          }
        } catch (error) {
          if (!(error instanceof StorageError)) throw error;
          if (gathering.records.length === 0) return undefined;
        }
        return gathering.records;
      },
    };
  },
});

/** Adds what fits, and remembers how far that was; whether it was all. */
type Part = (add: (pushes: readonly Push[]) => boolean) => boolean;

function isComplete(node: Pick<Node, 'range' | 'row'>, since: Since): boolean {
  const { droppedIndex = 0 } = readTold((key) => node.row(key)) ?? {};
  if (droppedIndex === 0) return true;
  if (since.kind !== 'time' && droppedIndex > since.index) return false;
  if (since.kind === 'index') return true;
  const [oldest] = goneAfter((prefix, after) => node.range(prefix, after), droppedIndex);
  return oldest !== undefined && oldest.timeMs < since.timeMs;
}

function goneSince(node: Pick<Node, 'range'>, since: Since): Part {
  let done: number = since.kind === 'index' ? since.index : 0;
  const isMeant = ({ index, timeMs }: Gone): boolean =>
    since.kind === 'index' ||
    timeMs >= since.timeMs ||
    (since.kind === 'either' && index > since.index);
  return (add) => {
    for (const gone of goneAfter((...range) => node.range(...range), done)) {
      if (isMeant(gone) && !add(gone.pushes)) return false;
      done = gone.index;
    }
    return true;
  };
}

/** Of a table, in the order of its rows. */
function recordsOf(node: Pick<Node, 'range'>, kind: KindTold, isDoomed: IsDoomed): Part {
  const { table, told, codec } = kind;
  const prefix = rowsWith(table, []);
  let done: string | undefined;
  return (add) => {
    for (const [key, payload] of node.range(prefix, done)) {
      const isHidden = told.hides?.(codec.decode(payload)) === true || isDoomed(kind, payload);
      const push = { type: told.type, action: told.put, payload };
      if (!isHidden && !add(repeatable(push))) return false;
      done = key;
    }
    return true;
  };
}

/** Whether a record is one of a shard of which brokers are told that it is gone, while it is still there. */
type IsDoomed = (kind: KindTold, payload: Uint8Array) => boolean;

/**
 * What is marked later than now, they are told behind what is told from here; what is marked now, they
 * may be told for the last time before that.
 */
function doomedIn({ range, row }: Pick<Node, 'range' | 'row'>): IsDoomed {
  const records = viewRecords(row, range);
  const shards = doomedShards(records);
  const segments = new Set(
    [...records.list(doomedSegment, [])].map((each) => doomedSegment.keyOf(each).join('/')),
  );
  if (shards.size + segments.size === 0) return () => false;
  return ({ table, keyOf, codec }, payload) => {
    if (!SHARD_TABLES.includes(table)) return false;
    const [shardName = '', segmentSeq = ''] = keyOf(codec.decode(payload));
    return shards.has(shardName) || segments.has(`${shardName}/${segmentSeq}`);
  };
}

const SHARD_TABLES = [shard, segment, segmentMeta].map(({ table }) => table);

type KindTold = Resource<unknown> & { readonly told: NonNullable<Resource<unknown>['told']> };

const TYPES = Object.keys(CACHE_PUSHES);

/** In the order of their types: a shard comes before its segments, and these before what is known of them. */
const KINDS_TOLD: readonly KindTold[] = KINDS.map((kind) => kind as Resource<unknown>)
  .filter((kind): kind is KindTold => kind.told !== undefined)
  .sort((one, other) => TYPES.indexOf(one.told.type) - TYPES.indexOf(other.told.type));
