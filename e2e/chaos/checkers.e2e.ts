/** Two checkers of histories, which share no line, must say the same. */
import assert from 'node:assert/strict';
import type { TimedOperation } from '../../server/sim/linearizability/history.ts';
import { checkLinearizability } from '../../server/sim/linearizability/linearizability.ts';
import type { SecondOpinion } from './judge.ts';
import { createPorcupine } from './porcupine.ts';

const put = (value: string) => ({ kind: 'put', key: 'k', value }) as const;
const append = (token: string) => ({ kind: 'append', key: 'k', token }) as const;
const get = { kind: 'get', key: 'k' } as const;

type Step = readonly [
  operation: TimedOperation['operation'],
  invoked: number,
  returned: number,
  result?: string,
];

const history = (steps: readonly Step[]): readonly TimedOperation[] =>
  steps.map(([operation, invoked, returned, result], id) => ({
    ...{ id, client: id, operation, invoked, returned, result },
  }));

const CASES: Readonly<Record<string, readonly ['linearizable' | 'violated', readonly Step[]]>> = {
  'what happened one after the other': [
    'linearizable',
    [
      [put('a'), 1, 2],
      [get, 3, 4, 'a'],
      [put('b'), 5, 6],
      [get, 7, 8, 'b'],
    ],
  ],
  'a stale read': [
    'violated',
    [
      [put('a'), 1, 2],
      [put('b'), 3, 4],
      [get, 5, 6, 'a'],
    ],
  ],
  'a lost write': [
    'violated',
    [
      [put('a'), 1, 2],
      [get, 3, 4, ''],
    ],
  ],
  'writes in another order for each reader': [
    'violated',
    [
      [put('a'), 1, 10],
      [put('b'), 2, 11],
      [get, 12, 13, 'a'],
      [get, 14, 15, 'b'],
    ],
  ],
  'a write that was applied twice': [
    'violated',
    [
      [append('a'), 1, 2, 'a'],
      [get, 3, 4, 'aa'],
    ],
  ],
  'a write of unknown outcome that was seen late': [
    'linearizable',
    [
      [put('a'), 1, 2],
      [put('b'), 3, Infinity],
      [get, 5, 6, 'a'],
      [get, 7, 8, 'b'],
    ],
  ],
  'a write of unknown outcome that was never seen': [
    'linearizable',
    [
      [put('a'), 1, 2],
      [put('b'), 3, Infinity],
      [get, 5, 6, 'a'],
    ],
  ],
  'a write of unknown outcome that was seen, and then was not': [
    'violated',
    [
      [put('a'), 1, 2],
      [put('b'), 3, Infinity],
      [get, 5, 6, 'b'],
      [get, 7, 8, 'a'],
    ],
  ],
};

describe('Both checkers of histories', () => {
  let porcupine: SecondOpinion;

  before(() => {
    porcupine = createPorcupine();
  });

  for (const [name, [verdict, steps]] of Object.entries(CASES)) {
    it(`say ${verdict}: ${name}`, () => {
      assert.equal(checkLinearizability(history(steps)).kind, verdict);
      assert.equal(porcupine(history(steps)), verdict);
    });
  }
});
