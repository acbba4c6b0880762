/** A broker that exists nowhere else, with addresses of its own. */
import type { BrokerNode } from '../../server/codec/robustmq/node.ts';

const HOST = '127.0.0.1';

export interface NodeFacts {
  readonly id: bigint;
  readonly roles: readonly string[];
  /** Unix time in seconds. */
  readonly startS: bigint;
}

/** As it registers. Nobody listens at its addresses; that of its gRPC server is not among them. */
export function nodeOf({ id, roles, startS }: NodeFacts): BrokerNode {
  // Below those of a machine's own ports, and different for the first 6,000 brokers.
  const at = (port: number): string => `${HOST}:${port + 10 * Number(id % 6_000n)}`;
  return {
    roles,
    extend: {
      mqtt: {
        grpc_addr: '',
        mqtt_addr: at(1),
        mqtts_addr: at(2),
        websocket_addr: at(3),
        websockets_addr: at(4),
        quic_addr: at(5),
      },
      nats: { tcp_addr: at(6), tls_addr: at(7), ws_addr: at(8), wss_addr: at(9) },
      kafka: { tcp_addr: at(10) },
    },
    node_id: id,
    node_ip: HOST,
    grpc_addr: '',
    http_addr: at(1),
    engine_addr: at(2),
    start_time: startS,
    register_time: startS,
    storage_fold: [`/nowhere/${id}`],
  };
}

/** The same, with the address of its gRPC server: `host:port`. */
export const withAddress = (node: BrokerNode, address: string): BrokerNode => ({
  ...node,
  grpc_addr: address,
  extend: { ...node.extend, mqtt: { ...node.extend.mqtt, grpc_addr: address } },
});
