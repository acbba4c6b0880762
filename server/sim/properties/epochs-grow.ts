import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { registrations } from '../../state/registry/epoch.ts';
import { segment } from '../../state/registry/shard.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import { Violation, type Property } from './property.ts';

const NAME = 'epochs only grow';

/**
 * A node has a higher epoch each time it registers, also after it was given up. A segment has a higher
 * one whenever its leader, its replicas or those in sync change, and a higher leader epoch with another
 * leader; none ever falls.
 */
export const epochsGrow: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "What is kept for brokers"; KIP-101, KIP-320',
  watch() {
    const take = createBrokerState();
    const ofSegments = rowsWith(segment.table, []);
    const ofNodes = rowsWith(registrations.table, []);
    return (observation) => {
      const change = take(observation);
      for (const key of change?.changed ?? []) {
        const before = change?.before(key);
        const after = change?.rows.get(key);
        if (before === undefined) continue;
        if (key.startsWith(ofNodes)) {
          const { node_id, count } = registrations.codec.decode(before);
          const now = after && registrations.codec.decode(after).count;
          if (now === undefined || now <= count) {
            fail(`node ${node_id} was given ${count}, and then ${now ?? 'none'}`);
          }
        } else if (key.startsWith(ofSegments) && after !== undefined) {
          compare(segment.codec.decode(before), segment.codec.decode(after));
        }
      }
    };
  },
};

function compare(before: EngineSegment, after: EngineSegment): void {
  const name = `segment ${after.shard_name}-${after.segment_seq}`;
  const leads = before.leader !== after.leader;
  if (after.leader_epoch < before.leader_epoch + (leads ? 1 : 0)) {
    fail(
      `${name} has leader ${after.leader} in epoch ${after.leader_epoch}, after ${before.leader} in ${before.leader_epoch}`,
    );
  }
  const differs =
    leads || nodesOf(before) !== nodesOf(after) || before.isr.join() !== after.isr.join();
  if (after.segment_epoch < before.segment_epoch + (differs ? 1 : 0)) {
    fail(
      `${name} has ISR ${after.isr.join(', ')} in epoch ${after.segment_epoch}, after ${before.isr.join(', ')} in ${before.segment_epoch}`,
    );
  }
}

const nodesOf = ({ replicas }: EngineSegment): string =>
  replicas.map(({ node_id }) => node_id).join();

function fail(message: string): never {
  throw new Violation(NAME, message);
}
