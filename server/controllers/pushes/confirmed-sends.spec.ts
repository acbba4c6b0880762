import assert from 'node:assert/strict';
import type { ReadOutcome } from '../../node/outcome.ts';
import { toIndex } from '../../raft/ids.ts';
import { createConfirmedSends } from './confirmed-sends.ts';

const READY: ReadOutcome = { kind: 'ready', index: toIndex(1) };

describe('Sends of a leader', () => {
  function bench(bytesMax = 100) {
    const events: string[] = [];
    const reached: bigint[] = [];
    const reads: ((outcome: ReadOutcome) => void)[] = [];
    const flying = new Map<string, (acknowledged: boolean) => void>();
    let nowMs = 0;
    const sends = createConfirmedSends({
      bytesMax,
      nowMs: () => nowMs,
      confirmedMs: 1_000,
      node: { read: (done) => void reads.push(done) },
      updates: {
        send: (address, _records, done) => {
          events.push(`to ${address}`);
          flying.set(address, done);
          return () => void events.push(`gave up ${address}`);
        },
        disconnect: () => void events.push('disconnected'),
      },
      done: (send, acknowledged) => void events.push(`${send} ${acknowledged}`),
      reached: (broker) => void reached.push(broker),
    });
    return {
      events: () => events.splice(0),
      reached: () => reached.splice(0),
      send: (send: number, bytes = 10) =>
        sends.send({
          send,
          broker: BigInt(send),
          address: `b${send}`,
          records: [{ type: 'User', action: 'Create', payload: new Uint8Array(bytes) }],
        }),
      abandon: (send: number) => sends.abandon(send),
      abandonAll: () => sends.abandonAll(),
      confirm: (outcome: ReadOutcome = READY) => reads.shift()?.(outcome),
      land: (send: number, acknowledged = true) => flying.get(`b${send}`)?.(acknowledged),
      reads: () => reads.length,
      pass: (ms: number) => void (nowMs += ms),
    };
  }

  it('go out when it has made sure that it leads, those that gather meanwhile together', () => {
    const { send, confirm, events, reads, land, reached } = bench();
    send(1);
    send(2);
    send(3);
    assert.equal(reads(), 1);
    assert.deepEqual(events(), []);
    confirm();
    assert.deepEqual(events(), ['to b1']);
    assert.equal(reads(), 1);
    confirm();
    assert.deepEqual(events(), ['to b2', 'to b3']);
    assert.equal(reads(), 0);
    land(2);
    land(1, false);
    assert.deepEqual(reached(), [2n]);
    assert.deepEqual(events(), ['2 true', '1 false']);
  });

  it('wait for another confirmation when that took so long that another one may lead', () => {
    const { send, confirm, events, pass, reads, land } = bench(15);
    send(1);
    pass(1_001);
    confirm();
    assert.deepEqual([events(), reads()], [[], 1]);
    send(2);
    pass(1_000);
    confirm();
    assert.deepEqual(events(), ['to b1']);
    confirm();
    // It is confirmed, and there is no room.
    assert.deepEqual([events(), reads()], [[], 0]);
    pass(1_001);
    land(1);
    assert.deepEqual([events(), reads()], [['1 true'], 1]);
    confirm();
    assert.deepEqual(events(), ['to b2']);
  });

  it('fail when it does not lead', () => {
    const { send, confirm, events } = bench();
    send(1);
    confirm({ kind: 'timeout' });
    assert.deepEqual(events(), ['1 false']);
  });

  it('wait for room', () => {
    const { send, confirm, events, land, abandon } = bench(25);
    send(1);
    confirm();
    for (const each of [2, 3, 4]) send(each);
    confirm();
    confirm();
    assert.deepEqual(events(), ['to b1', 'to b2']);
    land(1);
    assert.deepEqual(events(), ['1 true', 'to b3']);
    abandon(2);
    assert.deepEqual(events(), ['gave up b2', 'to b4']);
    send(5, 1_000);
    confirm();
    land(3);
    assert.deepEqual(events(), ['3 true']);
    land(4);
    assert.deepEqual(events(), ['4 true', 'to b5']);
  });

  it('go nowhere when nobody waits for them', () => {
    const { send, confirm, events, abandon, abandonAll } = bench();
    send(1);
    abandon(1);
    send(2);
    confirm();
    confirm();
    assert.deepEqual(events(), ['to b2']);
    send(3);
    abandonAll();
    confirm();
    assert.deepEqual(events(), ['gave up b2', 'disconnected']);
  });
});
