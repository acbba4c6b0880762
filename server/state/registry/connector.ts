/** Connectors: they take messages of a topic to another system. */
import { option, string, struct, u64 } from '../../codec/layout/layout.ts';
import { MQTTConnector } from '../../codec/robustmq/connector/connector.ts';
import { replaceOf } from '../resources/derived.ts';
import { plainOperation } from '../resources/operation.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';
import { brokersById } from './node.ts';

export const connector = resource({
  table: 'connector',
  layout: MQTTConnector,
  key: ['connector_name'],
  told: tell('Connector'),
  exists: 'connectorExists',
  missing: 'connectorMissing',
});

export const replaceConnector = replaceOf(connector, 'connectorMissing');

const Placed = struct('PlacedConnector', {
  connector_name: string,
  /** What it was decided on: where the connector is. */
  broker_id: option(u64),
});

export const releaseConnector = plainOperation({
  name: 'connector.release',
  since: 4,
  does: 'takes a connector that runs from its broker, if it is still there',
  changes: [connector],
  tells: ['Connector/Create'],
  args: Placed,
  apply: (records, { connector_name, broker_id }) => {
    const before = records.get(connector, [connector_name]);
    if (before?.status !== 'Running' || before.broker_id !== broker_id) return undefined;
    records.put(connector, { ...before, status: 'Idle', broker_id: undefined });
    return undefined;
  },
});

export const assignConnector = plainOperation({
  name: 'connector.assign',
  since: 4,
  does: 'lets a connector run that is idle: where it was, or on the broker with the fewest',
  changes: [connector],
  tells: ['Connector/Create'],
  args: Placed,
  apply: (records, { connector_name, broker_id }) => {
    const before = records.get(connector, [connector_name]);
    if (before?.status !== 'Idle' || before.broker_id !== broker_id) return undefined;
    const chosen = chooseBroker(records, broker_id);
    if (chosen === undefined) return undefined;
    records.put(connector, { ...before, status: 'Running', broker_id: chosen });
    return undefined;
  },
});

/** The one where it was, if that is there; else that with the fewest connectors, and of those the lowest id. */
function chooseBroker(records: Records, last: bigint | undefined): bigint | undefined {
  const ids = brokersById(records).map(({ node_id }) => node_id);
  if (last !== undefined && ids.includes(last)) return last;
  const load = new Map(ids.map((id) => [id, 0]));
  for (const { broker_id } of records.list(connector, [])) {
    const count = broker_id === undefined ? undefined : load.get(broker_id);
    if (broker_id !== undefined && count !== undefined) load.set(broker_id, count + 1);
  }
  const least = Math.min(...load.values());
  return ids.find((id) => load.get(id) === least);
}
