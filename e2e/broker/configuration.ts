/**
 * What a broker of v0.4.11 makes of its file of settings, as far as meta or the double notices: keys that
 * are not there have its defaults, and others are ignored.
 */
import { parse } from 'smol-toml';
import type { BrokerNode } from '../../server/codec/robustmq/node.ts';
import type { BrokerSetup } from './broker.ts';

export type Configured = Pick<
  BrokerSetup,
  'innerReplicas' | 'listen' | 'meta' | 'node' | 'partitions' | 'user'
>;

/** Why a broker with this file would not get as far as to ask anybody. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** @param startS Unix time in seconds. */
export function readConfiguration(toml: string, startS: bigint): Configured {
  const settings = createSettings(parse(toml));
  const roles = settings.texts('roles', ['broker', 'meta']);
  if (roles.includes('meta')) fail('roles: with "meta", the broker starts a meta of its own');
  for (const file of ['log.log_config', 'broker_network.tls_cert', 'broker_network.tls_key']) {
    if (settings.text(file, '') === '') fail(`${file}: the broker ends without this file`);
  }
  const meta = addressesOf(settings.table('meta_addrs'));
  if (meta.length === 0) fail('meta_addrs: there is nobody to ask');
  const isWithoutRuntime = settings.table('runtime') === undefined;
  const replicas = settings.number('runtime.default_topic_replica_num', isWithoutRuntime ? 2 : 1);
  const node = nodeIn(settings, roles, startS);
  return {
    node,
    meta,
    listen: node.grpc_addr,
    partitions: settings.number('runtime.default_topic_partition_num', isWithoutRuntime ? 3 : 1),
    innerReplicas: meta.length === 1 ? 1 : replicas,
    user: {
      name: settings.text('mqtt_runtime.auth.default_user', 'admin'),
      password: settings.text('mqtt_runtime.auth.default_password', 'robustmq'),
    },
  };
}

type Settings = ReturnType<typeof createSettings>;

function nodeIn(settings: Settings, roles: readonly string[], startS: bigint): BrokerNode {
  const ip = settings.text('broker_ip', '127.0.0.1');
  const at = (key: string, usual: number): string => `${ip}:${settings.number(key, usual)}`;
  const folds = settings.texts('storage_runtime.data_path', []);
  if (roles.includes('engine') && folds.length === 0) {
    fail('storage_runtime.data_path: without it, no shard can be made');
  }
  const grpc_addr = at('grpc_port', 1_228);
  return {
    roles,
    extend: {
      mqtt: {
        grpc_addr,
        mqtt_addr: at('mqtt_runtime.server.tcp_port', 1_883),
        mqtts_addr: at('mqtt_runtime.server.tls_port', 1_885),
        websocket_addr: at('mqtt_runtime.server.websocket_port', 8_083),
        websockets_addr: at('mqtt_runtime.server.websockets_port', 8_085),
        quic_addr: at('mqtt_runtime.server.quic_port', 9_083),
      },
      nats: {
        tcp_addr: at('nats_runtime.tcp_port', 4_222),
        tls_addr: at('nats_runtime.tls_port', 4_223),
        ws_addr: at('nats_runtime.ws_port', 4_080),
        wss_addr: at('nats_runtime.wss_port', 4_443),
      },
      kafka: { tcp_addr: at('kafka_runtime.tcp_port', 9_092) },
    },
    node_id: BigInt(settings.number('broker_id', 1)),
    node_ip: ip,
    grpc_addr,
    http_addr: at('http_port', 58_080),
    engine_addr: at('storage_runtime.tcp_port', 1_779),
    start_time: startS,
    register_time: startS,
    storage_fold: folds,
  };
}

/** In the order of their keys as text, in which they are asked. */
const addressesOf = (table: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  Object.entries(table)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, address]) =>
      typeof address === 'string' ? address : fail(`meta_addrs.${key}: not a text`),
    );

/** Settings by their paths, with dots. */
function createSettings(root: Readonly<Record<string, unknown>>) {
  const find = (path: string): unknown =>
    path
      .split('.')
      .reduce<unknown>((table, key) => (isTable(table) ? table[key] : undefined), root);
  return {
    table: (path: string) => {
      const found = find(path);
      return isTable(found) ? found : undefined;
    },
    text: (path: string, usual: string): string => {
      const found = find(path) ?? usual;
      return typeof found === 'string' ? found : fail(`${path}: not a text`);
    },
    number: (path: string, usual: number): number => {
      const found = find(path) ?? usual;
      return typeof found === 'number' ? found : fail(`${path}: not a number`);
    },
    texts: (path: string, usual: readonly string[]): readonly string[] => {
      const found = find(path) ?? usual;
      return isTexts(found) ? found : fail(`${path}: not a list of texts`);
    },
  };
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function fail(problem: string): never {
  throw new ConfigurationError(problem);
}
