/** Other brokers, files and hooks. */
import {
  bool,
  choice,
  i32,
  map,
  option,
  string,
  struct,
  u16,
  u32,
  u64,
  usize,
} from '../../layout/layout.ts';
import type { Infer } from '../../layout/layout.ts';

export const KafkaConnectorConfig = struct('KafkaConnectorConfig', {
  bootstrap_servers: string,
  topic: string,
  key: string,
  compression_type: string,
  batch_size: u32,
  linger_ms: u64,
  acks: string,
  retries: u32,
  message_timeout_ms: u64,
  cleanup_timeout_secs: u64,
});
export type KafkaConnectorConfig = Infer<typeof KafkaConnectorConfig>;

const RotationStrategy = choice('RotationStrategy', 'None', 'Size', 'Hourly', 'Daily');

export const LocalFileConnectorConfig = struct('LocalFileConnectorConfig', {
  local_file_path: string,
  rotation_strategy: RotationStrategy,
  max_size_gb: u64,
});
export type LocalFileConnectorConfig = Infer<typeof LocalFileConnectorConfig>;

export const PulsarConnectorConfig = struct('PulsarConnectorConfig', {
  server: string,
  topic: string,
  token: option(string),
  oauth: option(string),
  basic_name: option(string),
  basic_password: option(string),
  connection_timeout_secs: u64,
  operation_timeout_secs: u64,
  batch_size: usize,
  max_pending_messages: u32,
  send_timeout_secs: u64,
  compression: option(string),
});
export type PulsarConnectorConfig = Infer<typeof PulsarConnectorConfig>;

const DeliveryMode = choice('DeliveryMode', 'NonPersistent', 'Persistent');

export const RabbitMQConnectorConfig = struct('RabbitMQConnectorConfig', {
  server: string,
  port: u16,
  username: string,
  password: string,
  virtual_host: string,
  exchange: string,
  routing_key: string,
  delivery_mode: DeliveryMode,
  enable_tls: bool,
  connection_timeout_secs: u64,
  heartbeat_secs: u16,
  batch_size: usize,
  channel_max: u16,
  frame_max: u32,
  confirm_timeout_secs: u64,
  publisher_confirms: bool,
});
export type RabbitMQConnectorConfig = Infer<typeof RabbitMQConnectorConfig>;

const MqttProtocolVersion = choice('MqttProtocolVersion', 'V5', 'V4', 'V3');

export const MqttBridgeConnectorConfig = struct('MqttBridgeConnectorConfig', {
  server: string,
  client_id_prefix: option(string),
  username: option(string),
  password: option(string),
  protocol_version: MqttProtocolVersion,
  keepalive_secs: u64,
  connect_timeout_secs: u64,
  enable_tls: bool,
  topic_prefix: option(string),
  qos: i32,
  retain: bool,
  max_retries: u32,
});
export type MqttBridgeConnectorConfig = Infer<typeof MqttBridgeConnectorConfig>;

const WebhookHttpMethod = choice('WebhookHttpMethod', 'Post', 'Put');

const WebhookAuthType = choice('WebhookAuthType', 'None', 'Basic', 'Bearer');

export const WebhookConnectorConfig = struct('WebhookConnectorConfig', {
  url: string,
  method: WebhookHttpMethod,
  headers: map(string, string),
  timeout_ms: u64,
  auth_type: WebhookAuthType,
  username: option(string),
  password: option(string),
  bearer_token: option(string),
});
export type WebhookConnectorConfig = Infer<typeof WebhookConnectorConfig>;

export const S3ConnectorConfig = struct('S3ConnectorConfig', {
  bucket: string,
  region: string,
  endpoint: string,
  access_key_id: string,
  secret_access_key: string,
  session_token: string,
  root: string,
  object_key_prefix: string,
  file_extension: string,
});
export type S3ConnectorConfig = Infer<typeof S3ConnectorConfig>;
