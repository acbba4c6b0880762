/** Processes of brokers, as they have registered. */
import { BrokerNode } from '../../codec/robustmq/node.ts';
import { tell } from '../resources/push.ts';
import { resource } from '../resources/resource.ts';
import type { Records } from '../resources/resource.ts';

export const node = resource({
  table: 'node',
  layout: BrokerNode,
  key: ['node_id'],
  // Whoever registers puts itself into its list.
  told: tell('Node', { except: ({ node_id }) => node_id }),
  listed: 'whole',
});

/** All of them by their numbers: their keys are texts, in which 10 comes before 2. */
export const nodesById = (records: Pick<Records, 'list'>): readonly BrokerNode[] =>
  [...records.list(node, [])].sort((one, other) => (one.node_id < other.node_id ? -1 : 1));

/** Those of them that serve clients, by their numbers. */
export const brokersById = (records: Pick<Records, 'list'>): readonly BrokerNode[] =>
  nodesById(records).filter(({ roles }) => roles.includes('broker'));
