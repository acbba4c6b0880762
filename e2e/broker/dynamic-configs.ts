/** Configs that can be changed while brokers run: `["cluster", name]`, in JSON. */

/** Those that a broker asks for when it starts, in its order. */
export const CONFIGS_AT_START = [
  'MqttProtocol',
  'MqttSlowSubscribeConfig',
  'MqttFlappingDetect',
  'MqttOfflineMessage',
  'MqttSchema',
  'MqttSystemMonitor',
  'KafkaDynamic',
] as const;

/** All that it takes from a push. */
export const DYNAMIC_CONFIGS: ReadonlySet<string> = new Set([
  ...CONFIGS_AT_START,
  'MqttLimit',
  'ClusterLimit',
  'MetaRuntime',
]);
