/** A connector: it takes messages of a topic to another system. */
import { choice, option, string, struct, u64 } from '../../layout/layout.ts';
import type { Infer } from '../../layout/layout.ts';
import { ConnectorType } from './connector-type.ts';
import { FailureHandlingStrategy } from './failure-strategy.ts';
import { ETLRule } from './etl-rule.ts';

const MQTTStatus = choice('MQTTStatus', 'Idle', 'Running', 'Stop');

export const MQTTConnector = struct('MQTTConnector', {
  tenant: string,
  connector_name: string,
  connector_type: ConnectorType,
  failure_strategy: FailureHandlingStrategy,
  topic_name: string,
  status: MQTTStatus,
  etl_rule: ETLRule,
  broker_id: option(u64),
  create_time: u64,
  update_time: u64,
});
export type MQTTConnector = Infer<typeof MQTTConnector>;
