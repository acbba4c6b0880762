import assert from 'node:assert/strict';
import { nodesById } from '../../state/registry/node.ts';
import { registerNode, unregisterNode } from '../../state/registry/registration.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { createNodeExpiry } from './node-expiry.ts';
import { createBench } from './testing/bench.ts';

describe('the expiry of nodes', () => {
  function createNodes() {
    const bench = createBench(() => [createNodeExpiry({ timeoutMs: 30_000, strideMsMax: 1_000 })]);
    for (const id of [1n, 2n]) bench.change(registerNode, nodeOf(id));
    return {
      ...bench,
      nodes: () => nodesById(bench.records).map(({ node_id }) => Number(node_id)),
      beat: (id: bigint) => () => bench.heartbeats.heard(id),
    };
  }

  it('takes whoever was silent for the timeout, and nobody else', () => {
    const { pass, nodes, beat, proposed } = createNodes();
    pass(30_000, beat(1n));
    assert.deepEqual(nodes(), [1, 2]);
    pass(500, beat(1n));
    assert.deepEqual(nodes(), [1]);
    assert.deepEqual(proposed, ['node.expire']);
  });

  it('gives all of them their whole time under a new leader', () => {
    const { pass, nodes, changeLeader } = createNodes();
    pass(29_000);
    changeLeader();
    pass(30_000);
    assert.deepEqual(nodes(), [1, 2]);
    pass(1_000);
    assert.deepEqual(nodes(), []);
  });

  it('gives the next process of a node its whole time', () => {
    const { pass, nodes, change, beat } = createNodes();
    pass(29_000, beat(2n));
    change(registerNode, nodeOf(1n));
    pass(29_000, beat(2n));
    assert.deepEqual(nodes(), [1, 2]);
  });

  it('takes nobody because this process stood still, or its clock jumped', () => {
    const { pass, nodes, clock, heartbeats } = createNodes();
    pass(3_000);
    for (const jumpMs of [30_000, 3_600_000, -3_600_000]) {
      clock.nowMs += Math.max(0, jumpMs);
      clock.timeMs += jumpMs;
      pass(3_000);
      heartbeats.heard(1n);
      heartbeats.heard(2n);
    }
    assert.deepEqual(nodes(), [1, 2]);
  });

  it('leaves nodes alone that have unregistered', () => {
    const { pass, change, beat, proposed } = createNodes();
    change(unregisterNode, 2n);
    pass(60_000, beat(1n));
    assert.deepEqual(proposed, []);
  });
});
