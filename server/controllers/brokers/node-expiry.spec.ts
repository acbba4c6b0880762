import assert from 'node:assert/strict';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { nodesById } from '../../state/registry/node.ts';
import { registerNode, unregisterNode } from '../../state/registry/registration.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import type { BrokerAnswer } from './broker-calls.ts';
import { createNodeExpiry } from './node-expiry.ts';
import { createBench } from './testing/bench.ts';

const ASK_MS_MAX = 8_000;
const DELETED: BrokerAnswer = { kind: 'deleted', all: true };

describe('the expiry of nodes', () => {
  function createNodes(nodes: readonly BrokerNode[] = [nodeOf(1n), nodeOf(2n)]) {
    const options = { timeoutMs: 30_000, strideMsMax: 1_000, askMsMax: ASK_MS_MAX };
    const bench = createBench(() => [createNodeExpiry(options)]);
    for (const node of nodes) bench.change(registerNode, node);
    let answered = 0;
    const answer = (of: (to: bigint) => BrokerAnswer): void => {
      const { calls } = bench;
      for (; answered < calls.length; answered += 1) {
        const { to, answer: end } = calls[answered]!;
        end(of(to));
      }
    };
    return {
      ...bench,
      answer,
      /** Whoever is asked cannot be reached. */
      pass: (ms: number, each?: () => void): void =>
        bench.pass(ms, () => {
          each?.();
          answer(() => ({ kind: 'unreachable' }));
        }),
      /** Nobody is answered but by the test. */
      passUnanswered: bench.pass,
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

  it('asks late whoever is silent, one at a time, and takes any answer for a sign of life', () => {
    const { passUnanswered, answer, nodes, beat, calls, proposed } = createNodes();
    passUnanswered(22_000, beat(1n));
    assert.deepEqual(calls, []);
    passUnanswered(500, beat(1n));
    assert.deepEqual(
      calls.map(({ to, request }) => [to, request]),
      [[2n, { kind: 'askDeleted', items: [] }]],
    );
    for (const all of [true, false, true]) {
      passUnanswered(7_000, beat(1n));
      answer(() => ({ kind: 'deleted', all }));
      passUnanswered(23_000, beat(1n));
    }
    assert.deepEqual([nodes(), calls.length, proposed], [[1, 2], 4, []]);
  });

  for (const kind of ['unreachable', 'unknown', 'refused', 'done'] as const) {
    it(`gives up in time who is silent, and of whom is said: ${kind}`, () => {
      const { passUnanswered, answer, nodes, beat } = createNodes();
      passUnanswered(30_000, () => {
        beat(1n)();
        answer(() => ({ kind }));
      });
      assert.deepEqual(nodes(), [1, 2]);
      passUnanswered(500, beat(1n));
      assert.deepEqual(nodes(), [1]);
    });
  }

  it('waits for an answer no longer than one takes', () => {
    const { passUnanswered, nodes, beat } = createNodes();
    passUnanswered(38_000, beat(1n));
    assert.deepEqual(nodes(), [1, 2]);
    passUnanswered(500, beat(1n));
    assert.deepEqual(nodes(), [1]);
  });

  it('asks again whom it asked in vain, once a second, and takes any answer for a sign of life', () => {
    const { passUnanswered, answer, nodes, beat, calls } = createNodes();
    passUnanswered(28_500, () => {
      beat(1n)();
      answer(() => ({ kind: 'unknown' }));
    });
    assert.equal(calls.length, 7);
    passUnanswered(1_000, beat(1n));
    answer(() => DELETED);
    passUnanswered(22_000, beat(1n));
    assert.deepEqual([nodes(), calls.length], [[1, 2], 7]);
  });

  it('asks again when it stood still while the time of its calls was over', () => {
    const { passUnanswered, answer, nodes, clock, calls } = createNodes();
    passUnanswered(22_500);
    assert.equal(calls.length, 2);
    clock.nowMs += 5_000;
    clock.timeMs += 5_000;
    answer(() => ({ kind: 'unknown' }));
    passUnanswered(1_000);
    answer(() => DELETED);
    passUnanswered(10_000);
    assert.deepEqual([nodes(), calls.length], [[1, 2], 4]);
  });

  it('asks nobody so late that who is gone would stay for long', () => {
    const { passUnanswered, answer, nodes, beat, calls } = createNodes();
    passUnanswered(29_500, beat(1n));
    answer(() => ({ kind: 'unknown' }));
    passUnanswered(1_000, beat(1n));
    assert.deepEqual([nodes(), calls.length], [[1], 1]);
  });

  it('asks anew under a new leader', () => {
    const { passUnanswered, pass, answer, nodes, beat, changeLeader } = createNodes();
    passUnanswered(29_000, beat(1n));
    changeLeader();
    passUnanswered(500, beat(1n));
    // Whom the one before has asked.
    answer(() => ({ kind: 'unreachable' }));
    passUnanswered(29_500, beat(1n));
    answer(() => DELETED);
    pass(22_000, beat(1n));
    assert.deepEqual(nodes(), [1, 2]);
    pass(8_500, beat(1n));
    assert.deepEqual(nodes(), [1]);
  });

  it('takes it for a sign of life that what was told was taken', () => {
    const { pass, nodes, heartbeats, calls } = createNodes();
    pass(60_000, () => heartbeats.reached(1n));
    assert.deepEqual([nodes(), [...new Set(calls.map(({ to }) => to))]], [[1], [2n]]);
  });

  it('takes no answer for that of one whose address another has, too', () => {
    const { grpc_addr } = nodeOf(1n);
    const { passUnanswered, answer, nodes, heartbeats, beat, calls } = createNodes([
      nodeOf(1n),
      { ...nodeOf(2n), grpc_addr },
    ]);
    passUnanswered(31_000, () => {
      beat(1n)();
      heartbeats.reached(2n);
      answer(() => DELETED);
    });
    assert.deepEqual([nodes(), calls], [[1], []]);
  });

  it('asks so many at a time, and gives the others up little later', () => {
    const crowd = Array.from({ length: 130 }, (_, at) => nodeOf(BigInt(at + 1)));
    const { passUnanswered, answer, nodes, calls } = createNodes(crowd);
    passUnanswered(25_000);
    assert.equal(calls.length, 128);
    answer(() => DELETED);
    passUnanswered(500);
    assert.equal(calls.length, 130);
    passUnanswered(13_500);
    assert.equal(nodes().length, 128);
  });

  it('asks nobody again before it has asked all', () => {
    const crowd = Array.from({ length: 130 }, (_, at) => nodeOf(BigInt(at + 1)));
    const { passUnanswered, answer, calls } = createNodes(crowd);
    passUnanswered(24_000);
    answer(() => ({ kind: 'unreachable' }));
    passUnanswered(500);
    const asked = calls.map(({ to }) => Number(to)).slice(128);
    assert.deepEqual([asked.length, asked.slice(0, 3)], [128, [129, 130, 1]]);
  });

  it('leaves nodes alone that have unregistered', () => {
    const { pass, change, beat, proposed } = createNodes();
    change(unregisterNode, 2n);
    pass(60_000, beat(1n));
    assert.deepEqual(proposed, []);
  });
});
