import assert from 'node:assert/strict';
import { idleStatus } from '../node/status.ts';
import type { NodePhase, NodeStatus } from '../node/node.ts';
import type { ReadOutcome } from '../node/outcome.ts';
import { toIndex, toMemberId } from '../raft/ids.ts';
import type { Configuration, Standing } from '../raft/membership/configuration.ts';
import { allOk, HEALTH_BOUNDS, livenessOf, readinessOf, servingStatus } from './health.ts';
import type { Check, LiveFacts, ReadyFacts } from './health.ts';
import { createProbes } from './probes.ts';

const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

const well: LiveFacts = {
  status: { phase: 'running', error: undefined },
  eventLoopDelayMs: 1,
  logWriteAgeMs: undefined,
  stateWriteAgeMs: undefined,
};

describe('Liveness', () => {
  const phase = (name: NodePhase, error?: Error): Partial<LiveFacts> => ({
    status: { phase: name, error },
  });
  const table: readonly (readonly [string, Partial<LiveFacts>, readonly string[]])[] = [
    ['a member in order', {}, []],
    ['a member without orders', phase('waiting'), []],
    ['a disk that failed and is opened again', phase('reopening', new Error('EIO')), []],
    ['a damaged directory', phase('refused', new Error('damaged')), ['storage']],
    ['a broken invariant', phase('broken', new Error('bug')), ['storage']],
    ['an event loop at its bound', { eventLoopDelayMs: 1_000 }, []],
    ['an event loop that cannot keep up', { eventLoopDelayMs: 1_001 }, ['event_loop']],
    ['a slow disk', { logWriteAgeMs: 15_000 }, []],
    ['a stuck log', { logWriteAgeMs: 15_001 }, ['log_write']],
    ['a stuck state', { stateWriteAgeMs: 15_001 }, ['state_write']],
  ];
  for (const [name, facts, expected] of table) {
    it(`${expected.length === 0 ? 'holds for' : 'ends with'} ${name}`, () => {
      assert.deepEqual(failed(livenessOf({ ...well, ...facts }, HEALTH_BOUNDS)), expected);
    });
  }

  it('says why it ended', () => {
    const facts = { ...well, ...phase('refused', new Error('MANIFEST is damaged')) };
    const storage = livenessOf(facts, HEALTH_BOUNDS).find(({ name }) => name === 'storage');
    assert.equal(storage?.why, 'refused: MANIFEST is damaged');
  });
});

const configurationWith = (standing: Standing): Configuration => ({
  members: [
    { id: toMemberId(1), directory: 'd1', priority: 0, standing },
    { id: toMemberId(2), directory: 'd2', priority: 0, standing: 'voter' },
  ],
  outgoing: [],
  nextMemberId: toMemberId(3),
  trust: 'neither',
});
const following: ReadyFacts['status'] = {
  identity: { cluster: 'c', member: toMemberId(1) },
  configuration: configurationWith('voter'),
  phase: 'running',
  error: undefined,
  role: 'follower',
  leader: toMemberId(2),
};
const ready: ReadOutcome = { kind: 'ready', index: toIndex(9) };

