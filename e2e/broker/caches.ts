/** What a broker has cached: pure data, and how it is looked up and changed. */
import { keyOf, RESOURCES, type Cached, type LoadedRows, type Resource } from './resource.ts';

export interface Caches {
  readonly rows: { readonly [Name in Resource]: Rows<Name> };
  /** Keys of shards and segments whose files are deleted soon: until then they are cached. */
  readonly doomed: { readonly Shard: ReadonlySet<string>; readonly Segment: ReadonlySet<string> };
}

type Rows<Name extends Resource> = ReadonlyMap<string, Cached<Name>>;

export const EMPTY_CACHES: Caches = {
  rows: Object.fromEntries(RESOURCES.map((name) => [name, new Map()])) as unknown as Caches['rows'],
  doomed: { Shard: new Set(), Segment: new Set() },
};

/** What is cached of a resource, in the order in which it came. */
export const cached = <Name extends Resource>(
  { rows }: Caches,
  resource: Name,
): readonly Cached<Name>[] => [...rows[resource].values()];

/** Replaces what has the same key. */
export const put = <Name extends Resource>(
  caches: Caches,
  resource: Name,
  value: Cached<Name>,
): Caches => putAt(caches, resource, keyOf(resource, value), value);

export const putAt = <Name extends Resource>(
  caches: Caches,
  resource: Name,
  key: string,
  value: Cached<Name>,
): Caches => withRows(caches, resource, new Map([...caches.rows[resource], [key, value]]));

/** Removes what answers to `gone`. */
export const dropWhere = <Name extends Resource>(
  caches: Caches,
  resource: Name,
  gone: (value: Cached<Name>, key: string) => boolean,
): Caches =>
  withRows(
    caches,
    resource,
    new Map([...caches.rows[resource]].filter(([key, value]) => !gone(value, key))),
  );

function withRows<Name extends Resource>(
  caches: Caches,
  resource: Name,
  rows: ReadonlyMap<string, Cached<Name>>,
): Caches {
  return { ...caches, rows: { ...caches.rows, [resource]: rows } };
}

/** Caches what was listed. Of topics that are called the same in several tenants, one is left. */
export function load(caches: Caches, { resource, values }: LoadedRows): Caches {
  const rows: readonly Cached<Resource>[] =
    resource === 'Topic'
      ? [...new Map(values.map((topic) => [topic.topic_name, topic])).values()]
      : values;
  return rows.reduce((loaded, value) => put(loaded, resource, value), caches);
}

/** Marks a shard or a segment whose files are to be deleted, if it is cached. */
export function doom(caches: Caches, resource: 'Shard' | 'Segment', key: string): Caches {
  if (!caches.rows[resource].has(key)) return caches;
  const { doomed } = caches;
  return { ...caches, doomed: { ...doomed, [resource]: new Set([...doomed[resource], key]) } };
}

/** What the worker does, every 5 s, with what is marked: a shard goes with all it has. */
export function reap(caches: Caches): Caches {
  const { doomed } = caches;
  if (doomed.Shard.size + doomed.Segment.size === 0) return caches;
  const shards = new Set(
    cached(caches, 'Shard')
      .filter((shard) => doomed.Shard.has(keyOf('Shard', shard)))
      .map(({ shard_name }) => shard_name),
  );
  const gone = (part: { readonly shard_name: string }, key: string): boolean =>
    shards.has(part.shard_name) || doomed.Segment.has(key);
  const withoutShards = dropWhere(caches, 'Shard', ({ shard_name }) => shards.has(shard_name));
  const withoutSegments = dropWhere(withoutShards, 'Segment', gone);
  return { ...dropWhere(withoutSegments, 'SegmentMeta', gone), doomed: EMPTY_CACHES.doomed };
}
