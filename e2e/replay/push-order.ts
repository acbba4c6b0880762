/** The order between keys that a broker relies on: what comes too early is dropped without a word. */
import type { Push } from './content.ts';

/** What must have come before, and how its key is found. */
const AFTER = { Segment: 'Shard', SegmentMeta: 'Segment' } as const;

/**
 * Pushes that came before what they belong to. What never came at all, because it was listed, is not
 * looked for.
 */
export function orderFaults(received: readonly Push[]): readonly string[] {
  const first = new Map<string, number>();
  for (const [at, { resource, key }] of received.entries()) {
    const row = `${resource} ${key}`;
    if (!first.has(row)) first.set(row, at);
  }
  return received.flatMap(({ resource, key }, at) => {
    if (resource !== 'Segment' && resource !== 'SegmentMeta') return [];
    if (first.get(`${resource} ${key}`) !== at) return [];
    const before = AFTER[resource];
    const owner = first.get(`${before} ${before === 'Shard' ? shardKey(key) : key}`);
    return owner !== undefined && owner > at
      ? [`${resource} ${key} came before its ${before}`]
      : [];
  });
}

const shardKey = (segment: string): string => {
  const [shard] = JSON.parse(segment) as readonly string[];
  return JSON.stringify([shard]);
};
