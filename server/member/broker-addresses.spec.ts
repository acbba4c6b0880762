/** Brokers register with any address: what is sent to one that leads nowhere fails, and nothing else does. */
import assert from 'node:assert/strict';
import { node } from '../state/registry/node.ts';
import { nodeOf } from '../state/testing/registry-world.ts';
import { UNUSABLE_ADDRESSES } from '../transport/grpc/testing/unusable-addresses.ts';
import type { BrokerAnswer, BrokerRequest } from '../controllers/brokers/broker-calls.ts';
import { createBrokerCalls } from './broker-calls.ts';
import { createCacheUpdates } from './cache-updates.ts';

const REQUESTS: readonly BrokerRequest[] = [
  { kind: 'askDeleted', items: [{ shardName: 's' }] },
  { kind: 'askReplica', shardName: 's', segmentSeq: 0 },
];

describe('An address that leads nowhere', () => {
  it('is one where no update is acknowledged', async () => {
    const updates = createCacheUpdates();
    const payload = node.wire.encode(nodeOf(1n, ['broker']));
    const push = { type: 'Node', action: 'Create', payload } as const;
    for (const address of UNUSABLE_ADDRESSES) {
      const acknowledged = await new Promise((done) => {
        updates.send(address, [push], done);
      });
      assert.equal(acknowledged, false, address);
    }
    updates.disconnect();
  });

  it('is one where no broker is asked', async () => {
    const calls = createBrokerCalls();
    for (const grpc_addr of UNUSABLE_ADDRESSES) {
      for (const request of REQUESTS) {
        let later = false;
        const answer = await new Promise<BrokerAnswer>((done) => {
          calls.call({ grpc_addr, node_id: 1n }, request, (said) => {
            assert.ok(later, 'the answer comes before the call has returned');
            done(said);
          });
          later = true;
        });
        assert.deepEqual(answer, { kind: 'unreachable' }, grpc_addr);
      }
    }
  });
});
