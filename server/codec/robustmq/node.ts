/** A process of a broker, as it registers. Addresses are `ip:port`, times Unix seconds. */
import { list, string, struct, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

const MqttNodeExtend = struct('MqttNodeExtend', {
  grpc_addr: string,
  mqtt_addr: string,
  mqtts_addr: string,
  websocket_addr: string,
  websockets_addr: string,
  quic_addr: string,
});

const NatsNodeExtend = struct('NatsNodeExtend', {
  tcp_addr: string,
  tls_addr: string,
  ws_addr: string,
  wss_addr: string,
});

const KafkaNodeExtend = struct('KafkaNodeExtend', {
  tcp_addr: string,
});

const NodeExtend = struct('NodeExtend', {
  mqtt: MqttNodeExtend,
  nats: NatsNodeExtend,
  kafka: KafkaNodeExtend,
});

export const BrokerNode = struct('BrokerNode', {
  roles: list(string),
  extend: NodeExtend,
  node_id: u64,
  node_ip: string,
  grpc_addr: string,
  http_addr: string,
  engine_addr: string,
  start_time: u64,
  register_time: u64,
  storage_fold: list(string),
});
export type BrokerNode = Infer<typeof BrokerNode>;