describe('Readiness', () => {
  const as = (standing: Standing): ReadyFacts => ({
    status: { ...following, configuration: configurationWith(standing) },
    read: ready,
    leaving: false,
  });
  const alone = { ...following, leader: undefined };
  const refused: ReadOutcome = {
    kind: 'refused',
    refusal: { reason: 'notLeader', leader: undefined },
  };
  const table: readonly (readonly [string, ReadyFacts, readonly string[]])[] = [
    ['a follower that can read', { status: following, read: ready, leaving: false }, []],
    ['one that shuts down', { status: following, read: ready, leaving: true }, ['running']],
    ['no leader', { status: alone, read: refused, leaving: false }, ['leader', 'read']],
    ['a leader without a quorum', { status: following, read: 'late', leaving: false }, ['read']],
    [
      'a read that timed out',
      { status: following, read: { kind: 'timeout' }, leaving: false },
      ['read'],
    ],
    ['a learner', as('learner'), ['voter']],
    ['a voter that is about to leave', as('leaving'), ['voter']],
    [
      'a removed member',
      {
        status: { ...alone, role: 'removed', identity: { cluster: 'c', member: toMemberId(3) } },
        read: refused,
        leaving: false,
      },
      ['running', 'voter', 'leader', 'read'],
    ],
    [
      'a member without orders',
      {
        status: {
          ...alone,
          ...{ phase: 'waiting', role: undefined, identity: undefined, configuration: undefined },
        },
        read: undefined,
        leaving: false,
      },
      ['running', 'voter', 'leader', 'read'],
    ],
    [
      'a member that is opened',
      { status: { ...alone, phase: 'opening', role: undefined }, read: undefined, leaving: false },
      ['running', 'leader', 'read'],
    ],
  ];
  for (const [name, facts, expected] of table) {
    it(`${expected.length === 0 ? 'is given to' : 'is denied to'} ${name}`, () => {
      const checks = readinessOf(facts, HEALTH_BOUNDS);
      assert.deepEqual(failed(checks), expected);
      assert.equal(servingStatus(checks), expected.length === 0 ? 'SERVING' : 'NOT_SERVING');
    });
  }

  it('leaves out what a probe does not ask for', () => {
    const checks = readinessOf({ status: following, read: 'late', leaving: false }, HEALTH_BOUNDS);
    assert.equal(allOk(checks, new Set(['read'])), true);
    assert.equal(allOk(checks, new Set(['leader'])), false);
  });
});

describe('Probes', () => {
  function createBench(status: Partial<NodeStatus> = following) {
    const reads: ((outcome: ReadOutcome) => void)[] = [];
    const timers: { task: () => void; delayMs: number; cancelled: boolean }[] = [];
    const probes = createProbes({
      status: () => ({ ...idleStatus('running', undefined, 0), ...status }),
      read: (done) => void reads.push(done),
      eventLoopDelayMs: () => 2_000,
      logWriteAgeMs: () => undefined,
      stateWriteAgeMs: () => 20_000,
      after: (delayMs, task) => {
        const timer = { task, delayMs, cancelled: false };
        timers.push(timer);
        return () => (timer.cancelled = true);
      },
    });
    return { probes, reads, timers };
  }

  it('gather what is known of the process and its disk', () => {
    assert.deepEqual(failed(createBench().probes.live()), ['event_loop', 'state_write']);
  });

  it('share one read, however many ask', async () => {
    const { probes, reads, timers } = createBench();
    const asked = [probes.ready(), probes.ready(), probes.ready()];
    assert.equal(reads.length, 1);
    reads[0]?.(ready);
    for (const checks of await Promise.all(asked)) assert.deepEqual(failed(checks), []);
    assert(timers.every(({ cancelled }) => cancelled));
    void probes.ready();
    assert.equal(reads.length, 2, 'the next probe reads anew');
  });

  it('give a read two seconds, and begin no other while it is out', async () => {
    const { probes, reads, timers } = createBench();
    const late = probes.ready();
    assert.equal(timers[0]?.delayMs, 2_000);
    timers[0].task();
    assert.deepEqual(failed(await late), ['read']);
    const next = probes.ready();
    assert.equal(reads.length, 1);
    reads[0]?.(ready);
    assert.deepEqual(failed(await next), []);
  });

  it('deny that a process is ready that is about to end, also to those who asked before', async () => {
    const { probes, reads } = createBench();
    const asked = probes.ready();
    probes.leave();
    reads[0]?.(ready);
    assert.deepEqual(failed(await asked), ['running']);
  });

  it('do not read when nobody asks for it, or nobody could answer', async () => {
    const running = createBench();
    await running.probes.ready(new Set(['read']));
    assert.equal(running.reads.length, 0);
    const opening = createBench({ phase: 'opening' });
    await opening.probes.ready();
    assert.equal(opening.reads.length, 0);
  });
});
