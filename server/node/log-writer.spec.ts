import assert from 'node:assert/strict';
import type { LogBatch, LogStore } from '../ports/log-store.ts';
import type { Done } from '../ports/outcome.ts';
import { StorageError } from '../ports/outcome.ts';
import type { Persist } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import type { Message } from '../raft/message.ts';
import { createLogWriter } from './log-writer.ts';

const entry = (index: number, term = 1): Entry => ({
  index: toIndex(index),
  term: toTerm(term),
  kind: 'command',
  data: new Uint8Array(0),
});

const accepted = (match: number): Message => ({
  kind: 'appendAccepted',
  from: toMemberId(1),
  to: toMemberId(2),
  term: toTerm(1),
  match: toIndex(match),
});

const persist = (
  sequence: number,
  entries: readonly Entry[] = [],
  thenSend: readonly Message[] = [],
  term?: number,
): Persist => ({
  kind: 'persist',
  hardState: term === undefined ? undefined : { term: toTerm(term), vote: undefined },
  entries,
  thenSend,
  token: { sequence, term: toTerm(term ?? 1), through: { index: toIndex(9), term: toTerm(1) } },
});

/** A writer on a log whose writes end when the test says, and a transcript of what it does. */
function createBench() {
  const transcript: string[] = [];
  const batches: LogBatch[] = [];
  const running: Done<void>[] = [];
  const deferred: (() => void)[] = [];
  const append = (batch: LogBatch, done: Done<void>): void => {
    batches.push(batch);
    const indexes = batch.entries.map(({ index, term }) => `${index}/${term}`).join(' ');
    transcript.push(`write ${batch.hardState?.term ?? '-'} [${indexes}]`);
    running.push(done);
  };
  const writer = createLogWriter({ append } as LogStore, (task) => deferred.push(task), {
    send: (message) =>
      transcript.push(`send ${message.kind === 'appendAccepted' ? message.match : '?'}`),
    persisted: ({ sequence }) => transcript.push(`persisted ${sequence}`),
    failed: ({ code }) => transcript.push(`failed ${code}`),
  });
  return {
    writer,
    batches,
    deferred,
    take: () => transcript.splice(0),
    end: () => running.shift()?.({ ok: true, value: undefined }),
    fail: () => running.shift()?.({ ok: false, error: new StorageError('failed', 'broken') }),
  };
}

describe('The log writer', () => {
  it('sends what waits for a write only after it is synced', () => {
    const { writer, take, end } = createBench();
    writer.persist(persist(1, [entry(1)], [accepted(1)]));
    assert.deepEqual(take(), ['write - [1/1]']);
    end();
    assert.deepEqual(take(), ['send 1', 'persisted 1']);
  });

  it('makes one write of all that comes while one runs', () => {
    const { writer, take, end } = createBench();
    writer.persist(persist(1, [entry(1)], [accepted(1)]));
    writer.persist(persist(2, [entry(2)], [accepted(2)], 4));
    writer.persist(persist(3, [], [], 5));
    writer.persist(persist(4, [entry(3, 5), entry(4, 5)], [accepted(4)]));
    assert.deepEqual(take(), ['write - [1/1]']);
    end();
    assert.deepEqual(take(), ['send 1', 'persisted 1', 'write 5 [2/1 3/5 4/5]']);
    end();
    assert.deepEqual(take(), ['send 2', 'send 4', 'persisted 4']);
  });

  it('leaves out of the next write what was replaced before it began', () => {
    const { writer, take, end } = createBench();
    writer.persist(persist(1, [entry(1)]));
    writer.persist(persist(2, [entry(2), entry(3), entry(4)]));
    writer.persist(persist(3, [entry(3, 2)]));
    end();
    assert.deepEqual(take().at(-1), 'write - [2/1 3/2]');
    writer.persist(persist(4, [entry(4, 2)]));
    writer.persist(persist(5, [entry(2, 3)]));
    end();
    assert.deepEqual(take().at(-1), 'write - [2/3]');
  });

  it('writes nothing where there is nothing to write, but answers later', () => {
    const { writer, take, deferred } = createBench();
    writer.persist(persist(1, [], [accepted(7)]));
    assert.deepEqual(take(), []);
    deferred.shift()?.();
    assert.deepEqual(take(), ['send 7', 'persisted 1']);
  });

  it('holds back what needs no write itself until earlier writes are synced', () => {
    const { writer, take, end, deferred } = createBench();
    writer.persist(persist(1, [entry(1)]));
    writer.persist(persist(2, [], [accepted(1)]));
    assert.deepEqual(take(), ['write - [1/1]']);
    end();
    deferred.shift()?.();
    assert.deepEqual(take(), ['persisted 1', 'send 1', 'persisted 2']);
  });

  it('runs an exclusive task between the writes before and those after it', () => {
    const { writer, take, end } = createBench();
    let release: (() => void) | undefined;
    const begun = (): boolean => release !== undefined;
    writer.persist(persist(1, [entry(1)]));
    writer.persist(persist(2, [entry(2)]));
    writer.exclusive((done) => (release = done));
    writer.persist(persist(3, [entry(3)]));
    end();
    assert(!begun());
    end();
    assert(begun());
    assert.deepEqual(take().at(-1), 'persisted 2');
    release?.();
    assert.deepEqual(take(), ['write - [3/1]']);
  });

  it('does nothing more after a failed write', () => {
    const { writer, take, fail } = createBench();
    writer.persist(persist(1, [entry(1)], [accepted(1)]));
    writer.persist(persist(2, [entry(2)], [accepted(2)]));
    fail();
    writer.persist(persist(3, [], [accepted(3)]));
    writer.exclusive(() => assert.fail('nothing runs any more'));
    assert.deepEqual(take(), ['write - [1/1]', 'failed failed']);
  });

  it('says nothing of a write that ends after it was stopped', () => {
    const { writer, take, end } = createBench();
    writer.persist(persist(1, [entry(1)], [accepted(1)]));
    writer.stop();
    end();
    assert.deepEqual(take(), ['write - [1/1]']);
  });
});
