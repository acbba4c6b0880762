/** On which nodes a segment is kept, and which of them leads it. */
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import type { EngineShard } from '../../codec/robustmq/shard.ts';
import { refuse } from '../resources/refusal.ts';
import type { Refusal } from '../resources/refusal.ts';
import type { Records } from '../resources/resource.ts';
import { epochOfNode, firstEpoch } from './epoch.ts';
import { nodesById } from './node.ts';
import { loadOf } from './shard.ts';

/** What is asked for, as errors call it. */
export type Placed = 'CreateSegment' | 'CreateShard';

/** Nodes that store messages, those with the fewest replicas first, then by their ids. */
export const engineNodes = (records: Pick<Records, 'get' | 'list'>): readonly BrokerNode[] =>
  byFewestReplicas(
    records,
    nodesById(records).filter(({ roles }) => roles.includes('engine')),
  );

/** Those with the fewest replicas first, then by their ids. */
export function byFewestReplicas(
  records: Pick<Records, 'get'>,
  nodes: readonly BrokerNode[],
): readonly BrokerNode[] {
  const able = nodes.toSorted((one, other) => (one.node_id < other.node_id ? -1 : 1));
  const replicas = new Map(able.map((node) => [node, loadOf(records, node.node_id).replicas]));
  return able.toSorted((one, other) => (replicas.get(one) ?? 0) - (replicas.get(other) ?? 0));
}

/** Shards of inner topics take what there is, one node at least; all others need as many as they ask for. */
export function checkNodes(
  records: Records,
  { replica_num, is_inner_topic }: EngineShard['config'],
  placed: Placed,
): Refusal | undefined {
  const there = engineNodes(records).length;
  const needed = is_inner_topic ? 1 : Math.max(1, replica_num);
  if (there >= needed) return undefined;
  return refuse('notEnoughNodes', placed, String(needed), String(there));
}

/** A new segment: its leader is the node that leads the fewest, and comes first. */
export function placeSegment(
  records: Records,
  { shard_name, config }: EngineShard,
  segment_seq: number,
): EngineSegment | Refusal {
  const chosen = engineNodes(records).slice(0, Math.max(1, config.replica_num));
  const [first] = chosen.toSorted(
    (one, other) =>
      loadOf(records, one.node_id).leaders - loadOf(records, other.node_id).leaders ||
      (one.node_id < other.node_id ? -1 : 1),
  );
  if (first === undefined) return refuse('notEnoughNodes', 'CreateSegment', '1', '0');
  const nodes = [first, ...chosen.filter((node) => node !== first)];
  const homeless = nodes.find(({ storage_fold }) => storage_fold.length === 0);
  if (homeless !== undefined && config.storage_type === 'EngineSegment') {
    return refuse('noFolders', String(homeless.node_id));
  }
  const replicas = nodes.map((node, seq) => ({
    replica_seq: BigInt(seq),
    node_id: node.node_id,
    fold: folderOf(records, node),
  }));
  const epoch = firstEpoch(records);
  return {
    shard_name,
    segment_seq,
    replicas,
    isr: replicas.map(({ node_id }) => node_id),
    last_known_isr: [],
    leader_epoch: epoch,
    leader: first.node_id,
    segment_epoch: epoch,
    leader_broker_epoch: epochOfNode(records, first.node_id),
    status: 'Write',
  };
}

/** One of a node's folders, another for each command; only segments in files need one. */
export const folderOf = ({ index }: Records, { storage_fold }: BrokerNode): string =>
  storage_fold[index % Math.max(1, storage_fold.length)] ?? '';

type Replicas = EngineSegment['replicas'];

export const isAmong = (replicas: Replicas, id: bigint): boolean =>
  replicas.some(({ node_id }) => node_id === id);

/** One more behind them, with a number that none of them has. */
export function withReplica(
  replicas: Replicas,
  { node_id, fold }: Pick<Replicas[number], 'fold' | 'node_id'>,
): Replicas {
  const last = replicas.reduce((max, { replica_seq: seq }) => (seq > max ? seq : max), -1n);
  return [...replicas, { replica_seq: last + 1n, node_id, fold }];
}
