/**
 * The systems that a connector can reach, and how. The original leaves out some options that are none
 * when it writes (of MongoDB, Elasticsearch, Redis, Webhook and MqttBridge), and cannot read that back;
 * here each has its tag.
 */
import { union } from '../../layout/layout.ts';
import type { Infer } from '../../layout/layout.ts';
import {
  KafkaConnectorConfig,
  LocalFileConnectorConfig,
  PulsarConnectorConfig,
  RabbitMQConnectorConfig,
  WebhookConnectorConfig,
  MqttBridgeConnectorConfig,
  S3ConnectorConfig,
} from './stream-configs.ts';
import {
  GreptimeDBConnectorConfig,
  PostgresConnectorConfig,
  MongoDBConnectorConfig,
  MySQLConnectorConfig,
  ElasticsearchConnectorConfig,
  RedisConnectorConfig,
  OpenTSDBConnectorConfig,
  ClickHouseConnectorConfig,
  InfluxDBConnectorConfig,
  CassandraConnectorConfig,
} from './database-configs.ts';

export const ConnectorType = union('ConnectorType', {
  Kafka: KafkaConnectorConfig,
  LocalFile: LocalFileConnectorConfig,
  GreptimeDB: GreptimeDBConnectorConfig,
  Pulsar: PulsarConnectorConfig,
  Postgres: PostgresConnectorConfig,
  MongoDB: MongoDBConnectorConfig,
  RabbitMQ: RabbitMQConnectorConfig,
  MySQL: MySQLConnectorConfig,
  Elasticsearch: ElasticsearchConnectorConfig,
  Redis: RedisConnectorConfig,
  Webhook: WebhookConnectorConfig,
  OpenTSDB: OpenTSDBConnectorConfig,
  MqttBridge: MqttBridgeConnectorConfig,
  ClickHouse: ClickHouseConnectorConfig,
  InfluxDB: InfluxDBConnectorConfig,
  Cassandra: CassandraConnectorConfig,
  S3: S3ConnectorConfig,
});
export type ConnectorType = Infer<typeof ConnectorType>;
