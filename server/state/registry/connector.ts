/** Connectors: they take messages of a topic to another system. */
import { MQTTConnector } from '../../codec/robustmq/connector/connector.ts';
import { replaceOf } from '../resources/derived.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';

export const connector = resource({
  table: 'connector',
  layout: MQTTConnector,
  key: ['connector_name'],
  told: tell('Connector'),
  exists: 'connectorExists',
  missing: 'connectorMissing',
});

export const replaceConnector = replaceOf(connector, 'connectorMissing');
