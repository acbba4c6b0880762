import type { MQTTConnector } from '../../codec/robustmq/connector/connector.ts';

/** A connector of tenant `t` that runs nowhere. */
export const connectorNamed = (
  connector_name: string,
  change: Partial<MQTTConnector> = {},
): MQTTConnector => ({
  tenant: 't',
  connector_name,
  connector_type: {
    kind: 'LocalFile',
    value: { local_file_path: '/f', rotation_strategy: 'None', max_size_gb: 1n },
  },
  failure_strategy: { kind: 'Discard' },
  topic_name: 'topic',
  status: 'Idle',
  etl_rule: { decode_rule: undefined, ops_rule_list: [], encode_rule: undefined },
  broker_id: undefined,
  create_time: 1n,
  update_time: 1n,
  ...change,
});
