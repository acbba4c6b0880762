/** What every store keeps to: one write at a time, nothing after an error, and a close that waits. */
import type { Done, Outcome } from '../../ports/outcome.ts';
import { StorageError } from '../../ports/outcome.ts';
import { invariant } from '../../raft/invariant.ts';

/** Lets calls through to what a store has open, or refuses them. Tasks throw StorageError; anything else crashes. */
export interface Gate {
  /** Whether calls are let through. */
  isOpen(): boolean;
  /** Throws StorageError unless they are. */
  check(): void;
  isWriting(): boolean;
  /** Of what is open now: aborted when the store begins to close. */
  signal(): AbortSignal;
  open<Value>(task: () => Promise<Value>, done: Done<Value>): void;
  read<Value>(task: () => Promise<Value>, done: Done<Value>): void;
  /** After an error every call is refused until the store is closed and opened again. */
  write(task: () => Promise<void>, done: Done<void>): void;
  /** Work that nobody waits for but `close`. Its errors are of no consequence. */
  background(task: () => Promise<void>): void;
  /** Runs `shut` once nothing else runs. `intact`: what was open is so in good order. */
  close(shut: (intact: boolean) => Promise<void>, done: Done<void>): void;
}

/** @param name names the store in errors. */
export function createGate(name: string): Gate {
  let state: 'closed' | 'opening' | 'open' | 'broken' | 'closing' = 'closed';
  let writing = false;
  /** A store that closes was open, and no write has failed since. */
  let intact = false;
  const { run, idle } = createRunner();
  let closing: Promise<Outcome<void>> | undefined;
  let aborting = new AbortController();

  function refusal(): StorageError {
    const code = state === 'broken' ? 'failed' : 'closed';
    const why = state === 'broken' ? 'a write failed; close and open it again' : state;
    return new StorageError(code, `${name}: ${why}`);
  }

  const refuse = <Value>(error: StorageError, done: Done<Value>): void =>
    run(() => Promise.reject<Value>(error), done);

  return {
    isOpen: () => state === 'open',
    check: () => {
      if (state !== 'open') throw refusal();
    },
    isWriting: () => writing,
    signal: () => aborting.signal,
    open: (task, done) => {
      if (state !== 'closed') {
        refuse(new StorageError('failed', `${name}: already open`), done);
        return;
      }
      state = 'opening';
      aborting = new AbortController();
      run(task, (outcome) => {
        // Unless it is to be closed by now.
        if (state === 'opening') state = outcome.ok ? 'open' : 'closed';
        done(outcome);
      });
    },
    read: (task, done) => (state === 'open' ? run(task, done) : refuse(refusal(), done)),
    write: (task, done) => {
      if (state !== 'open') {
        refuse(refusal(), done);
        return;
      }
      invariant(!writing, 'one write at a time', { name });
      writing = true;
      run(task, (outcome) => {
        writing = false;
        if (!outcome.ok) {
          if (state === 'open') state = 'broken';
          intact = false;
        }
        done(outcome);
      });
    },
    background: (task) => run(task, () => undefined),
    close: (shut, done) => {
      if (state === 'open') intact = true;
      if (state !== 'closed') state = 'closing';
      aborting.abort();
      closing ??= idle()
        .then(() => outcomeOf(() => shut(intact)))
        .then((outcome) => {
          state = 'closed';
          intact = false;
          closing = undefined;
          return outcome;
        });
      void closing.then(done);
    },
  };
}

interface Runner {
  readonly run: <Value>(task: () => Promise<Value>, done: Done<Value>) => void;
  /** Resolves once nothing runs. */
  readonly idle: () => Promise<void>;
}

function createRunner(): Runner {
  let running = 0;
  let whenIdle: (() => void)[] = [];
  return {
    run: (task, done) => {
      running += 1;
      void outcomeOf(task).then((outcome) => {
        running -= 1;
        done(outcome);
        if (running > 0) return;
        const tasks = whenIdle;
        whenIdle = [];
        for (const wake of tasks) wake();
      });
    },
    idle: () =>
      running === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve)),
  };
}

async function outcomeOf<Value>(task: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await task() };
  } catch (error) {
    if (error instanceof StorageError) return { ok: false, error };
    throw error;
  }
}
