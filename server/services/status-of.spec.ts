import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { StorageError } from '../ports/outcome.ts';
import { toIndex, toMemberId } from '../raft/ids.ts';
import { decodeReply, encodeError } from '../state/reply.ts';
import {
  cancelled,
  draining,
  noLeader,
  notConfirmed,
  ofRefusal,
  ofReplyError,
  ofThrown,
  outcomeUnknown,
} from './status-of.ts';
import type { Refusal } from './status-of.ts';

const one = toIndex(1);
const REFUSALS: readonly (readonly [Refusal, status])[] = [
  [{ reason: 'notLeader', leader: undefined }, status.UNAVAILABLE],
  [{ reason: 'transferring', to: toMemberId(1) }, status.UNAVAILABLE],
  [{ reason: 'removed' }, status.UNAVAILABLE],
  [{ reason: 'halted' }, status.UNAVAILABLE],
  [{ reason: 'tooLarge', bytes: 2, bytesMax: 1 }, status.RESOURCE_EXHAUSTED],
  [{ reason: 'logFull', bytes: 2, bytesMax: 1 }, status.RESOURCE_EXHAUSTED],
  [{ reason: 'diskFull' }, status.RESOURCE_EXHAUSTED],
  [{ reason: 'readsFull', readsMax: 1 }, status.RESOURCE_EXHAUSTED],
  [{ reason: 'changeInFlight', index: one }, status.FAILED_PRECONDITION],
  [{ reason: 'termNotCommitted', index: one }, status.FAILED_PRECONDITION],
  [{ reason: 'configurationMoved', expected: one, actual: one }, status.FAILED_PRECONDITION],
  [{ reason: 'invalidChange', problem: 'p' }, status.FAILED_PRECONDITION],
  [{ reason: 'invalidTarget', problem: 'p' }, status.FAILED_PRECONDITION],
];

/** What clients of v0.4.11 look for in a text: none of ours may say it by accident. */
const WORDS = [
  'forward request to',
  'raft leader',
  'tcp connect error',
  'Connection refused',
  'ConnectError',
  'not initialized',
  'not retried',
  'does not exist',
  '!= registered',
];

describe('The status', () => {
  for (const [refusal, code] of REFUSALS) {
    it(`of a refusal, ${refusal.reason}, is ${status[code]}`, () => {
      assert.equal(ofRefusal(refusal).code, code);
    });
  }

  it('of an uncertain write is one that brokers take as final, unless it is numbered', () => {
    assert.equal(outcomeUnknown(false).code, status.DEADLINE_EXCEEDED);
    assert.equal(outcomeUnknown(true).code, status.UNAVAILABLE);
    assert.match(outcomeUnknown(true).details, /same robustmq-request-id/);
  });

  for (const [code, expected] of [
    ['outcomeUnknown', status.FAILED_PRECONDITION],
    ['clientsFull', status.RESOURCE_EXHAUSTED],
    ['versionNotAnnounced', status.FAILED_PRECONDITION],
    ['versionLowered', status.FAILED_PRECONDITION],
    ['memberTooOld', status.FAILED_PRECONDITION],
    ['versionNotActive', status.UNAVAILABLE],
  ] as const) {
    it(`of a command turned away, ${code}, is ${status[expected]}`, () => {
      const reply = decodeReply(encodeError(code, 1, 2));
      assert(reply.kind === 'error');
      assert.deepEqual(ofReplyError(reply), { code: expected, details: reply.text });
    });
  }

  it('of a state that cannot be read tells a closed one from a damaged one', () => {
    assert.equal(ofThrown(new StorageError('closed', 'x')).code, status.UNAVAILABLE);
    assert.equal(ofThrown(new StorageError('corrupt', 'row k/x')).code, status.DATA_LOSS);
    assert.match(ofThrown(new StorageError('corrupt', 'row k/x')).details, /row k\/x/);
    assert.equal(ofThrown(new Error('x')).code, status.INTERNAL);
  });

  it('says nothing by accident that clients act on', () => {
    const failures = [
      ...REFUSALS.map(([refusal]) => ofRefusal(refusal)),
      ...[cancelled(), draining(), noLeader(1), notConfirmed()],
      ...[outcomeUnknown(true), outcomeUnknown(false)],
    ];
    for (const { details } of failures) {
      for (const words of WORDS) assert(!details.includes(words), details);
    }
  });
});
