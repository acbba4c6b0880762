import { shardUse, topic } from '../../state/registry/topic.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import type { BrokerChange } from '../evidence/broker-state.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'a deleted topic leaves nothing that no other topic refers to';

/** When the record of a topic goes, no record is left that names it, or a shard that was its own. */
export const deletedTopicIsGone: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "What is kept for brokers"',
  watch() {
    const take = createBrokerState();
    return (observation) => {
      const change = take(observation);
      if (change === undefined) return;
      for (const { before, after } of change.of(topic)) {
        if (before === undefined || after !== undefined) continue;
        const { topic_name, storage_name_list } = before;
        const own = [...storage_name_list.values()].filter(
          (name) => [...change.records.list(shardUse, [name])].length === 0,
        );
        for (const name of [topic_name, ...own]) checkGone(change, topic_name, name);
      }
    };
  },
};

function checkGone({ rows, index }: BrokerChange, topic_name: string, name: string): void {
  for (const key of rows.keys()) {
    if (!key.startsWith('r/')) continue;
    const [, table = '', ...parts] = key.split('/');
    if (!parts.join('/').split('\u0000').includes(name)) continue;
    throw new Violation(
      NAME,
      `topic ${topic_name} was deleted with entry ${index}, and ${name} is still in ${table}`,
    );
  }
}
