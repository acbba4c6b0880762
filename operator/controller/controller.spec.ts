import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import type { Outcome } from '../reconcile/reconcile.ts';
import { CLUSTERS, PODS } from '../resources/kinds.ts';
import { keyOf, ownedLabels, placeOf } from './keys.ts';
import { pauseAfter } from './pause.ts';

describe('the key of', () => {
  const labels = { 'app.kubernetes.io/name': 'robustmq-meta', 'app.kubernetes.io/instance': 'c' };
  const metadata = { namespace: 'n', name: 'x', labels };

  it('a cluster is its own, and of what belongs to one its', () => {
    strictEqual(keyOf(CLUSTERS, { metadata }), 'n/x');
    strictEqual(keyOf(PODS, { metadata }), 'n/c');
    strictEqual(keyOf(PODS, { metadata: { ...metadata, labels: {} } }), undefined);
    deepStrictEqual(placeOf('n/x'), { namespace: 'n', name: 'x' });
  });

  it('all clusters selects objects of all', () => {
    deepStrictEqual(ownedLabels(), { 'app.kubernetes.io/name': 'robustmq-meta' });
  });
});

describe('the pause after', () => {
  const waiting: Outcome = { kind: 'waiting', reason: 'NoLeader', message: '' };
  const rows: readonly (readonly [string, Outcome, number, number | undefined])[] = [
    ['a cluster that is gone', { kind: 'gone' }, 0, undefined],
    ['one that is well', { kind: 'settled' }, 0, 10_000],
    ['an older cache', { kind: 'behind' }, 0, 100],
    ['the first wait', waiting, 0, 150],
    ['the same wait again', waiting, 1, 157.5],
    ['a long wait', waiting, 100, 2_000],
  ];
  for (const [name, outcome, waits, wanted] of rows) {
    it(name, () => strictEqual(pauseAfter(outcome, waits, 10_000), wanted));
  }
});
