/** A message, and what a broker remembers of one under way. Only brokers exchange them. */
import {
  bool,
  bytes,
  choice,
  list,
  option,
  string,
  struct,
  tuple,
  u16,
  u32,
  u64,
  u8,
} from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

const StorageHeader = struct('StorageHeader', {
  name: string,
  value: string,
});

const StorageRecordMetadata = struct('StorageRecordMetadata', {
  offset: u64,
  shard: string,
  segment: u32,
  header: option(list(StorageHeader)),
  key: option(bytes),
  tags: option(list(string)),
  create_t: u64,
  expire_at: u64,
  crc_num: u32,
});

const StorageRecordProtocolDataMqtt = struct('StorageRecordProtocolDataMqtt', {
  client_id: string,
  retain: bool,
  format_indicator: option(u8),
  response_topic: option(string),
  correlation_data: option(bytes),
  content_type: option(string),
  user_properties: list(tuple(string, string)),
});

const StorageRecordProtocolDataNats = struct('StorageRecordProtocolDataNats', {
  reply_to: option(string),
  header: option(bytes),
});

const StorageRecordProtocolDataMq9 = struct('StorageRecordProtocolDataMq9', {
  priority: string,
  header: option(bytes),
  reply_to: option(string),
});

const StorageRecordProtocolDataAmqp = struct('StorageRecordProtocolDataAmqp', {
  content_type: option(string),
  content_encoding: option(string),
  delivery_mode: option(u8),
  priority: option(u8),
  correlation_id: option(string),
  reply_to: option(string),
  expiration: option(string),
  message_id: option(string),
  timestamp: option(u64),
  kind: option(string),
  user_id: option(string),
  app_id: option(string),
  cluster_id: option(string),
  headers: list(tuple(string, string)),
  redelivered: bool,
});

const StorageRecordProtocolData = struct('StorageRecordProtocolData', {
  mqtt: option(StorageRecordProtocolDataMqtt),
  nats: option(StorageRecordProtocolDataNats),
  mq9: option(StorageRecordProtocolDataMq9),
  amqp: option(StorageRecordProtocolDataAmqp),
});

export const StorageRecord = struct('StorageRecord', {
  metadata: StorageRecordMetadata,
  protocol_data: option(StorageRecordProtocolData),
  data: bytes,
});
export type StorageRecord = Infer<typeof StorageRecord>;

const PkidAckEnum = choice('PkidAckEnum', 'PubAck', 'PubRec', 'PubComp', 'SubAck', 'UnSubAck');

export const ReceiveQosPkidData = struct('ReceiveQosPkidData', {
  ack_enum: PkidAckEnum,
  pkid: u16,
  create_time: u64,
});
export type ReceiveQosPkidData = Infer<typeof ReceiveQosPkidData>;
