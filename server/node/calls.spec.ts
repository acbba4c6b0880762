import assert from 'node:assert/strict';
import { createCalls } from './calls.ts';

/** Calls under names, and the order of what they were told. */
function createBench() {
  const told: string[] = [];
  const calls = createCalls();
  const open = (name: string, deadlineMs: number) =>
    calls.open<string>((outcome) => told.push(`${name} ${outcome}`), 'late', deadlineMs);
  return { calls, told, open };
}

describe('A call', () => {
  it('is answered once', () => {
    const { calls, told, open } = createBench();
    const call = open('a', 10);
    assert(call.isOpen);
    call.answer('good');
    call.answer('again');
    calls.expire(10);
    calls.endAll();
    assert.deepEqual({ told, isOpen: call.isOpen }, { told: ['a good'], isOpen: false });
  });

  it('ends when its deadline has come, not before', () => {
    const { calls, told, open } = createBench();
    open('a', 10);
    open('b', 20);
    calls.expire(9);
    assert.deepEqual(told, []);
    calls.expire(10);
    assert.deepEqual(told, ['a late']);
    calls.expire(30);
    assert.deepEqual(told, ['a late', 'b late']);
  });

  it('may be made while all are ended', () => {
    const { calls, told, open } = createBench();
    calls.open(() => open('again', 30), 'late', 10);
    open('b', 20);
    calls.endAll();
    assert.deepEqual(told, ['b late']);
    calls.endAll();
    assert.deepEqual(told, ['b late', 'again late']);
  });
});
