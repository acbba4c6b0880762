/** What brokers ask for, as templates: encoded by the codecs of the project. */
import { MetaServiceServiceService as Common } from '../../../proto/gen/meta/common.ts';
import { MqttServiceService as Mqtt } from '../../../proto/gen/meta/mqtt.ts';
import { bincode } from '../../../server/codec/layout/bincode.ts';
import { MqttSession } from '../../../server/codec/robustmq/session.ts';
import { MqttSubscribe } from '../../../server/codec/robustmq/subscribe.ts';
import { Topic } from '../../../server/codec/robustmq/topic.ts';
import { mark, templateOf, type Template } from './template.ts';

const TENANT = 'default';
/** Of the first double: clients are connected to one that lives. */
const BROKER = 1n;
const DAY_S = 86_400n;

const sessionCodec = bincode(MqttSession);
const topicCodec = bincode(Topic);
const subscribeCodec = bincode(MqttSubscribe);

const nowS = (): bigint => BigInt(Math.floor(Date.now() / 1_000));
const clientOf = (at: number): string => `client-${mark(at)}`;

/** So many connected clients in one call; one number for each. */
export const createSessions = (count: number): Template =>
  templateOf(Mqtt.createSession, {
    sessions: Array.from({ length: count }, (_, at) => ({
      clientId: clientOf(at),
      session: Buffer.from(
        sessionCodec.encode({
          tenant: TENANT,
          client_id: clientOf(at),
          session_expiry_interval: DAY_S,
          is_contain_last_will: false,
          last_will_delay_interval: undefined,
          create_time: nowS(),
          is_persist_session: true,
          connection_id: 1n,
          broker_id: BROKER,
          reconnect_time: nowS(),
          distinct_time: undefined,
        }),
      ),
    })),
  });

/** A topic with one partition. */
export function createTopic(): Template {
  const topicName = `bench/topic/${mark(0)}`;
  const id = `topic-${mark(0)}`;
  return templateOf(Mqtt.createTopic, {
    tenant: TENANT,
    topicName,
    content: Buffer.from(
      topicCodec.encode({
        topic_id: id,
        tenant: TENANT,
        topic_name: topicName,
        storage_type: 'EngineRocksDB',
        source: 'MQTT',
        partition: 1,
        replication: 1,
        storage_name_list: new Map([[0, `${id}-0`]]),
        config: { max_segment_size: undefined, max_record_num: 1_000n, retention_sec: 7n * DAY_S },
        mark_delete: false,
        create_time: nowS(),
      }),
    ),
  });
}

/** Stands before the number of a subscription, in what brokers are told of it as well. */
export const PATH = 'bench/path/';

/** A subscription of a client of its own. */
export function setSubscribe(): Template {
  const path = `${PATH}${mark(0)}`;
  const clientId = clientOf(0);
  return templateOf(Mqtt.setSubscribe, {
    clientId,
    path,
    subscribe: Buffer.from(
      subscribeCodec.encode({
        tenant: TENANT,
        client_id: clientId,
        path,
        broker_id: BROKER,
        protocol: 'Mqtt5',
        filter: {
          path,
          qos: 'AtLeastOnce',
          no_local: false,
          preserve_retain: false,
          retain_handling: 'OnEverySubscribe',
        },
        pkid: 1,
        subscribe_properties: undefined,
        create_time: nowS(),
      }),
    ),
  });
}

/** Offsets of so many groups in one call, each in one shard. */
export const saveOffsets = (groups: number): Template =>
  templateOf(Common.saveOffsetData, {
    offsets: Array.from({ length: groups }, (_, at) => ({
      group: `group-${mark(at)}`,
      tenant: TENANT,
      offsets: [
        {
          shardName: `topic-${mark(at)}-0`,
          offset: 123_456n,
          topic: `bench/topic/${mark(at)}`,
          partition: 0,
          expectedOffset: undefined,
        },
      ],
    })),
  });
