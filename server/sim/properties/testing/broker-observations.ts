/** Hand-made observations of what is kept for brokers. */
import type { EngineSegment } from '../../../codec/robustmq/segment.ts';
import { rowOfKey } from '../../../state/resources/key.ts';
import type { Resource } from '../../../state/resources/resource.ts';
import type { Observation } from '../../observation.ts';
import { applied, entry } from './observations.ts';

type Row = readonly [key: string, value: Uint8Array | undefined];

export const put = <Value>(resource: Resource<Value>, value: NoInfer<Value>): Row => [
  rowOfKey(resource.table, resource.keyOf(value)),
  resource.codec.encode(value),
];

export const removed = <Value>(resource: Resource<Value>, value: NoInfer<Value>): Row => [
  put(resource, value)[0],
  undefined,
];

/** A member applied an entry, at its index in ms, which changed these rows. */
export const changed = (index: number, ...rows: readonly Row[]): Observation => ({
  ...applied(1, entry(index, 1)),
  atMs: index,
  rows: new Map(rows),
});

/** Of nodes 1 and 2, led by 1. */
export const segmentWith = (change: Partial<EngineSegment> = {}): EngineSegment => ({
  shard_name: 's',
  segment_seq: 0,
  replicas: [1n, 2n].map((node_id, seq) => ({ replica_seq: BigInt(seq), node_id, fold: '/' })),
  isr: [1n, 2n],
  last_known_isr: [],
  leader_epoch: 0,
  leader: 1n,
  segment_epoch: 0,
  leader_broker_epoch: 1n,
  status: 'Write',
  ...change,
});
