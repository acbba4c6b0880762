import assert from 'node:assert/strict';
import { status as Code } from '@grpc/grpc-js';
import type { NodePhase } from '../../node/node.ts';
import { StorageError } from '../../ports/outcome.ts';
import type { Refusal, RefusalReason } from '../../raft/effect.ts';
import { toIndex, toMemberId } from '../../raft/ids.ts';
import { AdminError, LEADER_TRAILER, toStatus } from './admin-error.ts';
import type { AdminParts } from './parts.ts';
import { PHASE_PROBLEMS, refused } from './refusals.ts';
import { createWorld } from './testing/world.ts';

const REFUSALS = {
  notLeader: [
    { reason: 'notLeader', leader: undefined },
    'UNAVAILABLE',
    'No leader is known. Try again in a moment.',
  ],
  transferring: [
    { reason: 'transferring', to: toMemberId(3) },
    'UNAVAILABLE',
    'Leadership is on its way to member 3. Try again in a moment.',
  ],
  tooLarge: [
    { reason: 'tooLarge', bytes: 9, bytesMax: 8 },
    'RESOURCE_EXHAUSTED',
    '9 bytes, but at most 8 are possible.',
  ],
  logFull: [
    { reason: 'logFull', bytes: 9, bytesMax: 8 },
    'RESOURCE_EXHAUSTED',
    '9 bytes, but at most 8 are possible.',
  ],
  diskFull: [
    { reason: 'diskFull' },
    'RESOURCE_EXHAUSTED',
    'The disk of this member is full. Free some space.',
  ],
  readsFull: [
    { reason: 'readsFull', readsMax: 5 },
    'RESOURCE_EXHAUSTED',
    '5 reads wait already. Try again in a moment.',
  ],
  changeInFlight: [
    { reason: 'changeInFlight', index: toIndex(4) },
    'ABORTED',
    'The change at index 4 is not finished yet. Wait until it is, observe, and decide again.',
  ],
  termNotCommitted: [
    { reason: 'termNotCommitted', index: toIndex(4) },
    'UNAVAILABLE',
    'This leader has just begun its term. Try again in a moment.',
  ],
  configurationMoved: [
    { reason: 'configurationMoved', expected: toIndex(4), actual: toIndex(6) },
    'ABORTED',
    'This was decided on configuration 4, but configuration 6 is in force. Observe, and decide again.',
  ],
  invalidChange: [{ reason: 'invalidChange', problem: 'No.' }, 'FAILED_PRECONDITION', 'No.'],
  invalidTarget: [{ reason: 'invalidTarget', problem: 'No.' }, 'FAILED_PRECONDITION', 'No.'],
  removed: [
    { reason: 'removed' },
    'FAILED_PRECONDITION',
    'This member was removed from its cluster. Ask another member.',
  ],
  halted: [
    { reason: 'halted' },
    'UNAVAILABLE',
    'The storage of this member failed. Ask another member.',
  ],
} as const satisfies Record<RefusalReason, readonly [Refusal, keyof typeof Code, string]>;

const PHASES = {
  opening: ['UNAVAILABLE', 'This member is opening its storage. Try again in a moment.'],
  waiting: [
    'FAILED_PRECONDITION',
    'This process belongs to no cluster yet. Bootstrap it, or let the leader of a cluster add its directory.',
  ],
  running: undefined,
  reopening: ['UNAVAILABLE', 'This member opens its storage again: why'],
  refused: ['FAILED_PRECONDITION', 'This data directory is refused: why'],
  broken: ['UNAVAILABLE', 'This process holds what cannot be trusted. Restart it: why'],
  stopped: ['UNAVAILABLE', 'This process is stopping. Ask another member.'],
} as const satisfies Record<NodePhase, readonly [keyof typeof Code, string] | undefined>;

const told = (error: unknown) => {
  const { code, details } = toStatus(error, () => assert.fail());
  return [Code[code], details];
};

describe('A refusal', () => {
  for (const [reason, [refusal, code, details]] of Object.entries(REFUSALS)) {
    it(`because of ${reason} is ${code}`, () => {
      const { parts } = createWorld().start();
      assert.deepEqual(told(refused(parts, refusal)), [code, details]);
    });
  }

  it('names no leader whose address is not known', () => {
    const { parts } = createWorld().start();
    const refusal: Refusal = { reason: 'notLeader', leader: toMemberId(3) };
    assert.deepEqual(told(refused(parts, refusal)), [
      'UNAVAILABLE',
      'Member 3 leads, but where it is found is not known yet. Try again.',
    ]);
  });

  for (const [phase, expected] of Object.entries(PHASES)) {
    it(`while ${phase} says so`, () => {
      const problem = PHASE_PROBLEMS[phase as NodePhase](new Error('why'));
      assert.deepEqual(problem && told(problem), expected);
    });
  }
});

describe('The status of an error', () => {
  it('names the leader in a trailer', () => {
    const error = new AdminError('failedPrecondition', 'Ask it.', 'host:1230');
    const { metadata } = toStatus(error, () => assert.fail());
    assert.deepEqual(metadata.get(LEADER_TRAILER), ['host:1230']);
  });

  for (const [code, expected] of [
    ['failed', 'UNAVAILABLE'],
    ['full', 'RESOURCE_EXHAUSTED'],
    ['corrupt', 'DATA_LOSS'],
    ['foreign', 'DATA_LOSS'],
    ['closed', 'UNAVAILABLE'],
  ] as const) {
    it(`of storage that is ${code} is ${expected}`, () => {
      assert.deepEqual(told(new StorageError(code, 'why')), [expected, 'why']);
    });
  }

  it('tells a caller nothing of what nobody foresaw, and the log everything', () => {
    const error = new Error('secret');
    const seen: unknown[] = [];
    const unforeseen: AdminParts['unforeseen'] = (each) => seen.push(each);
    const { code, details } = toStatus(error, unforeseen);
    assert.deepEqual(
      [Code[code], details],
      ['INTERNAL', 'Internal error: see the log of this member.'],
    );
    assert.deepEqual(seen, [error]);
  });
});
