import assert from 'node:assert/strict';
import type { NodeObserver } from '../node/node.ts';
import { StorageError } from '../ports/outcome.ts';
import type { Entry } from '../raft/entry.ts';
import { toMemberId } from '../raft/ids.ts';
import type { Raft } from '../raft/raft.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { combineObservers } from './observers.ts';

describe('Combined observers', () => {
  it('are all told, in order, of what they want to know', () => {
    const told: string[] = [];
    const watch = (name: string): NodeObserver => ({
      stepped: (input) => told.push(`${name} ${input.kind}`),
      applied: () => told.push(`${name} applied`),
      restored: (_position, cause) => told.push(`${name} ${cause}`),
      notStaged: (from) => told.push(`${name} not from ${from}`),
    });
    const both = combineObservers(watch('a'), {}, watch('b'));
    both.stepped?.({ kind: 'tick' }, [], {} as Raft);
    both.applied?.({} as Entry, []);
    both.restored?.({} as SnapshotPosition, 'opened', () => undefined);
    both.notStaged?.(toMemberId(2), new StorageError('failed', 'cut off'));
    assert.deepEqual(told, [
      ...['a tick', 'b tick', 'a applied', 'b applied', 'a opened', 'b opened'],
      ...['a not from 2', 'b not from 2'],
    ]);
  });
});
