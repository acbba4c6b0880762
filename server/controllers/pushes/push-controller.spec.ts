/** Who is told before a caller is answered: the controller on a state, among brokers that a test speaks for. */
import assert from 'node:assert/strict';
import type { NodeStatus } from '../../node/node.ts';
import type { ProposeOutcome } from '../../node/outcome.ts';
import { toIndex } from '../../raft/ids.ts';
import { decodeCommand } from '../../state/command-codec.ts';
import { expireNode, registerNode } from '../../state/registry/registration.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { aclNamed, userNamed } from '../../state/testing/access.ts';
import { nodeOf, createRegistryWorld } from '../../state/testing/registry-world.ts';
import type { RegistryWorld } from '../../state/testing/registry-world.ts';
import { createPushController } from './push-controller.ts';

const OPTIONS = {
  batch: { recordsMax: 100, bytesMax: 1 << 20 },
  outboxBytesMax: 1 << 20,
  flyingBytesMax: 1 << 20,
  confirmedMs: 1_000,
  pauseMs: 50,
  pauseMsMax: 1_000,
  cursorsMs: 1_000,
  marginMs: 60_000,
};

type Observer = ReturnType<typeof createPushController>['observer'];
type Sent = readonly [records: string, answer: (acknowledged: boolean) => void];

/** A member that leads, and its brokers: what each is sent waits until the test answers it. */
function createBench() {
  const world = createRegistryWorld();
  const soon: (() => void)[] = [];
  /** What is proposed while it is held up. */
  const held: (() => void)[] = [];
  const alarms = new Map<() => void, number>();
  const sent = new Map<string, Sent>();
  const answered: string[] = [];
  let holds = false;
  let nowMs = 0;
  /** Of the last entry: the state has seen two. */
  let index = 2;

  const settle = (): void => {
    for (let task = soon.shift(); task !== undefined; task = soon.shift()) task();
  };
  /** Applies what somebody does, of which the controller hears. */
  function hear(act: () => void): void {
    const before = world.pushes.length;
    act();
    index += 1;
    const entry = { index: toIndex(index) } as Parameters<Observer['applied']>[0];
    controller.observer.applied(entry, world.pushes.slice(before));
  }
  const controller = createPushController(
    {
      node: {
        row: world.read,
        range: world.range,
        read: (done) => soon.push(() => done({ kind: 'ready' } as never)),
        status: () => ({ applied: toIndex(index) }) as NodeStatus,
        propose: (bytes, done: (outcome: ProposeOutcome) => void) => {
          (holds ? held : soon).push(() => {
            hear(() => world.apply(decodeCommand(bytes)));
            done({ kind: 'applied', index: toIndex(index), reply: new Uint8Array() });
          });
        },
      },
      updates: {
        send: (address, records, done) => {
          const text = records.map(({ type, action }) => `${type}/${action}`).join(' ');
          const answer = (acknowledged: boolean): void => {
            sent.delete(address);
            done(acknowledged);
          };
          sent.set(address, [text, answer]);
          return () => void sent.delete(address);
        },
        disconnect: () => undefined,
      },
      reached: () => undefined,
      clock: { nowMs: () => nowMs },
      wallMs: () => 1_700_000_000_000,
      defer: (task) => void soon.push(task),
      after: (ms, task) => {
        const entry = (): void => task();
        alarms.set(entry, nowMs + ms);
        return () => void alarms.delete(entry);
      },
      random: () => 0.5,
    },
    OPTIONS,
  );
  const role = (kind: 'follower' | 'leader'): void => {
    const raft = { role: { kind, firstIndex: toIndex(index) } };
    controller.observer.stepped(undefined as never, [], raft as never);
    settle();
  };
  const change: RegistryWorld['change'] = (operation, args) => {
    let reply: ReturnType<RegistryWorld['change']> | undefined;
    hear(() => (reply = world.change(operation, args)));
    settle();
    return reply!;
  };
  const pass = (ms: number): void => {
    for (const endMs = nowMs + ms; nowMs < endMs;) {
      nowMs += 1;
      for (const [task, dueMs] of [...alarms]) if (dueMs <= nowMs && alarms.delete(task)) task();
      settle();
    }
  };
  return {
    change,
    pass,
    role,
    /** Nothing that is proposed is applied until it is let go. */
    hold: (): void => void (holds = true),
    letGo: (): void => {
      holds = false;
      soon.push(...held.splice(0));
      settle();
    },
    passReplicated: (ms: number): void => world.pass(ms),
    /** Brokers that are being sent something, and what. */
    sends: () => [...sent].map(([address, [records]]) => `${address.split(':')[0]} ${records}`),
    /** A broker says whether it has what it is sent. */
    answer: (broker: number, acknowledged = true): void => {
      const [, answer] = sent.get(`n${broker}:1228`) ?? assert.fail(`nothing is sent to ${broker}`);
      answer(acknowledged);
      settle();
    },
    wait: (name: string, broker?: bigint, withinMs = 200): void => {
      const of = { withinMs, ...(broker === undefined ? {} : { broker }) };
      controller.whenTold(of, () => answered.push(name));
      settle();
    },
    /** Callers that have been answered. */
    answered: () => answered.splice(0),
  };
}

