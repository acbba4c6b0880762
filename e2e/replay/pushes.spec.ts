import assert from 'node:assert/strict';
import { CAPTURES, readCapture, type CaptureName } from './capture.ts';
import { capturedPushes } from './captured-pushes.ts';
import { createComparison } from './compare.ts';
import { comparePushes, takeAsRepeated, type PushVerdict } from './compare-pushes.ts';
import type { Push } from './content.ts';
import { killsOf } from './kills.ts';
import { createIds } from './must-differ.ts';
import { orderFaults } from './push-order.ts';

const asItIs = { row: (_: string, row: unknown) => row };
const today = { fromS: 1_795_400_000, toS: 1_795_420_000, isBroker: (id: bigint) => id < 4n };
const comparison = () => createComparison(createIds(), () => today);

const calls = readCapture('three-brokers');
const captured = capturedPushes(calls, asItIs, 3n);

const kinds = (received: readonly Push[]): Readonly<Record<string, number>> =>
  count(comparePushes(captured, received, comparison()));
function count(verdicts: readonly PushVerdict[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of verdicts) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
const find = (resource: string, action: string): number =>
  captured.findIndex((push) => push.resource === resource && push.action === action);

describe('pushes of a replay', () => {
  for (const name of Object.keys(CAPTURES) as CaptureName[]) {
    it(`${name}: what was captured is equal to itself`, () => {
      const all = capturedPushes(readCapture(name), asItIs);
      const verdicts = comparePushes(all, all, comparison());
      assert.deepEqual(new Set(verdicts.map(({ kind }) => kind)), new Set(['equal']));
      assert.equal(verdicts.length, all.length);
    });
  }

  const all = captured.length;
  const faults: readonly [what: string, received: readonly Push[], expected: object][] = [
    // One segment was pushed twice in a row.
    ['nothing', [], { missing: all - 1 }],
    ['one less', captured.toSpliced(find('Tenant', 'Create'), 1), { equal: all - 1, missing: 1 }],
    [
      'one twice',
      captured.toSpliced(find('Tenant', 'Create'), 0, captured[find('Tenant', 'Create')]!),
      { equal: all, repeated: 1 },
    ],
    [
      'one too many',
      [...captured, { resource: 'Acl', action: 'Delete', key: '["t","a"]', value: {} }],
      { equal: all, unexpected: 1 },
    ],
    [
      'another action',
      captured.with(find('Session', 'Delete'), {
        ...captured[find('Session', 'Delete')]!,
        action: 'Update',
      }),
      { equal: all - 1, unexpected: 1, missing: 1 },
    ],
    [
      'another value',
      captured.with(find('User', 'Create'), {
        ...captured[find('User', 'Create')]!,
        value: { ...(captured[find('User', 'Create')]!.value as object), password: 'other' },
      }),
      { equal: all - 1, differs: 1 },
    ],
    [
      'another order of keys',
      captured.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      { equal: all },
    ],
  ];
  for (const [what, received, expected] of faults) {
    it(what, () => assert.deepEqual(kinds(received), expected));
  }

  it('what was pushed to another broker counts as a repetition, and replaces nothing', () => {
    const row = captured.filter(({ resource, key }) => resource === 'Tenant' && key === '["acme"]');
    const [, deletion] = row;
    const told = (elsewhere: typeof row) =>
      count(comparePushes([deletion!], row, comparison(), elsewhere));
    assert.deepEqual(told(row), { repeated: 1, equal: 1 });
    assert.deepEqual(told([]), { unexpected: 1, equal: 1 });
  });

  it('what another broker was told as expected is a repetition though it differs', () => {
    const row = captured.slice(find('User', 'Create'), find('User', 'Create') + 1);
    const ours = row.map((push) => ({
      ...push,
      value: { ...(push.value as object), password: 'other' },
    }));
    const verdicts = (expected: typeof row): readonly PushVerdict[] =>
      comparePushes(expected, ours, comparison());
    assert.deepEqual(
      takeAsRepeated([verdicts(row), verdicts([])]).map((each) => each.map(({ kind }) => kind)),
      [['differs'], ['repeated']],
    );
    assert.deepEqual(
      takeAsRepeated([verdicts([])]).map((each) => each.map(({ kind }) => kind)),
      [['unexpected']],
    );
  });

  it('a deletion before its creation', () => {
    const one = captured.filter(({ resource, key }) => resource === 'Tenant' && key === '["acme"]');
    assert.deepEqual(
      one.map(({ action }) => action),
      ['Create', 'Delete'],
    );
    const verdicts = comparePushes(one, one.toReversed(), comparison());
    assert.deepEqual(count(verdicts), { missing: 1, equal: 1, unexpected: 1 });
  });
});

describe('the order of pushes to one broker', () => {
  it('is kept in the capture', () => assert.deepEqual(orderFaults(captured), []));

  it('is broken by a segment before its shard, and by offsets before their segment', () => {
    const at = (resource: string, after = 0): number =>
      captured.findIndex((push, index) => index >= after && push.resource === resource);
    const segment = captured[at('Segment')]!;
    assert.deepEqual(orderFaults([segment, ...captured]), [
      `Segment ${segment.key} came before its Shard`,
    ]);
    const meta = captured[at('SegmentMeta')]!;
    const shard = captured.find(
      ({ resource, key }) => resource === 'Shard' && meta.key.startsWith(key.slice(0, -1)),
    )!;
    assert.deepEqual(orderFaults([shard, meta, ...captured]), [
      `SegmentMeta ${meta.key} came before its Segment`,
    ]);
  });
});

describe('brokers that were killed', () => {
  it('are those that expired, before the first call of the last 30 s of their lives', () => {
    const kills = [...killsOf(calls)].map(([index, ids]) => [calls[index]?.atMs, ...ids]);
    assert.deepEqual(kills, [
      [156_751, 2n],
      [264_363, 1n],
    ]);
  });
});
