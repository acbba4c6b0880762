/** The gate in front of a node that does what the test says. */
import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import type { ProposeOutcome, ReadOutcome } from '../node/outcome.ts';
import { toIndex, toMemberId } from '../raft/ids.ts';
import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import { createGate } from './gate.ts';
import type { Unanswered } from './gate.ts';
import type { Leadership } from './leadership.ts';

const LEADER = { member: 2, clientAddress: '10.0.0.2:1228' };
const EXACT =
  'has to forward request to: Some(2), Some(Node { node_id: 2, rpc_addr: "10.0.0.2:1228" })';
const APPLIED: ProposeOutcome = { kind: 'applied', index: toIndex(9), reply: Uint8Array.of(0) };
const NOT_LEADER: ProposeOutcome = {
  kind: 'refused',
  refusal: { reason: 'notLeader', leader: undefined },
};
const TRANSFERRING: ProposeOutcome = {
  kind: 'refused',
  refusal: { reason: 'transferring', to: toMemberId(2) },
};

function createScene(begin: ReturnType<Leadership['current']>) {
  let nowMs = 100_000;
  let leader = begin;
  const listeners = new Set<() => void>();
  const alarms = new Map<() => void, number>();
  const proposals: ((outcome: ProposeOutcome) => void)[] = [];
  const reads: ((outcome: ReadOutcome) => void)[] = [];
  const gate = createGate(
    {
      node: {
        propose: (_command, done) => void proposals.push(done),
        read: (done) => void reads.push(done),
      },
      leadership: {
        current: () => leader,
        changed: (listener) => {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
      clock: { nowMs: () => nowMs },
      alarm: (ms, wake) => {
        alarms.set(wake, nowMs + ms);
        return () => void alarms.delete(wake);
      },
    },
    { waitMsMax: 3_000, secondRedirectMs: 2_000 },
  );
  const pass = (ms: number): void => {
    nowMs += ms;
    for (const [wake, dueMs] of [...alarms]) {
      if (dueMs > nowMs) continue;
      alarms.delete(wake);
      wake();
    }
  };
  const lead = (next: typeof leader): void => {
    leader = next;
    for (const listener of listeners) listener();
  };
  const call = (numbered = false) => {
    const answers: Answer<Uint8Array>[] = [];
    let commands = 0;
    const passage = gate.propose(
      () => {
        commands += 1;
        return Uint8Array.of(1);
      },
      numbered,
      (answer) => answers.push(answer),
    );
    return { answers, passage, commands: () => commands };
  };
  /** Ends the oldest proposal that the node has. */
  const end = (outcome: ProposeOutcome): void => {
    const done = proposals.shift();
    assert(done !== undefined, 'nothing was proposed');
    done(outcome);
  };
  return { gate, pass, lead, call, end, proposals, reads, alarms };
}

const codeOf = (answer: Answer<unknown> | undefined): status | 'ok' | undefined =>
  answer && (answer.ok ? 'ok' : answer.failure.code);

describe('The gate', () => {
  it('proposes where the leader is', () => {
    const { call, end, alarms } = createScene('here');
    const { answers } = call();
    assert.equal(answers.length, 0);
    end(APPLIED);
    assert.deepEqual(answers, [accept(Uint8Array.of(0))]);
    assert.equal(alarms.size, 0);
  });

  it('names the leader in the words of v0.4.11', () => {
    const { call, pass } = createScene(LEADER);
    pass(2_000);
    assert.deepEqual(call().answers, [
      { ok: false, failure: { code: status.INTERNAL, details: EXACT } },
    ]);
  });

  it('says a redirect as UNAVAILABLE after a start, and after leading', () => {
    const { call, lead, pass } = createScene('here');
    pass(60_000);
    lead(LEADER);
    const unavailable = { ok: false, failure: { code: status.UNAVAILABLE, details: EXACT } };
    assert.deepEqual(call().answers, [unavailable]);
    pass(1_999);
    assert.deepEqual(call().answers, [unavailable]);
    pass(1);
    assert.equal(codeOf(call().answers[0]), status.INTERNAL);
    assert.deepEqual(createScene(LEADER).call().answers, [unavailable]);
  });

  it('names nobody whose address would not do in a URI', () => {
    for (const clientAddress of ['', 'host', 'ho st:1', 'a"b:1', 'host:1}', 'http://host:1']) {
      const { call, pass } = createScene({ member: 2, clientAddress });
      const { answers } = call();
      assert.equal(answers.length, 0, clientAddress);
      pass(3_000);
      assert.equal(codeOf(answers[0]), status.UNAVAILABLE);
    }
  });

  it('keeps calls until this member leads', () => {
    const { call, lead, end, alarms } = createScene(undefined);
    const calls = [call(), call()];
    lead('here');
    assert.equal(alarms.size, 0);
    end(APPLIED);
    end(APPLIED);
    for (const { answers } of calls) assert.deepEqual(answers.map(codeOf), ['ok']);
  });

  it('keeps calls until another leads, and then redirects them', () => {
    const { call, lead } = createScene(undefined);
    const { answers, commands } = call();
    lead(undefined);
    lead(LEADER);
    assert.deepEqual(answers.map(codeOf), [status.UNAVAILABLE]);
    assert.equal(commands(), 0);
  });

  it('gives up after the bound', () => {
    const { call, pass, lead } = createScene(undefined);
    const { answers } = call();
    pass(2_999);
    assert.equal(answers.length, 0);
    pass(1);
    assert.deepEqual(answers.map(codeOf), [status.UNAVAILABLE]);
    lead('here');
    assert.equal(answers.length, 1);
  });

  for (const [name, outcome] of [
    ['is no leader any more', NOT_LEADER],
    ['hands leadership over', TRANSFERRING],
  ] as const) {
    it(`keeps what the node turns away because it ${name}`, () => {
      const { call, end, lead, proposals, pass } = createScene('here');
      const { answers, commands } = call();
      end(outcome);
      assert.equal(answers.length, 0);
      assert.equal(proposals.length, 0);
      lead('here');
      end(outcome);
      pass(2_000);
      lead('here');
      end(APPLIED);
      assert.deepEqual(answers.map(codeOf), ['ok']);
      assert.equal(commands(), 1);
    });

    it(`counts all waiting together when it ${name}`, () => {
      const { call, end, lead, pass } = createScene('here');
      const { answers } = call();
      end(outcome);
      pass(2_000);
      lead('here');
      end(outcome);
      pass(1_000);
      assert.deepEqual(answers.map(codeOf), [status.UNAVAILABLE]);
    });
  }

  it('proposes again what was dropped, and redirects it if another leads', () => {
    const { call, end, lead } = createScene('here');
    const [first, second] = [call(), call()];
    end({ kind: 'dropped' });
    lead(LEADER);
    end({ kind: 'dropped' });
    assert.deepEqual(second.answers.map(codeOf), [status.UNAVAILABLE]);
    end(APPLIED);
    assert.deepEqual(first.answers.map(codeOf), ['ok']);
  });

  it('never proposes again what may have been carried out', () => {
    const { call, end, proposals } = createScene('here');
    const [plain, numbered] = [call(), call(true)];
    end({ kind: 'unknown' });
    end({ kind: 'unknown' });
    assert.equal(proposals.length, 0);
    assert.deepEqual(plain.answers.map(codeOf), [status.DEADLINE_EXCEEDED]);
    assert.deepEqual(numbered.answers.map(codeOf), [status.UNAVAILABLE]);
  });

  it('answers at once what the node turns away for good', () => {
    const { call, end } = createScene('here');
    const { answers } = call();
    end({ kind: 'refused', refusal: { reason: 'tooLarge', bytes: 9, bytesMax: 8 } });
    assert.deepEqual(answers.map(codeOf), [status.RESOURCE_EXHAUSTED]);
  });

  it('forgets a waiting call whose client has gone', () => {
    const { call, lead, pass, proposals, alarms } = createScene(undefined);
    const { answers, passage } = call();
    passage.cancel();
    passage.cancel();
    assert.deepEqual(answers.map(codeOf), [status.CANCELLED]);
    lead('here');
    pass(5_000);
    assert.equal(answers.length, 1);
    assert.equal(proposals.length + alarms.size, 0);
  });

  it('holds on to a proposal whose client has gone until it has ended, and tries no more', () => {
    for (const outcome of [NOT_LEADER, TRANSFERRING, { kind: 'dropped' }, APPLIED] as const) {
      const { call, end, proposals } = createScene('here');
      const { answers, passage } = call();
      passage.cancel();
      assert.equal(answers.length, 0);
      end(outcome);
      assert.equal(answers.length, 1);
      assert.equal(proposals.length, 0);
    }
  });

  it('does not answer twice when a client goes after the bound', () => {
    const { call, pass } = createScene(undefined);
    const { answers, passage } = call();
    pass(3_000);
    passage.cancel();
    assert.equal(answers.length, 1);
  });

  it('looks at the state once a read is confirmed', () => {
    const { gate, reads } = createScene('here');
    const answers: Answer<string>[] = [];
    gate.read(
      () => accept('value'),
      (answer) => answers.push(answer),
    );
    assert.equal(answers.length, 0);
    reads[0]!({ kind: 'ready', index: toIndex(3) });
    assert.deepEqual(answers, [accept('value')]);
  });

  it('keeps the address of a leader back that is silent, and looks for the next one', () => {
    const { gate, lead, pass } = createScene(LEADER);
    const ask = () => {
      const answers: Answer<string>[] = [];
      const asked: ((answer: Unanswered) => void)[] = [];
      gate.read<string>(
        () => accept('here'),
        (answer) => answers.push(answer),
        { elsewhere: (_leader, done) => asked.push(done) },
      );
      return { answers, end: (answer: Unanswered) => asked.shift()?.(answer) };
    };
    const [silent, untaken, another] = [ask(), ask(), ask()];
    silent.end('silent');
    assert.deepEqual(silent.answers.map(codeOf), [status.UNAVAILABLE]);
    assert.doesNotMatch(JSON.stringify(silent.answers), /10\.0\.0\.2|forward request to/);
    untaken.end('untaken');
    assert.match(JSON.stringify(untaken.answers), /forward request to.*10\.0\.0\.2:1228/);
    lead({ member: 3, clientAddress: '10.0.0.3:1228' });
    another.end('silent');
    assert.deepEqual(another.answers, []);
    pass(500);
    another.end('silent');
    assert.deepEqual(another.answers.map(codeOf), [status.UNAVAILABLE]);
  });

  it('keeps a call no longer than that may wait, nor than any may', () => {
    const { gate, pass } = createScene(undefined);
    const answers: Answer<string>[] = [];
    for (const waitMsMax of [300, 60_000]) {
      gate.read(
        () => accept('here'),
        (answer) => answers.push(answer),
        { waitMsMax },
      );
    }
    pass(299);
    assert.deepEqual(answers, []);
    pass(1);
    const details = 'no leader was found within 300 ms; nothing was carried out';
    assert.deepEqual(answers.splice(0), [fail({ code: status.UNAVAILABLE, details })]);
    pass(2_699);
    assert.deepEqual(answers, []);
    pass(1);
    assert.deepEqual(answers.map(codeOf), [status.UNAVAILABLE]);
  });

  it('maps what goes wrong with a read', () => {
    const { gate, reads } = createScene('here');
    const answers: Answer<string>[] = [];
    for (const outcome of [
      { kind: 'timeout' },
      { kind: 'ready', index: toIndex(3) },
      { kind: 'refused', refusal: { reason: 'readsFull', readsMax: 1 } },
    ] as const) {
      gate.read<string>(
        () => {
          throw new Error('broken');
        },
        (answer) => answers.push(answer),
      );
      reads.shift()!(outcome);
    }
    assert.deepEqual(answers.map(codeOf), [
      status.UNAVAILABLE,
      status.INTERNAL,
      status.RESOURCE_EXHAUSTED,
    ]);
  });
});
