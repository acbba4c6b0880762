import assert from 'node:assert/strict';
import type { Done } from '../ports/outcome.ts';
import { StorageError } from '../ports/outcome.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StagedSnapshot, StateStore } from '../ports/state-store.ts';
import type { Configuration } from '../raft/membership/configuration.ts';
import { toIndex, toMemberId, toTerm } from '../raft/ids.ts';
import { createStagedSnapshots } from './staged-snapshots.ts';

const TWO = toMemberId(2);
const THREE = toMemberId(3);

const CONFIGURATION: Configuration = {
  members: [{ id: TWO, directory: 'd2', priority: 0, standing: 'voter' }],
  outgoing: [],
  nextMemberId: toMemberId(4),
  trust: 'neither',
};

const at = (index: number) => ({
  index: toIndex(index),
  term: toTerm(1),
  configuration: CONFIGURATION,
  configurationIndex: toIndex(0),
});

function createBench() {
  const transcript: string[] = [];
  const running: { index: number; done: Done<StagedSnapshot> }[] = [];
  const stage = (source: SnapshotSource, done: Done<StagedSnapshot>): void => {
    running.push({ index: source.position.index, done });
  };
  const staged = createStagedSnapshots({ stage } as StateStore, (from, { message }) =>
    transcript.push(`${from}: ${message}`),
  );
  return {
    staged,
    transcript,
    begin: (from: typeof TWO, index: number): void => {
      const body: SnapshotSource = {
        position: at(index),
        next: () => undefined,
        close: () => transcript.push(`close ${index}`),
      };
      staged.stage(from, body, (accepted) => transcript.push(`${index} ${accepted ? 'ok' : 'no'}`));
    },
    end: (): void => {
      const { index, done } = running.shift()!;
      const discard = (): void => void transcript.push(`discard ${index}`);
      done({ ok: true, value: { position: at(index), discard } });
    },
    fail: (): void =>
      running.shift()?.done({ ok: false, error: new StorageError('failed', 'cut off') }),
  };
}

describe('Staged snapshots', () => {
  it('are handed over once, where they stand', () => {
    const { staged, begin, end, transcript } = createBench();
    begin(TWO, 7);
    end();
    assert.equal(staged.take(THREE, at(7)), undefined);
    assert.equal(staged.take(TWO, at(8)), undefined);
    assert.equal(staged.take(TWO, at(7))?.position.index, 7);
    assert.equal(staged.take(TWO, at(7)), undefined);
    assert.deepEqual(transcript, ['close 7', '7 ok']);
  });

  it('have the membership that their message names', () => {
    const { staged, begin, end } = createBench();
    begin(TWO, 7);
    end();
    for (const other of [
      { ...at(7), configuration: { ...CONFIGURATION, nextMemberId: toMemberId(9) } },
      { ...at(7), configurationIndex: toIndex(3) },
    ]) {
      assert.throws(() => staged.take(TWO, other), {
        name: 'InvariantError',
        message: /a snapshot has the membership that its message names/,
      });
    }
    assert.equal(staged.take(TWO, at(7))?.position.index, 7);
  });

  it('come one at a time from each sender', () => {
    const { begin, end, transcript } = createBench();
    begin(TWO, 7);
    begin(TWO, 8);
    begin(THREE, 9);
    assert.deepEqual(transcript, ['close 8', '8 no']);
    end();
    end();
    assert.deepEqual(transcript.slice(2), ['close 7', '7 ok', 'close 9', '9 ok']);
  });

  it('replace the one before from the same sender', () => {
    const { staged, begin, end, transcript } = createBench();
    for (const index of [7, 8]) {
      begin(TWO, index);
      end();
    }
    assert(transcript.includes('discard 7'));
    assert.equal(staged.take(TWO, at(8))?.position.index, 8);
  });

  it('are freed when the state has come past them', () => {
    const { staged, begin, end, transcript } = createBench();
    begin(TWO, 7);
    end();
    staged.discardThrough(toIndex(6));
    assert(!transcript.includes('discard 7'));
    staged.discardThrough(toIndex(7));
    assert(transcript.includes('discard 7'));
  });

  it('leave the one before in place when they break off', () => {
    const { staged, begin, end, fail, transcript } = createBench();
    begin(TWO, 7);
    end();
    begin(TWO, 8);
    fail();
    assert.equal(transcript.at(-1), '8 no');
    assert.equal(staged.take(TWO, at(7))?.position.index, 7);
  });

  it('are freed, and no more are taken, at the end', () => {
    const { staged, begin, end, transcript } = createBench();
    begin(TWO, 7);
    end();
    begin(THREE, 8);
    staged.stop();
    end();
    begin(TWO, 9);
    assert.deepEqual(transcript.slice(2), [
      'discard 7',
      'close 8',
      'discard 8',
      '8 no',
      'close 9',
      '9 no',
    ]);
  });
});
