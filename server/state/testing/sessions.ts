/** Sessions of one client, who left a will, for tests. */
import type { MqttSession } from '../../codec/robustmq/session.ts';

/** Connected to broker 1. */
export const CONNECTED: MqttSession = {
  tenant: 't',
  client_id: 'c',
  session_expiry_interval: 30n,
  is_contain_last_will: true,
  last_will_delay_interval: 10n,
  create_time: 5n,
  is_persist_session: false,
  connection_id: 7n,
  broker_id: 1n,
  reconnect_time: undefined,
  distinct_time: undefined,
};

/** Whose connection is lost. */
export const lostSession = (client_id: string, change: Partial<MqttSession> = {}): MqttSession => ({
  ...CONNECTED,
  client_id,
  connection_id: undefined,
  broker_id: undefined,
  // By the clock of a broker, which counts for nothing.
  distinct_time: 1n,
  ...change,
});
