/** What a simulated broker has the cluster do for its clients. */
import type { MqttSession } from '../../codec/robustmq/session.ts';
import { DEFAULT_ENGINE_SHARD_CONFIG } from '../../codec/robustmq/shard.ts';
import { saveOffsets } from '../../state/registry/offset.ts';
import { updateIsr } from '../../state/registry/segment-isr.ts';
import { putSessions, removeSessions } from '../../state/registry/session.ts';
import { createShard } from '../../state/registry/shard-creation.ts';
import { segment } from '../../state/registry/shard.ts';
import { createTopic, deleteTopic } from '../../state/registry/topic.ts';
import { viewRecords } from '../../state/resources/records.ts';
import type { Prng } from '../prng.ts';
import { running } from '../world/world.ts';
import type { Cluster } from './brokers.ts';

export interface Errands {
  /** As it was given when it registered last. */
  epoch: bigint;
  /** Has one thing done, by chance. */
  doOne(): void;
}

const TENANT = 't';
const INNER_SHARD = 'inner';
/** So that what is kept for brokers stays small. */
const CLIENTS_MAX = 3;
const TOPICS_MAX = 2;

/** @param life counts its processes, so that no two name anything alike. */
export function createErrands(cluster: Cluster, id: number, life: number, prng: Prng): Errands {
  const clients: string[] = [];
  const topics: string[] = [];
  let names = 0;
  const newName = (kind: string): string => `${kind}${id}.${life}.${(names += 1)}`;
  const nothing = (): void => undefined;

  function connect(): void {
    if (clients.length >= CLIENTS_MAX) return;
    const client = newName('c');
    clients.push(client);
    cluster.change(putSessions, [{ ...sessionOf(client), ...connected(id, life) }], nothing);
  }

  function disconnect(): void {
    const client = clients.shift();
    if (client === undefined) return;
    if (prng.chance(0.2)) cluster.change(removeSessions, [[TENANT, client]], nothing);
    else cluster.change(putSessions, [{ ...sessionOf(client), distinct_time: 1n }], nothing);
  }

  const sessionOf = (client_id: string): MqttSession => ({
    tenant: TENANT,
    client_id,
    session_expiry_interval: BigInt(prng.between(1, 6)),
    is_contain_last_will: prng.chance(0.7),
    last_will_delay_interval: BigInt(prng.between(0, 4)),
    create_time: BigInt(life),
    is_persist_session: false,
    connection_id: undefined,
    broker_id: undefined,
    reconnect_time: undefined,
    distinct_time: undefined,
  });

  function addTopic(): void {
    if (topics.length >= TOPICS_MAX) return;
    const topic_name = newName('t');
    const shards = [`${topic_name}-0`, ...(prng.chance(0.4) ? [INNER_SHARD] : [])];
    topics.push(topic_name);
    const created = {
      ...{ topic_id: topic_name, tenant: TENANT, topic_name, mark_delete: false, create_time: 1n },
      ...({ storage_type: 'EngineSegment', source: 'MQTT', partition: shards.length } as const),
      replication: 2,
      storage_name_list: new Map(shards.entries()),
      config: { max_segment_size: undefined, max_record_num: undefined, retention_sec: 1n },
    };
    cluster.change(createTopic, created, nothing);
    const config = {
      ...DEFAULT_ENGINE_SHARD_CONFIG,
      replica_num: 2,
      storage_type: 'EngineSegment',
    } as const;
    for (const shard_name of shards) {
      const shard_uid = `${topic_name} ${shard_name}`;
      const shard = { shard_uid, shard_name, topic_name, config, desc: '', create_time: 1n };
      cluster.change(createShard, shard, nothing);
      const saved = {
        tenant: TENANT,
        group: `g${id}`,
        shard_name,
        topic: topic_name,
        partition: 0,
      };
      cluster.change(saveOffsets, [{ ...saved, offset: 1n, expected: undefined }], nothing);
    }
  }

  function dropTopic(): void {
    const topic_name = topics.shift();
    if (topic_name !== undefined)
      cluster.change(deleteTopic, { tenant: TENANT, topic_name }, nothing);
  }

  /** Says of a segment that it leads who is in sync, as it sees that: in a state that may be old. */
  function reportIsr(): void {
    const seen = running(cluster.world).find(({ node }) => node.status().phase === 'running');
    if (seen === undefined) return;
    const { row, range } = seen.node;
    const led = [...viewRecords(row, range).list(segment, [])].filter(
      ({ leader }) => leader === BigInt(id),
    );
    if (led.length === 0) return;
    const { shard_name, segment_seq, replicas, leader_epoch, segment_epoch } = prng.pick(led);
    const others = replicas.map(({ node_id }) => node_id).filter((node) => node !== BigInt(id));
    const isr = [BigInt(id), ...others.filter((node) => cluster.isAlive(Number(node)))];
    const requester = { requester: BigInt(id), requester_epoch: errands.epoch };
    const update = { shard_name, segment_seq, isr, leader_epoch, segment_epoch, ...requester };
    cluster.change(updateIsr, update, nothing);
  }

  const errands: Errands = {
    epoch: 0n,
    doOne: () => prng.pick([connect, connect, disconnect, addTopic, dropTopic, reportIsr])(),
  };
  return errands;
}

const connected = (id: number, life: number) => ({
  connection_id: 1n,
  broker_id: BigInt(id),
  reconnect_time: BigInt(life),
});
