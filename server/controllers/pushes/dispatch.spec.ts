import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toIndex } from '../../raft/ids.ts';
import type { Index } from '../../raft/ids.ts';
import type { Push } from '../../state/resources/push.ts';
import { createDispatch } from './dispatch.ts';
import type { History, Scope } from './history.ts';
import type { DispatchEffect, DispatchInput } from './dispatch.ts';
import type { RegisteredProcess } from './lane.ts';
import { LINE_BYTES } from './outbox.ts';

const OPTIONS = {
  batch: { recordsMax: 3, bytesMax: 100 },
  outboxBytesMax: 1_000_000,
  pauseMs: 50,
  pauseMsMax: 400,
  cursorsMs: 1000,
  marginMs: 60_000,
};

/** Tells these, two at a time, and what it was asked. */
function historyOf(complete = true, ...names: readonly string[]) {
  const asked: Index[] = [];
  const scopes: Scope[] = [];
  const history: History = {
    since: (since, scope) => {
      asked.push(since);
      scopes.push(scope);
      const left = names.map((name) => push(name));
      return { complete, next: () => left.splice(0, 2) };
    },
    goneBefore: () => toIndex(2),
    droppedTo: () => toIndex(0),
  };
  return { asked, scopes, history };
}

const push = (name: string, more: Partial<Push> = {}): Push => ({
  type: 'Topic',
  action: 'Create',
  payload: Buffer.from(name),
  ...more,
});

const process = (broker: number, more: Partial<RegisteredProcess> = {}): RegisteredProcess => ({
  broker: BigInt(broker),
  epoch: 1n,
  startS: 100n,
  cursor: toIndex(1),
  cursorBefore: undefined,
  missed: false,
  ...more,
});

const entry = (index: number, pushes: readonly Push[], timeMs = 0): DispatchInput => ({
  kind: 'applied',
  index: toIndex(index),
  timeMs,
  pushes,
});
const applied = (index: number, ...names: readonly string[]): DispatchInput =>
  entry(
    index,
    names.map((name) => push(name)),
  );

const brokers = (...processes: readonly RegisteredProcess[]): DispatchInput => ({
  kind: 'brokers',
  processes,
});

const leads = (from: number): DispatchInput => ({ kind: 'leads', from: toIndex(from) });

function describeEffect(effect: DispatchEffect): string {
  switch (effect.kind) {
    case 'send': {
      const names = effect.records.map(
        ({ action, payload }) =>
          (action === 'Create' ? '' : `${action} `) + String(Buffer.from(payload)),
      );
      return `send ${effect.send} to ${effect.broker}/${effect.epoch}: ${names.join(', ')}`;
    }
    case 'abandon':
      return `abandon ${effect.send}`;
    case 'propose':
      return `propose ${effect.cursors.map((c) => `${c.broker}/${c.epoch}@${c.index}${c.missed ? '!' : ''}`).join(' ')}`;
  }
}

const PROPOSED: DispatchInput = { kind: 'proposed', kept: true };

/** Pauses are as long as they get. */
const LONGEST = (): number => 1;

const NOTHING = { index: toIndex(0), timeMs: 0 };

/** A dispatch that leads two brokers, or those given, and what it says to each input. */
function leader(
  options: Partial<typeof OPTIONS> = {},
  processes = [process(11), process(12)],
  { history }: Pick<ReturnType<typeof historyOf>, 'history'> = historyOf(),
  random = LONGEST,
) {
  const dispatch = createDispatch({ ...OPTIONS, ...options }, { history, random }, NOTHING);
  const step = (input: DispatchInput, nowMs = 0) => dispatch.step(input, nowMs).map(describeEffect);
  step(brokers(...processes));
  step(leads(2));
  return {
    step,
    dueMs: () => dispatch.dueMs(),
    has: (...of: Parameters<typeof dispatch.has>) => dispatch.has(...of),
  };
}

