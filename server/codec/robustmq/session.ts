/** What a broker knows of an MQTT client beyond its connection. Intervals and times in seconds. */
import { bool, option, string, struct, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const MqttSession = struct('MqttSession', {
  tenant: string,
  client_id: string,
  session_expiry_interval: u64,
  is_contain_last_will: bool,
  last_will_delay_interval: option(u64),
  create_time: u64,
  is_persist_session: bool,
  connection_id: option(u64),
  broker_id: option(u64),
  reconnect_time: option(u64),
  distinct_time: option(u64),
});
export type MqttSession = Infer<typeof MqttSession>;
