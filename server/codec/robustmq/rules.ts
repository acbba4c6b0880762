/** Rules that brokers apply to what MQTT clients publish and subscribe to. */
import { bool, string, struct, u128 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';
import { QoS, RetainHandling } from './mqtt-options.ts';

export const MqttTopicRewriteRule = struct('MqttTopicRewriteRule', {
  name: string,
  desc: string,
  tenant: string,
  action: string,
  source_topic: string,
  dest_topic: string,
  regex: string,
  /** Unix time in ms. */
  timestamp: u128,
});
export type MqttTopicRewriteRule = Infer<typeof MqttTopicRewriteRule>;

export const MqttAutoSubscribeRule = struct('MqttAutoSubscribeRule', {
  name: string,
  desc: string,
  tenant: string,
  topic: string,
  qos: QoS,
  no_local: bool,
  retain_as_published: bool,
  retained_handling: RetainHandling,
});
export type MqttAutoSubscribeRule = Infer<typeof MqttAutoSubscribeRule>;
