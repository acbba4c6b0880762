/** Calls of ports as promises, for contract suites: what runs under them may take real time. */
import assert from 'node:assert/strict';
import type { Done, Outcome, StorageErrorCode } from '../outcome.ts';
import { StorageError } from '../outcome.ts';

/** The outcome of a call that must answer once, and not before it has returned. */
export function outcomeOf<Value>(call: (done: Done<Value>) => void): Promise<Outcome<Value>> {
  return new Promise((resolve, reject) => {
    let returned = false;
    let answered = false;
    call((outcome) => {
      if (!returned) reject(new Error('answered before the call returned'));
      if (answered) reject(new Error('answered twice'));
      answered = true;
      resolve(outcome);
    });
    returned = true;
  });
}

/** The value of a call that must succeed. */
export async function valueOf<Value>(call: (done: Done<Value>) => void): Promise<Value> {
  const outcome = await outcomeOf(call);
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

/** A call without a value that must succeed. */
export const completes = (call: (done: Done<void>) => void): Promise<void> => valueOf(call);

/** Checks that a call fails with this code. */
export async function failsWith<Value>(
  code: StorageErrorCode,
  call: (done: Done<Value>) => void,
): Promise<void> {
  const outcome = await outcomeOf(call);
  assert(!outcome.ok, 'the call must fail');
  assert(outcome.error instanceof StorageError);
  assert.equal(outcome.error.code, code, outcome.error.message);
}
