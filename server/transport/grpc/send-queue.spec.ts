import assert from 'node:assert/strict';
import type { Envelope } from '../../ports/transport.ts';
import { toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import { createSendQueue } from './send-queue.ts';

const HEADER = { from: toMemberId(1), to: toMemberId(2), term: toTerm(3) };
const ROUTE = { cluster: 'cluster', directory: 'two', source: 'one' };

const request = (context: number, cluster = 'cluster'): Envelope => ({
  ...ROUTE,
  cluster,
  message: { ...HEADER, kind: 'readRequest', context },
});

/** An append that commits `commit`, so that it can be told from others. */
const append = (commit: number, bytes = 0): Envelope => ({
  ...ROUTE,
  message: {
    ...HEADER,
    kind: 'append',
    previous: { index: toIndex(0), term: toTerm(0) },
    entries: [{ index: toIndex(1), term: toTerm(3), kind: 'command', data: new Uint8Array(bytes) }],
    commit: toIndex(commit),
  },
});

const numbersIn = (queue: ReturnType<typeof createSendQueue>, bytesMax = 1e9): readonly number[] =>
  (queue.take(bytesMax)?.messages ?? []).map((message) => {
    if (message.kind === 'append') return message.commit;
    assert(message.kind === 'readRequest');
    return message.context;
  });

describe('a queue to a peer', () => {
  it('gives messages in their order, up to the size of a frame or one that is larger', () => {
    const queue = createSendQueue(1e9, 100);
    for (const each of [append(1, 1000), append(2, 10), append(3, 10)]) queue.push(each);
    assert.deepEqual(numbersIn(queue, 500), [1]);
    assert.deepEqual(numbersIn(queue, 500), [2, 3]);
    assert.equal(queue.take(500), undefined);
  });

  it('puts messages of one cluster together', () => {
    const queue = createSendQueue(1e9, 100);
    for (const each of [request(1), request(2), request(3, 'new')]) queue.push(each);
    assert.deepEqual(numbersIn(queue), [1, 2]);
    assert.equal(queue.take(1e9)?.cluster, 'new');
  });

  it('drops the newest appends when too many wait, and anything else only without them', () => {
    const queue = createSendQueue(1e9, 3);
    assert.deepEqual(
      [append(1), request(2), append(3)].map((each) => queue.push(each)),
      [0, 0, 0],
    );
    assert.equal(queue.push(append(4)), 1, 'itself');
    assert.equal(queue.push(request(5)), 1, 'append 3');
    assert.equal(queue.push(request(6)), 1, 'append 1');
    assert.equal(queue.push(request(7)), 1, 'itself');
    assert.deepEqual(numbersIn(queue), [2, 5, 6]);
  });

  it('is bounded in bytes, but takes a single message of any size', () => {
    const queue = createSendQueue(1000, 100);
    assert.deepEqual(
      [append(1, 5000), append(2)].map((each) => queue.push(each)),
      [0, 1],
    );
    assert.deepEqual(numbersIn(queue), [1]);
    assert.deepEqual(
      [append(3, 300), append(4, 300), append(5, 300)].map((each) => queue.push(each)),
      [0, 0, 1],
    );
    assert.equal(queue.clear(), 2);
    assert.equal(queue.push(append(6, 300)), 0);
    assert.deepEqual(numbersIn(queue), [6]);
  });
});
