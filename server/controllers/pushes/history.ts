/**
 * What a broker is told that was away for longer than lines are held: first what is gone, then all
 * that is there. What changes meanwhile it is told behind it, as everybody is.
 */
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Node } from '../../node/node.ts';
import { StorageError } from '../../ports/outcome.ts';
import { CACHE_PUSHES } from '../../codec/robustmq/cache-pushes.ts';
import { doomedShards } from '../../state/registry/deletion.ts';
import { doomedSegment } from '../../state/registry/doomed.ts';
import { KINDS } from '../../state/registry/registry.ts';
import { segment, segmentMeta, shard } from '../../state/registry/shard.ts';
import type { Push, PushType } from '../../state/resources/push.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { Resource } from '../../state/resources/resource.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { goneAfter, goneBefore, readTold } from '../../state/resources/told.ts';
import { createGathering, repeatable } from './batch.ts';
import type { BatchLimits } from './batch.ts';

/** Of which kinds it is told what is there: of all, or of those that brokers load when they start. */
export type Scope = 'all' | 'loaded';

export interface History {
  /** What was told by entries after this one. */
  since(index: Index, scope: Scope): Telling;
  /**
   * An entry up to which nothing went at this time or later; 0 when nobody knows that any more.
   * Undefined: it cannot be read now.
   *
   * @param timeMs Unix time.
   */
  goneBefore(timeMs: number): Index | undefined;
  /** The last entry of which nobody knows what went with it. Undefined: it cannot be read now. */
  droppedTo(): Index | undefined;
}

/** One broker that is told. */
export interface Telling {
  /** Whether all that is gone is still known. */
  readonly complete: boolean;
  /** The next of it, as it is now; empty: that was all; undefined: it cannot be read now. */
  next(limits: BatchLimits): readonly Push[] | undefined;
}

export const createHistory = (node: Pick<Node, 'range' | 'row'>): History => ({
  since: (index, scope) => {
    let part: Part | undefined = goneSince(node, index);
    const isDoomed = doomedIn(node);
    const records = KINDS_IN[scope].map((kind) => recordsOf(node, kind, isDoomed)).values();
    return {
      complete: droppedIndex(node) <= index,
      next: (limits) => {
        const gathering = createGathering(limits);
        const isRead = readable(() => {
          for (; part !== undefined; part = records.next().value) {
            if (!part((pushes) => gathering.add(pushes))) break;
          }
          return true;
        });
        return isRead === undefined && gathering.records.length === 0
          ? undefined
          : gathering.records;
      },
    };
  },
  goneBefore: (timeMs) =>
    readable(() => {
      const before = goneBefore(
        (key) => node.row(key),
        (...range) => node.range(...range),
        timeMs,
      );
      return toIndex(before);
    }),
  droppedTo: () => readable(() => droppedIndex(node)),
});

/** Undefined while the state cannot be read, such as one that is being replaced. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return undefined;
  }
}

/** Adds what fits, and remembers how far that was; whether it was all. */
type Part = (add: (pushes: readonly Push[]) => boolean) => boolean;

const droppedIndex = (node: Pick<Node, 'row'>): Index =>
  toIndex(readTold((key) => node.row(key))?.droppedIndex ?? 0);

function goneSince(node: Pick<Node, 'range'>, index: Index): Part {
  let done: number = index;
  return (add) => {
    for (const gone of goneAfter((...range) => node.range(...range), done)) {
      if (!add(gone.pushes)) return false;
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

/**
 * In the order of their types: a shard comes before its segments, and these before what is known of
 * them. What brokers do not load comes last: there may be very much of it, and nobody waits for it.
 */
const KINDS_TOLD: readonly KindTold[] = KINDS.map((kind) => kind as Resource<unknown>)
  .filter((kind): kind is KindTold => kind.told !== undefined)
  .sort(
    ({ told: one }, { told: other }) =>
      Number(other.loaded) - Number(one.loaded) ||
      TYPES.indexOf(one.type) - TYPES.indexOf(other.type),
  );

const NOT_LOADED: readonly PushType[] = KINDS_TOLD.filter(({ told }) => !told.loaded).map(
  ({ told }) => told.type,
);

/** Whether it is of what brokers load when they start. */
export const isLoaded = ({ type }: Push): boolean => !NOT_LOADED.includes(type);

const KINDS_IN: Readonly<Record<Scope, readonly KindTold[]>> = {
  all: KINDS_TOLD,
  loaded: KINDS_TOLD.filter(({ told }) => told.loaded),
};