describe('dispatch of pushes', () => {
  it('tells every broker in the order of the log, one batch at a time', () => {
    const { step } = leader();
    assert.deepEqual(step(applied(3, 'a')), ['send 1 to 11/1: a', 'send 2 to 12/1: a']);
    assert.deepEqual(step(applied(4, 'b', 'c')), []);
    assert.deepEqual(step(applied(5, 'd', 'e')), []);
    assert.deepEqual(step({ kind: 'acknowledged', send: 1 }), [
      'send 3 to 11/1: b, c, d',
      'propose 11/1@3',
    ]);
    assert.deepEqual(step({ kind: 'acknowledged', send: 3 }), ['send 4 to 11/1: e']);
  });

  it('counts an entry only once all of it is acknowledged', () => {
    const { step } = leader({}, [process(11)]);
    step(applied(7, 'a', 'b', 'c', 'd'));
    assert.deepEqual(step({ kind: 'acknowledged', send: 1 }), [
      'send 2 to 11/1: d',
      'propose 11/1@6',
    ]);
    step(PROPOSED);
    assert.deepEqual(step({ kind: 'acknowledged', send: 2 }, 1000), ['propose 11/1@7']);
  });

  it('sends a long record alone', () => {
    const { step } = leader({}, [process(11)]);
    const long = 'x'.repeat(150);
    assert.deepEqual(step(applied(3, long, 'b')), [`send 1 to 11/1: ${long}`]);
    assert.deepEqual(step({ kind: 'acknowledged', send: 1 })[0], 'send 2 to 11/1: b');
  });

  it('tries again after pauses that double, and does not hold up others', () => {
    const { step, dueMs } = leader();
    step(applied(3, 'a'));
    assert.equal(dueMs(), undefined);
    for (const [round, pauseMs] of [50, 100, 200, 400, 400].entries()) {
      const nowMs = round * 1000;
      const send = round === 0 ? 1 : round + 2;
      assert.deepEqual(step({ kind: 'failed', send }, nowMs), []);
      assert.equal(dueMs(), nowMs + pauseMs);
      assert.deepEqual(step({ kind: 'passed' }, nowMs + pauseMs - 1), []);
      assert.deepEqual(step({ kind: 'passed' }, nowMs + pauseMs), [`send ${round + 3} to 11/1: a`]);
    }
    assert.deepEqual(step({ kind: 'acknowledged', send: 2 }, 9000), ['propose 12/1@3']);
  });

  it('does not try all whom it lost at the same time', () => {
    const draws = [0, 0.5];
    const random = (): number => draws.shift() ?? 0;
    const { step, dueMs } = leader({}, undefined, historyOf(), random);
    step(applied(3, 'a'));
    step({ kind: 'failed', send: 1 });
    step({ kind: 'failed', send: 2 });
    assert.equal(dueMs(), 25);
    assert.deepEqual(step({ kind: 'passed' }, 25), ['send 3 to 11/1: a']);
    assert.equal(dueMs(), 37.5);
  });

  it('takes a member out of its group before it puts it in for the second time', () => {
    const { step } = leader({}, [process(11)]);
    const member = push('m', { type: 'ShareGroupMember' });
    const sent = step(entry(3, [member]));
    assert.deepEqual(sent, ['send 1 to 11/1: m']);
    step({ kind: 'failed', send: 1 });
    assert.deepEqual(step({ kind: 'passed' }, 50), ['send 2 to 11/1: Delete m, m']);
  });

  it('takes a member out first when an earlier leader may have put it in', () => {
    const { step } = leader({}, [process(11)]);
    step({ kind: 'follows' });
    const member = push('m', { type: 'ShareGroupMember' });
    step(entry(3, [member]));
    assert.deepEqual(step(leads(4)), ['send 1 to 11/1: Delete m, m']);
  });

  it('spares a process what it knows', () => {
    const { step } = leader();
    const own = push('a', { except: 11n });
    assert.deepEqual(step(entry(3, [own])), ['send 1 to 12/1: a', 'propose 11/1@3']);
  });

  it('leaves a broker alone that is gone, or another process by now', () => {
    const { step, dueMs } = leader();
    step(applied(3, 'a'));
    const next = process(12, { epoch: 2n, startS: 200n, cursor: toIndex(4) });
    assert.deepEqual(step(brokers(next)), ['abandon 1', 'abandon 2']);
    assert.deepEqual(step({ kind: 'failed', send: 1 }), []);
    assert.deepEqual(step({ kind: 'acknowledged', send: 2 }), []);
    assert.equal(dueMs(), undefined);
    assert.deepEqual(step(applied(5, 'b')), ['send 3 to 12/2: b']);
  });

  it('goes on with a process that registers again, without the pause it was in', () => {
    const { step } = leader({}, [process(11)]);
    step(applied(3, 'a'));
    step({ kind: 'failed', send: 1 });
    const again = process(11, { epoch: 2n });
    assert.deepEqual(step(brokers(again)), ['send 2 to 11/2: a']);
  });

  describe('to a new process', () => {
    const next = (more: Partial<RegisteredProcess> = {}): RegisteredProcess =>
      process(11, { startS: 200n, cursor: undefined, ...more });
    const two = { outboxBytesMax: 2 * (LINE_BYTES + 1) };
    /** What others are told of its registration. */
    const registration = (index: number, broker = 11n): DispatchInput =>
      entry(index, [push('r', { except: broker })], 200_000);

    it('tells what changed since it began to read, and a while before', () => {
      const { step } = leader({}, []);
      step(entry(3, [push('a')], 100_000));
      step(entry(4, [push('b')], 140_000));
      step(entry(5, [push('m', { type: 'ShareGroupMember' })], 141_000));
      step(registration(6));
      assert.deepEqual(step(brokers(next())), ['propose 11/1@3']);
      assert.deepEqual(step(brokers(next({ cursor: toIndex(3) }))), [
        'send 1 to 11/1: b, Delete m, m',
      ]);
    });

    it('does so by the time of its registration when its clock is ahead', () => {
      const { step } = leader({}, []);
      step(entry(3, [push('a')], 100_000));
      step(entry(4, [push('b')], 150_000));
      step(registration(5));
      assert.deepEqual(step(brokers(next({ startS: 100_000n }))), ['propose 11/1@3']);
    });

    it('tells nothing before it is replicated from where on, which is proposed at once', () => {
      const { step } = leader();
      step(applied(3, 'a'));
      assert.deepEqual(step({ kind: 'acknowledged', send: 1 }), ['propose 11/1@3']);
      assert.deepEqual(step(registration(4, 12n)), ['send 3 to 11/1: r']);
      const successor = process(12, { startS: 200n, cursor: undefined });
      assert.deepEqual(step(brokers(process(11), successor), 1), ['abandon 2']);
      assert.deepEqual(step(PROPOSED, 2), ['propose 11/1@3 12/1@3']);
      assert.deepEqual(step({ kind: 'acknowledged', send: 3 }, 3), []);
      assert.deepEqual(step(applied(5, 'b'), 3), ['send 4 to 11/1: b']);
      assert.deepEqual(step(PROPOSED, 4), []);
      assert.deepEqual(step({ kind: 'passed' }, 1_002), ['propose 11/1@4 12/1@3']);
      const known = brokers(process(11), { ...successor, cursor: toIndex(3) });
      assert.deepEqual(step(known, 1_003), ['send 5 to 12/1: b']);
    });

    it('tells it without that while cursors are not kept', () => {
      const { step } = leader({}, []);
      step(entry(3, [push('a')], 140_000));
      assert.deepEqual(step(brokers(next())), ['propose 11/1@2']);
      assert.deepEqual(step({ kind: 'proposed', kept: false }), ['send 1 to 11/1: a']);
      step(brokers(next()));
      assert.deepEqual(step({ kind: 'proposed', kept: false }), [], 'and goes on');
    });

    it('tells what the one before was not told, which it may have been told in part', () => {
      const { step } = leader({}, [process(11, { cursor: toIndex(3) })]);
      step(entry(3, [push('a')], 90_000));
      step(entry(4, [push('b')], 100_000));
      step(entry(5, [push('b', { action: 'Delete' })], 110_000));
      step(entry(6, [push('c')], 150_000));
      step(registration(7));
      const successor = next({ cursorBefore: toIndex(3) });
      assert.deepEqual(step(brokers(successor)), ['abandon 1', 'propose 11/1@3']);
      assert.deepEqual(step(brokers({ ...successor, cursor: toIndex(3) })), [
        'send 2 to 11/1: b, Delete b, c',
      ]);
    });

    for (const [what, known, begin] of [
      ['the one before was told least', { goneBefore: 4, droppedTo: 0 }, 2],
      ['it is not known any more what went behind that', { goneBefore: 4, droppedTo: 3 }, 3],
      ['more went since it started', { goneBefore: 1, droppedTo: 0 }, 1],
    ] as const) {
      it(`tells all that is there when lines are gone, and what went since: ${what}`, () => {
        const { history, asked } = historyOf(true, 'x');
        const told: History = {
          ...history,
          goneBefore: () => toIndex(known.goneBefore),
          droppedTo: () => toIndex(known.droppedTo),
        };
        const { step } = leader(two, [], { history: told });
        for (const [at, name] of ['a', 'b', 'c'].entries()) {
          step(entry(4 + at, [push(name)], 150_000));
        }
        const successor = next({ cursorBefore: toIndex(2) });
        assert.deepEqual(step(brokers(successor)), [`propose 11/1@${begin}`]);
        const sent = step(brokers({ ...successor, cursor: toIndex(begin) }));
        assert.deepEqual(sent, ['send 1 to 11/1: x']);
        assert.deepEqual(asked, [begin]);
      });
    }

    for (const [what, cursorBefore, scope, then] of [
      ['there was none before', undefined, 'loaded', []],
      ['the one before knew what no lines tell', 5, 'loaded', ['send 2 to 11/1: c']],
      ['it may have got a part of it in the place of the one before', 3, 'all', []],
    ] as const) {
      it(`tells of what it does not load from the state only what it may have: ${what}`, () => {
        const { history, scopes } = historyOf(true, 'x');
        const { step } = leader(two, [], { history });
        for (const [at, name] of ['a', 'b', 'c'].entries()) {
          step(entry(4 + at, [push(name)], 150_000));
        }
        const successor = next({ cursorBefore: cursorBefore && toIndex(cursorBefore) });
        step(brokers(successor));
        const known = brokers({ ...successor, cursor: toIndex(2) });
        assert.deepEqual(step(known), ['send 1 to 11/1: x']);
        assert.deepEqual(scopes, [scope]);
        assert.deepEqual(step({ kind: 'acknowledged', send: 1 }, 1), then);
      });
    }

    it('tells it from lines what it loads, when lines of what it does not load have taken all room', () => {
      const { history, scopes } = historyOf();
      const { step } = leader(two, [], { history });
      step(entry(3, [push('before')], 100_000));
      step(entry(4, [push('a')], 150_000));
      for (const [at, name] of ['s', 't', 'u'].entries()) {
        step(entry(5 + at, [push(name, { type: 'Session' })], 160_000));
      }
      step(registration(8));
      assert.deepEqual(step(brokers(next())), ['propose 11/1@3']);
      const known = brokers(next({ cursor: toIndex(3) }));
      assert.deepEqual(step(known), ['send 1 to 11/1: a']);
      assert.deepEqual(scopes, []);
      step(applied(9, 'b'));
      assert.deepEqual(step({ kind: 'acknowledged', send: 1 }, 1), ['send 2 to 11/1: b']);
    });

    it('tells all from the state when it falls behind later', () => {
      const { history, scopes } = historyOf(true, 'x');
      const { step } = leader(two, [], { history });
      step(entry(3, [push('a')], 150_000));
      step(brokers(next()));
      assert.deepEqual(step(brokers(next({ cursor: toIndex(2) }))), ['send 1 to 11/1: a']);
      for (const [at, name] of ['b', 'c', 'd'].entries()) {
        step(entry(4 + at, [push(name)], 150_000));
      }
      assert.deepEqual(step({ kind: 'acknowledged', send: 1 }), ['send 2 to 11/1: x']);
      assert.deepEqual(scopes, ['all']);
    });

    for (const [what, between, begin] of [
      ['that was told nothing since', [], 4],
      ['that another leader may have told since', [leads(4)], 1],
    ] as const) {
      it(`looks back for no process before that was given up long ago, ${what}`, () => {
        const { step } = leader({}, [process(11)]);
        step(entry(3, [push('a')], 10_000));
        assert.deepEqual(step(brokers()), ['abandon 1']);
        for (const input of between) step(input);
        step(entry(4, [push('b')], 100_000));
        step(registration(5));
        const successor = brokers(next({ cursorBefore: toIndex(1) }));
        assert.deepEqual(step(successor), [`propose 11/1@${begin}`]);
      });
    }

    it('tries again when it cannot be read from where on', () => {
      const { history } = historyOf();
      const begins = [undefined, toIndex(2)];
      const { step } = leader(two, [], {
        history: { ...history, goneBefore: () => begins.shift() },
      });
      for (const [at, name] of ['a', 'b', 'c'].entries()) {
        step(entry(3 + at, [push(name)], 150_000));
      }
      assert.deepEqual(step(brokers(next())), []);
      assert.deepEqual(step({ kind: 'passed' }, 49), []);
      assert.deepEqual(step({ kind: 'passed' }, 50), ['propose 11/1@2']);
    });

    it('tells what comes meanwhile behind all that is there', () => {
      const { history } = historyOf(true, 'x', 'y', 'z');
      const { step, has } = leader(two, [], { history });
      for (const [at, name] of ['a', 'b', 'c'].entries()) {
        step(entry(3 + at, [push(name)], 150_000));
      }
      step(brokers(next()));
      assert.deepEqual(step(brokers(next({ cursor: toIndex(2) }))), ['send 1 to 11/1: x, y']);
      step(PROPOSED);
      step(applied(6, 'd'));
      step({ kind: 'failed', send: 1 });
      assert.deepEqual(step({ kind: 'passed' }, 50), ['send 2 to 11/1: x, y']);
      assert.deepEqual(step({ kind: 'acknowledged', send: 2 }, 50), ['send 3 to 11/1: z']);
      assert.equal(has(toIndex(5), 11n), false);
      assert.equal(has(toIndex(5)), true);
      assert.deepEqual(step({ kind: 'acknowledged', send: 3 }, 1_000), [
        'send 4 to 11/1: d',
        'propose 11/1@5',
      ]);
      assert.equal(has(toIndex(5), 11n), true);
      assert.equal(has(toIndex(6), 11n), false);
    });
  });

  it('stops when it does not lead any more, and hears nothing of what it sent', () => {
    const { step, dueMs } = leader();
    step(applied(3, 'a'));
    assert.deepEqual(step({ kind: 'follows' }), ['abandon 1', 'abandon 2']);
    assert.deepEqual(step({ kind: 'acknowledged', send: 1 }), []);
    assert.deepEqual(step(applied(4, 'b'), 5000), []);
    assert.equal(dueMs(), undefined);
  });

  it('goes on where the leader before has got for sure', () => {
    const { step } = leader();
    step({ kind: 'follows' });
    step(applied(3, 'a'));
    step(applied(4, 'b'));
    step(brokers(process(11), process(12, { cursor: toIndex(3) })));
    assert.deepEqual(step(leads(5)), ['send 1 to 11/1: a, b', 'send 2 to 12/1: b']);
  });

  it('takes over what an earlier leader heard, if that is applied late', () => {
    const { step } = leader({}, [process(11)]);
    step({ kind: 'follows' });
    step(applied(3, 'a'));
    assert.deepEqual(step(leads(5)), ['send 1 to 11/1: a']);
    step(brokers(process(11, { cursor: toIndex(3) })));
    step(applied(6, 'b'));
    step({ kind: 'failed', send: 1 });
    assert.deepEqual(step({ kind: 'passed' }, 50), ['send 2 to 11/1: b']);
  });

  it('does not go back to what it sent before that', () => {
    const { step } = leader({}, [process(11)]);
    step({ kind: 'follows' });
    step(applied(3, 'a', 'b', 'c'));
    step(applied(4, 'd'));
    assert.deepEqual(step(leads(6)), ['send 1 to 11/1: a, b, c']);
    step(brokers(process(11, { cursor: toIndex(4) })));
    step({ kind: 'acknowledged', send: 1 });
    assert.deepEqual(step(applied(7, 'e')), ['send 2 to 11/1: e']);
  });

  it('tells all that is there to a broker that was too slow for lines', () => {
    const { history, asked } = historyOf(true, 'x');
    const two = { outboxBytesMax: 2 * (LINE_BYTES + 1) };
    const { step } = leader(two, [process(11)], { history });
    step(applied(3, 'a'));
    step(applied(4, 'b'));
    step(applied(5, 'c'));
    step(applied(6, 'd'));
    assert.deepEqual(step({ kind: 'acknowledged', send: 1 }), ['send 2 to 11/1: x']);
    assert.deepEqual(asked, [3]);
    const member = push('m', { type: 'ShareGroupMember' });
    step(entry(7, [member]));
    // It was there while all that is there was told.
    assert.deepEqual(step({ kind: 'acknowledged', send: 2 }), [
      'send 3 to 11/1: Delete m, m',
      'propose 11/1@6',
    ]);
  });

  it('notes for good that a broker has missed what it can never be told', () => {
    const { history } = historyOf(false);
    const before = { index: toIndex(9), timeMs: 0 };
    const dispatch = createDispatch(OPTIONS, { history, random: LONGEST }, before);
    dispatch.step(brokers(process(11, { cursor: toIndex(9) }), process(12)), 0);
    assert.deepEqual(dispatch.step(leads(10), 0).map(describeEffect), ['propose 12/1@9!']);
    dispatch.step(PROPOSED, 1);
    dispatch.step(brokers(process(12, { cursor: toIndex(9), missed: true })), 2);
    assert.deepEqual(dispatch.step(applied(11, 'a'), 3).map(describeEffect), ['send 1 to 12/1: a']);
    const acknowledged = dispatch.step({ kind: 'acknowledged', send: 1 }, 2_000);
    assert.deepEqual(acknowledged.map(describeEffect), ['propose 12/1@11!']);
  });

  it('knows what has reached all that take what they are sent', () => {
    const { step, has } = leader();
    step(applied(3, 'a'));
    assert.equal(has(toIndex(3)), false);
    step({ kind: 'acknowledged', send: 1 });
    assert.equal(has(toIndex(3)), false);
    assert.equal(has(toIndex(3), 11n), true);
    step({ kind: 'failed', send: 2 });
    assert.equal(has(toIndex(3)), true);
    assert.equal(has(toIndex(3), 12n), false);
    assert.equal(has(toIndex(3), 13n), true);
  });

  it('proposes cursors seldom, and again when that came to nothing', () => {
    const { step, dueMs } = leader({}, [process(11)]);
    step(applied(3, 'a'));
    assert.deepEqual(step({ kind: 'acknowledged', send: 1 }, 10), ['propose 11/1@3']);
    assert.deepEqual(step({ kind: 'passed' }, 5000), []);
    assert.deepEqual(step(PROPOSED, 5000), ['propose 11/1@3']);
    step(PROPOSED, 5001);
    assert.equal(dueMs(), 6000);
    step(brokers(process(11, { cursor: toIndex(3) })), 5002);
    assert.deepEqual(step({ kind: 'passed' }, 6000), []);
    assert.equal(dueMs(), undefined);
  });

  it('tells everything in order across failures, leader changes and new cursors', () => {
    const events = fc.array(
      fc.constantFrom(
        'apply',
        'apply',
        'acknowledge',
        'acknowledge',
        'fail',
        'lose',
        'replicate',
        'lead',
      ),
      { maxLength: 60 },
    );
    fc.assert(fc.property(events, (run) => assert.deepEqual(playOut(run).got, playOut(run).told)));
  });
});

