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

describe('mutants', () => {
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

    it(`${mutant.name}: expects properties that exist, or assertions`, () => {
      for (const name of mutant.expect ?? []) {
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
