import type { EngineSegment } from '../../codec/robustmq/segment.ts';
import { node } from '../../state/registry/node.ts';
import { segment } from '../../state/registry/shard.ts';
import type { RecordsView } from '../../state/resources/records.ts';
import { createBrokerState } from '../evidence/broker-state.ts';
import { Violation, type Property } from './property.ts';

const NAME = "a segment's leader is in its ISR";

/**
 * Nobody leads a segment who may lack messages, unless nobody is left to lead it; and once nobody was,
 * it is led again by one that is there.
 */
export const leaderInSync: Property = {
  name: NAME,
  source: 'ARCHITECTURE.md, "What is kept for brokers"; Kafka replication (KIP-966)',
  watch() {
    const take = createBrokerState();
    return (observation) => {
      const change = take(observation);
      for (const { before, after } of change?.of(segment) ?? []) {
        if (after === undefined) continue;
        check(after);
        if (before?.status === 'Unavailable') checkBack(after, change?.records);
      }
    };
  },
};

/** Of a segment that had nobody to lead it. */
function checkBack(
  { shard_name, segment_seq, status, leader }: EngineSegment,
  records: RecordsView | undefined,
): void {
  if (status === 'Unavailable' || status === 'PreDelete') return;
  if (records?.get(node, [String(leader)]) === undefined) {
    const what = `segment ${shard_name}-${segment_seq} is back, ${status}`;
    throw new Violation(NAME, `${what}: its leader ${leader} is not registered`);
  }
}

function check({ shard_name, segment_seq, status, leader, isr, replicas }: EngineSegment): void {
  const fail = (what: string): never => {
    throw new Violation(NAME, `segment ${shard_name}-${segment_seq}, ${status}: ${what}`);
  };
  const nodes = replicas.map(({ node_id }) => node_id);
  if (isr.some((id) => !nodes.includes(id))) {
    fail(`its ISR ${isr.join(', ')} is not among its replicas ${nodes.join(', ')}`);
  }
  if (status === 'Unavailable' || status === 'PreDelete') return;
  if (!isr.includes(leader)) fail(`its leader ${leader} is not in its ISR ${isr.join(', ')}`);
}
