import assert from 'node:assert/strict';
import { registerNode } from '../../state/registry/registration.ts';
import { putSessions } from '../../state/registry/session.ts';
import { will } from '../../state/registry/will.ts';
import { nodeOf } from '../../state/testing/registry-world.ts';
import { lostSession } from '../../state/testing/sessions.ts';
import type { BrokerAnswer } from './broker-calls.ts';
import { dueTimers } from './due-timers.ts';
import { createBench } from './testing/bench.ts';
import { createWillCourier } from './will-courier.ts';

const LOST = lostSession('c', {
  session_expiry_interval: 3_600n,
  last_will_delay_interval: 1n,
});

describe('wills', () => {
  function createWills(brokers: readonly bigint[] = [1n, 2n, 3n]) {
    const told: boolean[] = [];
    const givenUp: string[] = [];
    const courier = createWillCourier({
      answered: (published) => void told.push(published),
      givenUp: ({ client_id }) => void givenUp.push(client_id),
    });
    const bench = createBench(() => [dueTimers, courier]);
    for (const id of brokers) bench.change(registerNode, nodeOf(id));
    return {
      ...bench,
      ...{ told, givenUp, courier },
      left: () => [...bench.records.list(will, [])].length,
      answer: (kind: BrokerAnswer['kind'] & ('done' | 'refused' | 'unknown' | 'unreachable')) =>
        bench.calls.at(-1)?.answer({ kind }),
    };
  }

  it('go to one broker, once', () => {
    const { change, pass, calls, answer, left, told } = createWills();
    change(putSessions, [LOST]);
    pass(1_000);
    assert.equal(calls.length, 0);
    pass(60_000);
    assert.deepEqual(
      calls.map(({ request }) => request.kind === 'publishWill' && request.will.client_id),
      ['c'],
    );
    answer('done');
    answer('done');
    pass(60_000);
    assert.deepEqual([calls.length, left(), told], [1, 0, [true]]);
  });

  for (const kind of ['unknown', 'unreachable', 'refused'] as const) {
    it(`go to another one when the answer is: ${kind}`, () => {
      const { change, pass, calls, answer, left } = createWills();
      change(putSessions, [LOST]);
      pass(2_000);
      answer(kind);
      pass(2_000);
      assert.equal(calls.length, 2);
      assert.notEqual(calls[0]!.to, calls[1]!.to);
      answer('done');
      pass(2_000);
      assert.deepEqual([calls.length, left()], [2, 0]);
    });
  }

  it('are given up when brokers refuse them again and again, and not because none can be reached', () => {
    const { change, pass, calls, answer, left, told, givenUp } = createWills();
    change(putSessions, [LOST]);
    for (let time = 0; time < 20; time += 1) {
      pass(2_000);
      answer('unreachable');
    }
    assert.deepEqual([calls.length, left()], [20, 1]);
    // Four minutes: for each second one look, and one more for its pause to begin.
    let seconds = 0;
    for (; left() > 0 && seconds < 1_000; seconds += 1) {
      pass(1_000);
      if (calls.length > told.length) answer('refused');
    }
    assert.deepEqual([calls.length, left(), givenUp], [30, 0, ['c']]);
    assert.deepEqual(told, Array<boolean>(30).fill(false));
    assert.ok(seconds >= 240, `given up after ${seconds} s`);
  });

  it('go past a broker that holds its calls', () => {
    const { change, pass, calls, left } = createWills([1n, 2n]);
    for (let nth = 0; nth < 100; nth += 1) {
      change(putSessions, [{ ...LOST, client_id: `c${nth}` }]);
    }
    for (let time = 0; time < 20; time += 1) {
      pass(2_000);
      for (const call of calls.filter(({ to }) => to === 2n)) call.answer({ kind: 'done' });
    }
    assert.equal(calls.filter(({ to }) => to === 1n).length, 32);
    assert.equal(left(), 32);
  });

  it('wait for a broker', () => {
    const { change, pass, calls, left } = createWills([]);
    change(putSessions, [LOST]);
    pass(60_000);
    assert.deepEqual([calls.length, left()], [0, 1]);
    change(registerNode, nodeOf(4n));
    pass(1_000);
    assert.equal(calls[0]?.to, 4n);
  });

  it('are not sent again by who was told of them in another lead', () => {
    const { change, pass, calls, answer, changeLeader, left } = createWills();
    change(putSessions, [LOST]);
    pass(2_000);
    changeLeader();
    pass(2_000);
    answer('done');
    pass(2_000);
    assert.deepEqual([calls.length, left()], [1, 0]);
  });

  // One that was stopped for a while finds what its successor has published since in its own state.
  it('are not sent by who was overtaken and does not know yet', () => {
    const { change, pass, calls, overtake, left } = createWills();
    change(putSessions, [LOST]);
    overtake();
    pass(10_000);
    assert.deepEqual([calls.length, left()], [0, 1]);
  });

  it('are let alone at rest, which is quiet when the state knows of those under way', () => {
    const { change, pass, calls, answer, left, courier } = createWills();
    change(putSessions, [LOST]);
    pass(2_000);
    change(putSessions, [{ ...LOST, client_id: 'd' }]);
    const rest = courier.rest();
    const quiet: number[] = [];
    rest.quiet(() => void quiet.push(left()));
    pass(10_000);
    assert.deepEqual([calls.length, quiet], [1, []]);
    answer('done');
    pass(500);
    assert.deepEqual(quiet, [1]);
    pass(10_000);
    assert.equal(calls.length, 1);
    rest.end();
    pass(500);
    assert.equal(calls.length, 2);
  });

  it('are quiet at once when nobody is being asked', () => {
    const { courier } = createWills();
    let quiet = 0;
    courier.rest().quiet(() => (quiet += 1));
    assert.equal(quiet, 1);
  });

  it('are quiet as well when the broker did not publish it', () => {
    const { change, pass, answer, left, courier } = createWills();
    change(putSessions, [LOST]);
    pass(2_000);
    let quiet = 0;
    courier.rest().quiet(() => (quiet += 1));
    answer('unreachable');
    assert.deepEqual([quiet, left()], [1, 1]);
  });
});
