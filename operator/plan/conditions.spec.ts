import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { CONDITION_TYPES, REASONS } from '../api/condition.ts';
import { settledDecision } from './testing/next-action.ts';
import { seen } from './testing/seen.ts';
import { STATES } from './testing/states.ts';
import type { State } from './testing/states.ts';

/** What others conclude from these is in `e2e/kubernetes/health`. */
const RECORDED = join(import.meta.dirname, 'testdata', 'statuses');

const fileOf = ({ name }: State): string => `${name.replaceAll(',', '').replaceAll(' ', '-')}.yaml`;

describe('truth table of the conditions', () => {
  for (const state of STATES) {
    it(state.name, () => {
      const { observation } = settledDecision(seen(state.words));
      const { cluster } = observation;
      const conditions = cluster.status?.conditions ?? [];
      deepStrictEqual(
        conditions.map(({ type }) => type),
        [...CONDITION_TYPES],
      );
      const [ready] = conditions;
      const letters = conditions.map(({ status }) => (status === 'True' ? 'T' : 'f'));
      deepStrictEqual([...letters, ready?.reason].join(' '), state.said);
      for (const { reason, observedGeneration } of conditions) {
        ok(reason in REASONS, reason);
        deepStrictEqual(observedGeneration, cluster.metadata.generation);
      }
      const text = stringify(cluster, { aliasDuplicateObjects: false, lineWidth: 0 });
      const file = join(RECORDED, fileOf(state));
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
      strictEqual(text, readFileSync(file, 'utf8'), 'npm run test:golden:update');
    });
  }

  it('is recorded, and nothing else is', () => {
    deepStrictEqual(readdirSync(RECORDED).sort(), STATES.map(fileOf).sort());
  });
});