/** A leader of two brokers that know all so far. */
function createLed() {
  const bench = createBench();
  bench.role('leader');
  for (const id of [1n, 2n]) bench.change(registerNode, nodeOf(id));
  while (bench.sends().length > 0) {
    for (const send of bench.sends()) bench.answer(Number(send.slice(1, 2)));
  }
  // What they have reached is replicated.
  bench.pass(2_000);
  return bench;
}

describe('A caller that waits until brokers know', () => {
  it('is answered when all have acknowledged', () => {
    const { change, sends, wait, answer, answered } = createLed();
    change(WRITES.user.put, [userNamed('u')]);
    wait('caller');
    assert.deepEqual(sends(), ['n1 User/Create', 'n2 User/Create']);
    answer(1);
    assert.deepEqual(answered(), []);
    answer(2);
    assert.deepEqual(answered(), ['caller']);
  });

  it('waits for a broker where it is by now', () => {
    const { change, sends, wait, answered } = createLed();
    change(registerNode, { ...nodeOf(2n), grpc_addr: 'n3:1228', start_time: 5n });
    change(WRITES.user.put, [userNamed('u')]);
    wait('caller');
    assert.deepEqual(
      sends().map((send) => send.slice(0, 2)),
      ['n1', 'n3'],
    );
    assert.deepEqual(answered(), []);
  });

  it('is answered at once when they know already', () => {
    const { wait, answered } = createLed();
    wait('caller');
    assert.deepEqual(answered(), ['caller']);
  });

  it('is answered after its time when one does not acknowledge', () => {
    const { change, pass, wait, answer, answered } = createLed();
    change(WRITES.user.put, [userNamed('u')]);
    wait('caller');
    answer(1);
    pass(199);
    assert.deepEqual(answered(), []);
    pass(1);
    assert.deepEqual(answered(), ['caller']);
  });

  it('waits for nobody who is not live: one that has failed to take what it was sent', () => {
    const { change, wait, answer, answered } = createLed();
    change(WRITES.user.put, [userNamed('u')]);
    wait('first');
    answer(1);
    assert.deepEqual(answered(), []);
    answer(2, false);
    assert.deepEqual(answered(), ['first']);
    change(WRITES.user.put, [userNamed('v')]);
    wait('second');
    assert.deepEqual(answered(), []);
    answer(1);
    assert.deepEqual(answered(), ['second']);
  });

  it('waits for nobody who is gone', () => {
    const { change, wait, answer, answered } = createLed();
    change(WRITES.user.put, [userNamed('u')]);
    wait('caller');
    answer(1);
    assert.deepEqual(answered(), []);
    change(expireNode, { node_id: 2n, epoch: 1n });
    assert.deepEqual(answered(), ['caller']);
  });

  it('is answered where another member leads', () => {
    const { change, role, wait, answered } = createLed();
    change(WRITES.user.put, [userNamed('u')]);
    wait('before');
    assert.deepEqual(answered(), []);
    role('follower');
    assert.deepEqual(answered(), ['before']);
    wait('after');
    assert.deepEqual(answered(), ['after']);
  });

  it('of a process that starts, is answered when that knows what changed since a minute before', () => {
    const { change, hold, letGo, pass, passReplicated, ...bench } = createLed();
    const { sends, wait, answer, answered } = bench;
    const startS = 1_700_000_600n;
    const both = (): void => {
      for (const id of [1, 2]) answer(id);
    };
    passReplicated(600_000 - 70_000);
    change(WRITES.acl.put, [aclNamed('too old')]);
    both();
    passReplicated(20_000);
    change(WRITES.user.put, [userNamed('u')]);
    both();
    passReplicated(60_000);
    hold();
    change(registerNode, { ...nodeOf(3n), start_time: startS });
    wait('process', 3n, 3_000);
    both();
    const sent = () => sends().filter((each) => each.startsWith('n3'));
    assert.deepEqual([sent(), answered()], [[], []]);
    letGo();
    assert.deepEqual(sent(), ['n3 User/Create']);
    // It is waited for though it does not take what it is sent.
    answer(3, false);
    pass(100);
    assert.deepEqual([sent(), answered()], [['n3 User/Create'], []]);
    answer(3);
    assert.deepEqual(answered(), ['process']);
  });
});
