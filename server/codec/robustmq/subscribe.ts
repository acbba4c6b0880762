/** A subscription of an MQTT client. */
import {
  bool,
  choice,
  list,
  option,
  string,
  struct,
  tuple,
  u16,
  u64,
  usize,
} from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';
import { QoS, RetainHandling } from './mqtt-options.ts';

const MqttProtocol = choice('MqttProtocol', 'Mqtt3', 'Mqtt4', 'Mqtt5');

const Filter = struct('Filter', {
  path: string,
  qos: QoS,
  no_local: bool,
  /** What MQTT 5 calls retain as published. */
  preserve_retain: bool,
  retain_handling: RetainHandling,
});

const SubscribeProperties = struct('SubscribeProperties', {
  subscription_identifier: option(usize),
  user_properties: list(tuple(string, string)),
});

export const MqttSubscribe = struct('MqttSubscribe', {
  tenant: string,
  client_id: string,
  path: string,
  broker_id: u64,
  protocol: MqttProtocol,
  filter: Filter,
  pkid: u16,
  subscribe_properties: option(SubscribeProperties),
  create_time: u64,
});
export type MqttSubscribe = Infer<typeof MqttSubscribe>;
