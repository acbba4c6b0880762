import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { registrations } from '../../state/registry/epoch.ts';
import { segment } from '../../state/registry/shard.ts';
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
    return (observation) => {
      const change = take(observation);
      for (const { before, after } of change?.of(registrations) ?? []) {
        if (before === undefined || (after !== undefined && after.count > before.count)) continue;
        fail(
          `node ${before.node_id} was given ${before.count}, and then ${after?.count ?? 'none'}`,
        );
      }
      for (const { before, after } of change?.of(segment) ?? []) {
        if (before !== undefined && after !== undefined) compare(before, after);
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
