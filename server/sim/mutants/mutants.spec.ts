import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { PROPERTIES } from '../properties/all.ts';
import { MUTANTS } from './all.ts';
import { filesOf, mutate } from './mutate.ts';
import type { Mutant } from './mutant.ts';
import { ROOT } from './seam.ts';

const OPTIONS: ts.TranspileOptions = {
  reportDiagnostics: true,
  compilerOptions: { target: ts.ScriptTarget.ESNext, erasableSyntaxOnly: true },
};

const properties = PROPERTIES.map(({ name }) => name);

/** Without these the simulator would not be believed. */
const DEMANDED = [
  'vote not persisted',
  'acknowledged before sync',
  'leader counts itself before its own sync',
  'commit by counting an entry of an older term',
  'previous-term check dropped',
  'up-to-date check dropped',
  'conflict not truncated',
  'truncating on a stale append',
  'completion for overwritten entries counted',
  'learner counted in a quorum',
  'one majority only during a joint change',
  'second change before the first is committed',
  'change applied twice',
  'snapshot keeps old membership',
  'older snapshot over a newer log',
  'pre-vote ignores a live leader',
  'read index without a heartbeat round',
  'read index before the no-op',
  'read index context reused',
  'lease kept after TimeoutNow',
  'early vote while leases are on',
  'transfer flag kept after step-down',
  'match index moved backwards',
  'commit beyond the log',
  'applied twice after restart',
  'wiped member voting under its old identity',
  // What is kept for brokers.
  'leader from the replicas',
  'leader without an epoch of its own',
  'heartbeat that ends no silence',
  'published will not remembered',
  'offsets of a deleted topic left',
  // What they are told: dropped, reordered, duplicated, told again without what is gone.
  'failed push taken for told',
  'new process told from its registration on',
  'batch turned round',
  'acknowledged push told again',
  'push told twice at once',
  'member told again without its deletion',
  'history without what is gone',
];

describe('mutants', () => {
  it('are at least the bugs that were asked for', () => {
    const names = MUTANTS.map(({ name }) => name);
    assert.deepEqual(
      DEMANDED.filter((name) => !names.includes(name)),
      [],
    );
  });

  it('have names of their own', () => {
    assert.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  });

  for (const mutant of MUTANTS) {
    it(`${mutant.name}: finds its place, and leaves code that can be read`, () => {
      for (const file of filesOf(mutant)) {
        const text = mutate(mutant, file, readFileSync(join(ROOT, file), 'utf8'));
        const { diagnostics } = ts.transpileModule(text, OPTIONS);
        assert.deepEqual(
          diagnostics?.map(({ messageText }) => messageText),
          [],
        );
      }
    });

    it(`${mutant.name}: is caught by properties that exist, or assertions`, () => {
      assert.ok(mutant.caughtBy.length > 0);
      for (const name of mutant.caughtBy) {
        assert.ok(properties.includes(name) || name.startsWith('invariant: '), name);
      }
    });
  }
});

describe('mutate', () => {
  const mutant: Mutant = {
    name: 'm',
    description: '',
    edits: [{ file: 'a.ts', find: 'one', replace: '$& two' }],
    caughtBy: [],
  };

  it('replaces text, as it is', () => {
    assert.equal(mutate(mutant, 'a.ts', 'const one = 1;'), 'const $& two = 1;');
  });

  it('leaves other files alone', () => assert.equal(mutate(mutant, 'b.ts', 'one one'), 'one one'));

  it('refuses text that is not there', () =>
    assert.throws(() => mutate(mutant, 'a.ts', 'none'.slice(2)), /found 0 times/));

  it('refuses text that is there twice', () =>
    assert.throws(() => mutate(mutant, 'a.ts', 'one one'), /found 2 times/));
});
