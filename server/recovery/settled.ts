import type { Done } from '../ports/outcome.ts';

/** The value of a call of a port, as a promise. Rejects with its StorageError. */
export const settled = <Value>(call: (done: Done<Value>) => void): Promise<Value> =>
  new Promise((resolve, reject) => {
    call((outcome) => {
      if (outcome.ok) resolve(outcome.value);
      else reject(outcome.error);
    });
  });

/** As `settled`, for a call that has no value to give. */
export const finished = (call: (done: Done<void>) => void): Promise<void> => settled(call);
