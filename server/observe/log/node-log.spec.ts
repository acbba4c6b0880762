import assert from 'node:assert/strict';
import type { NodeStatus } from '../../node/node.ts';
import { StorageError } from '../../ports/outcome.ts';
import { start } from '../../raft/core.ts';
import type { Effect } from '../../raft/effect.ts';
import { ORIGIN, toIndex, toMemberId, toTerm } from '../../raft/ids.ts';
import type { Input } from '../../raft/input.ts';
import type { Configuration } from '../../raft/membership/configuration.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import type { Raft } from '../../raft/raft.ts';
import type { LogEvent, LogFields } from './log-event.ts';
import type { Log } from './log.ts';
import { createNodeLog } from './node-log.ts';
import { createPhaseLog } from './phase-log.ts';

type Line = readonly [LogEvent, object];

const configuration: Configuration = {
  members: [
    { id: toMemberId(1), directory: 'd1', priority: 0, standing: 'voter' },
    { id: toMemberId(2), directory: 'd2', priority: 0, standing: 'learner' },
  ],
  outgoing: [],
  nextMemberId: toMemberId(3),
  trust: 'neither',
};

function memberOf(configurationIndex: number): Raft {
  const index = toIndex(configurationIndex);
  const base = { index, term: ORIGIN.term };
  return start(
    {
      id: toMemberId(1),
      hardState: { term: toTerm(0), vote: undefined },
      state: { ...base, configuration, configurationIndex: index },
      log: { base, terms: [], last: index },
      entries: [],
      seed: 1,
    },
    DEFAULT_OPTIONS,
    0,
  );
}

function createBench({ trace = false } = {}) {
  const lines: Line[] = [];
  const log: Log = {
    write: <E extends LogEvent>(event: E, fields: LogFields[E]) => void lines.push([event, fields]),
    enabled: (event) => trace || event !== 'step',
    level: () => 'info',
    setLevel: () => undefined,
    flush: () => undefined,
  };
  let nowMs = 0;
  const observer = createNodeLog(log, () => nowMs);
  const raft = memberOf(0);
  const step = (effects: readonly Effect[], input: Input = { kind: 'tick' }): void =>
    observer.stepped?.(input, effects, raft);
  // The configuration at the start is news once.
  step([]);
  lines.length = 0;
  return { log, lines, observer, step, pass: (ms: number) => (nowMs += ms) };
}

const role = (
  name: 'follower' | 'candidate' | 'leader' | 'removed',
  term: number,
  leader?: number,
) =>
  ({
    kind: 'roleChanged',
    role: name,
    term: toTerm(term),
    leader: leader === undefined ? undefined : toMemberId(leader),
  }) as const;

describe('The log of a node', () => {
  it('tells roles and leaders when they change, and only then', () => {
    const { step, lines } = createBench();
    step([role('candidate', 1)]);
    step([role('leader', 1, 1)]);
    step([role('leader', 1, 1)]);
    step([role('follower', 2)]);
    assert.deepEqual(lines, [
      ['role_changed', { role: 'candidate', term: 1 }],
      ['role_changed', { role: 'leader', term: 1 }],
      ['leader_changed', { leader: 1, term: 1 }],
      ['role_changed', { role: 'follower', term: 2 }],
      ['leader_changed', { leader: undefined, term: 2 }],
    ]);
  });

  it('tells who belongs to the cluster, once per configuration', () => {
    const { observer, lines } = createBench();
    observer.stepped?.({ kind: 'tick' }, [], memberOf(9));
    observer.stepped?.({ kind: 'tick' }, [], memberOf(9));
    assert.deepEqual(lines, [
      ['configuration_changed', { index: 9, voters: [1], learners: [2], joint: false }],
    ]);
  });

  it('times snapshots', () => {
    const { step, pass, lines } = createBench();
    const to = toMemberId(2);
    const term = toTerm(1);
    const sent = (delivered: boolean): Input => ({
      kind: 'snapshotSent',
      to,
      term,
      index: toIndex(7),
      delivered,
    });
    step([{ kind: 'sendSnapshot', to, term }]);
    pass(250);
    step([], sent(true));
    step([{ kind: 'sendSnapshot', to, term }]);
    pass(10);
    step([], sent(false));
    assert.deepEqual(lines, [
      ['snapshot_started', { peer: 2 }],
      ['snapshot_sent', { peer: 2, index: 7, durationMs: 250 }],
      ['snapshot_started', { peer: 2 }],
      ['snapshot_send_failed', { peer: 2, durationMs: 10 }],
    ]);
  });

  it('tells alarms, removal, space, and what was restored', () => {
    const { step, observer, lines } = createBench();
    const member = toMemberId(2);
    step([
      {
        kind: 'alarm',
        alarm: 'memberRegressed',
        member,
        acknowledged: toIndex(9),
        found: toIndex(3),
      },
    ]);
    step([role('removed', 4)]);
    step([], { kind: 'storageSpace', low: true });
    step([], { kind: 'storageSpace', low: true });
    step([], { kind: 'storageSpace', low: false });
    const position = { index: toIndex(5), term: toTerm(2) };
    observer.restored?.(
      { ...position, configuration, configurationIndex: toIndex(0) },
      'installed',
      () => undefined,
    );
    assert.deepEqual(lines, [
      ['member_regressed', { peer: 2, acknowledged: 9, found: 3 }],
      ['role_changed', { role: 'removed', term: 4 }],
      ['member_removed', { term: 4 }],
      ['disk_space_low', {}],
      ['disk_space_ok', {}],
      ['snapshot_installed', position],
    ]);
  });

  it('tells each step when asked to, by kinds and never by content', () => {
    const { step, lines } = createBench({ trace: true });
    step([], { kind: 'propose', context: 1, commands: [new TextEncoder().encode('s3cret')] });
    assert.deepEqual(lines, [['step', { input: 'propose', effects: [] }]]);
  });
});

describe('The log of phases', () => {
  it('tells why storage was left, what to do, and when it is back', () => {
    const { log, lines } = createBench();
    let status: Pick<NodeStatus, 'phase' | 'error' | 'applied'> = {
      phase: 'running',
      error: undefined,
      applied: toIndex(4),
    };
    const phases = createPhaseLog(log, () => status);
    phases.look();
    const error = new StorageError('full', 'no space left');
    status = { ...status, phase: 'reopening', error };
    phases.look();
    phases.look();
    status = { ...status, phase: 'running', error: undefined };
    phases.look();
    assert.deepEqual(lines, [
      ['phase_changed', { phase: 'running' }],
      ['phase_changed', { phase: 'reopening' }],
      [
        'storage_failed',
        {
          error,
          code: 'full',
          advice: 'free space on the disk, or make it larger; it is tried again by itself',
        },
      ],
      ['phase_changed', { phase: 'running' }],
      ['storage_reopened', { index: 4 }],
    ]);
  });

  for (const [phase, event] of [
    ['refused', 'storage_refused'],
    ['broken', 'invariant_broken'],
  ] as const) {
    it(`calls it ${event} when a node is ${phase}`, () => {
      const { log, lines } = createBench();
      const status = { phase, error: new Error('why'), applied: toIndex(0) };
      createPhaseLog(log, () => status).look();
      assert.deepEqual(
        lines.map(([name]) => name),
        ['phase_changed', event],
      );
    });
  }
});