/** A broker that keeps what is new to it, told by leaders of which each has only what is replicated. */
function playOut(events: readonly string[]) {
  const dispatch = createDispatch(
    { ...OPTIONS, cursorsMs: 0 },
    { history: historyOf().history, random: LONGEST },
    NOTHING,
  );
  const told: string[] = [];
  const got: string[] = [];
  let [index, cursor, proposed, nowMs] = [1, 1, 1, 0];
  let flying: Extract<DispatchEffect, { kind: 'send' }> | undefined;

  function step(input: DispatchInput): void {
    for (const effect of dispatch.step(input, nowMs)) {
      if (effect.kind === 'send') flying = effect;
      if (effect.kind === 'abandon') flying = undefined;
      if (effect.kind === 'propose') proposed = effect.cursors[0]?.index ?? proposed;
    }
  }

  function answer(kind: 'acknowledged' | 'failed', received = true): void {
    if (flying === undefined) return;
    const { send, records } = flying;
    flying = undefined;
    for (const { payload } of received ? records : []) {
      const name = String(Buffer.from(payload));
      if (!got.includes(name)) got.push(name);
    }
    step({ kind, send });
  }

  function replicate(): void {
    cursor = proposed;
    step(brokers(process(11, { cursor: toIndex(cursor) })));
    step(PROPOSED);
  }

  const handlers: Readonly<Record<string, () => void>> = {
    acknowledge: () => answer('acknowledged'),
    fail: () => answer('failed'),
    lose: () => answer('failed', false),
    replicate,
    lead: () => step(leads(index + 1)),
    apply: () => {
      index += 1;
      const names = Array.from({ length: index % 5 }, (_, at) => `${index}.${at}`);
      told.push(...names);
      step(applied(index, ...names));
    },
  };
  step(brokers(process(11)));
  step(leads(1));
  for (const event of events) handlers[event]?.();
  for (let quiet = 0; quiet < 400; quiet += 1) {
    nowMs += 1000;
    step({ kind: 'passed' });
    answer('acknowledged');
  }
  return { got, told };
}
