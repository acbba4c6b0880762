import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TimedOperation } from './history.ts';
import { checkLinearizability } from './linearizability.ts';
import type { Operation, OperationResult } from '../clients/operation.ts';
import { after } from './register.ts';

const put = (value: string, key = 'k'): Operation => ({ kind: 'put', key, value });
const append = (token: string, key = 'k'): Operation => ({ kind: 'append', key, token });
const swap = (from: string, to: string): Operation => ({
  kind: 'compareAndSwap',
  key: 'k',
  from,
  to,
});
const get = (key = 'k'): Operation => ({ kind: 'get', key });

type Row = readonly [
  invoked: number,
  returned: number | '?',
  operation: Operation,
  result?: OperationResult,
];

const history = (rows: readonly Row[]): readonly TimedOperation[] =>
  rows.map(([invoked, returned, operation, result], at) => ({
    id: at,
    client: at,
    operation,
    invoked,
    returned: returned === '?' ? Infinity : returned,
    result,
  }));

const verdictOn = (rows: readonly Row[]): string => checkLinearizability(history(rows)).kind;

describe('linearizability', () => {
  const legal: Readonly<Record<string, readonly Row[]>> = {
    'no operation at all': [],
    'one after the other': [
      [1, 2, put('a')],
      [3, 4, get(), 'a'],
      [5, 6, append('b'), 'ab'],
      [7, 8, swap('ab', 'c'), true],
      [9, 10, get(), 'c'],
    ],
    'a read beside a write sees the value before it': [
      [1, 2, put('a')],
      [3, 6, put('b')],
      [4, 5, get(), 'a'],
      [7, 8, get(), 'b'],
    ],
    'a read beside a write sees the value after it': [
      [1, 2, put('a')],
      [3, 6, put('b')],
      [4, 5, get(), 'b'],
    ],
    'concurrent appends in an order other than that of their calls': [
      [1, 6, append('a'), 'ba'],
      [2, 5, append('b'), 'b'],
      [7, 8, get(), 'ba'],
    ],
    'an unknown write that surfaces late': [
      [1, '?', put('late')],
      [2, 3, put('a')],
      [4, 5, get(), 'a'],
      [6, 7, get(), 'late'],
    ],
    'an unknown write that never happens': [
      [1, '?', append('x')],
      [2, 3, append('a'), 'a'],
      [4, 5, get(), 'a'],
    ],
    'an unknown write that happens, unseen, before a put': [
      [1, '?', append('x')],
      [2, 3, put('a')],
      [4, 5, get(), 'a'],
    ],
    'unknown appends that surface in one read': [
      [1, '?', append('x')],
      [2, '?', append('y')],
      [3, 4, append('a'), 'a'],
      [5, 6, append('b'), 'ayxb'],
    ],
    'an unknown swap on the way from one value to another': [
      [1, '?', swap('a', 'b')],
      [2, '?', put('a')],
      [3, 4, put('z')],
      [5, 6, get(), 'b'],
    ],
    'a swap that fails because of an unknown write that is overwritten': [
      [1, '?', put('x')],
      [2, 3, put('a')],
      [4, 5, swap('a', 'b'), false],
      [6, 7, put('c')],
      [8, 9, get(), 'c'],
    ],
    'of two concurrent swaps from one value one succeeds': [
      [1, 2, put('a')],
      [3, 6, swap('a', 'b'), true],
      [4, 5, swap('a', 'c'), false],
      [7, 8, get(), 'b'],
    ],
    'keys are independent': [
      [1, 2, put('a', 'k')],
      [3, 4, get('l'), ''],
      [5, 6, append('b', 'l'), 'b'],
      [7, 8, get('k'), 'a'],
    ],
  };
  for (const [name, rows] of Object.entries(legal)) {
    it(`accepts: ${name}`, () => assert.equal(verdictOn(rows), 'linearizable'));
  }

  const illegal: Readonly<Record<string, readonly Row[]>> = {
    'a stale read': [
      [1, 2, put('a')],
      [3, 4, put('b')],
      [5, 6, get(), 'a'],
    ],
    'a stale read after a concurrent one that saw the write': [
      [1, 8, put('a')],
      [2, 3, get(), 'a'],
      [4, 5, get(), ''],
    ],
    'a lost acknowledged write': [
      [1, 2, append('a'), 'a'],
      [3, 4, append('b'), 'b'],
      [5, 6, get(), 'b'],
    ],
    'an append done twice': [
      [1, 2, append('a'), 'a'],
      [3, 4, get(), 'aa'],
    ],
    'an unknown append done twice': [
      [1, '?', append('a')],
      [2, 3, get(), 'aa'],
    ],
    'an unknown write seen, then unseen': [
      [1, 2, put('a')],
      [3, '?', append('x')],
      [4, 5, get(), 'ax'],
      [6, 7, get(), 'a'],
    ],
    'a read of the future': [
      [1, 2, get(), 'a'],
      [3, 4, put('a')],
    ],
    'a read of an unknown write of the future': [
      [1, 2, get(), 'a'],
      [3, '?', put('a')],
    ],
    'two swaps from one value succeed': [
      [1, 2, put('a')],
      [3, 6, swap('a', 'b'), true],
      [4, 5, swap('a', 'c'), true],
    ],
    'a swap fails though it found its value': [
      [1, 2, put('a')],
      [3, 4, swap('a', 'b'), false],
    ],
    'a swap succeeds on another value': [
      [1, 2, put('a')],
      [3, 4, swap('x', 'b'), true],
    ],
    'a result that no execution gives': [[1, 2, append('a'), 'b']],
    'appends seen in two orders': [
      [1, 4, append('a'), 'a'],
      [2, 3, append('b'), 'ab'],
      [5, 6, get(), 'ba'],
    ],
    'one key of several': [
      [1, 2, put('a', 'k')],
      [3, 4, put('a', 'l')],
      [5, 6, get('l'), ''],
    ],
  };
  for (const [name, rows] of Object.entries(illegal)) {
    it(`refuses: ${name}`, () => assert.equal(verdictOn(rows), 'violated'));
  }

  it('explains where no operation fits', () => {
    const verdict = checkLinearizability(
      history([
        [1, 2, put('a')],
        [3, 4, put('b')],
        [5, 6, get(), 'a'],
      ]),
    );
    assert.deepEqual(verdict, {
      kind: 'violated',
      key: 'k',
      explanation: [
        'key k: 2 operations can be ordered, then none of the next ones fits',
        '  then #0 client 0 [1, 2] put a',
        '  then #1 client 1 [3, 4] put b',
        '  value "b"',
        '  stuck #2 client 2 [5, 6] get = "a"',
      ].join('\n'),
    });
  });

  it('says so when it gives up', () => {
    const rows: readonly Row[] = [
      [1, 2, put('a')],
      [3, 4, get(), 'a'],
    ];
    const verdict = checkLinearizability(history(rows), 1);
    assert.deepEqual(verdict, { kind: 'undecided', key: 'k', steps: 2 });
  });

  it('accepts what a sequential execution gives, whatever overlaps', () => {
    fc.assert(
      fc.property(executions(60), (operations) => {
        assert.equal(checkLinearizability(operations).kind, 'linearizable');
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with trying all orders', () => {
    const verdicts = new Map<string, number>();
    fc.assert(
      fc.property(mutatedExecutions, (operations) => {
        const expected = isLinearizableByForce(operations) ? 'linearizable' : 'violated';
        assert.equal(checkLinearizability(operations).kind, expected);
        verdicts.set(expected, (verdicts.get(expected) ?? 0) + 1);
      }),
      { numRuns: 3000 },
    );
    // Both answers are common, or the comparison says little.
    assert.ok((verdicts.get('linearizable') ?? 0) > 300, JSON.stringify([...verdicts]));
    assert.ok((verdicts.get('violated') ?? 0) > 300, JSON.stringify([...verdicts]));
  });

  it('judges 1,500 operations on 5 keys, a third of them unknown, in little time', () => {
    const operations = longHistory(1500);
    const startedMs = performance.now();
    const verdict = checkLinearizability(operations);
    const tookMs = performance.now() - startedMs;
    assert.equal(verdict.kind, 'linearizable');
    assert.ok(tookMs < 2000, `${tookMs} ms`);
  });

  it('finds one lost append among 1,500 operations in little time', () => {
    const operations = longHistory(1500);
    const reads = operations.filter(
      ({ operation, result }) =>
        operation.kind === 'get' && typeof result === 'string' && result.length > 40,
    );
    const victim = reads[Math.floor(reads.length / 2)]!;
    const broken = operations.map((timed) =>
      timed === victim ? { ...timed, result: String(timed.result).slice(0, -9) } : timed,
    );
    const startedMs = performance.now();
    const verdict = checkLinearizability(broken);
    const tookMs = performance.now() - startedMs;
    assert.equal(verdict.kind, 'violated');
    assert.ok(tookMs < 2000, `${tookMs} ms`);
  });
});

/** What is executed at moment `at`, and the span around it in which it seems to happen. */
interface Step {
  readonly operation: Operation;
  readonly earlier: number;
  readonly later: number;
  readonly fate: 'known' | 'unknownDone' | 'unknownNever';
}

/** Few values and tokens, so that operations meet; ties in time are left out by halves. */
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.constantFrom('a', 'b', 'ab').map((value) => put(value)),
  fc.constantFrom('a', 'b', 'ba').map((token) => append(token)),
  fc
    .tuple(fc.constantFrom('', 'a', 'b', 'ab'), fc.constantFrom('a', 'b'))
    .map(([from, to]) => swap(from, to)),
  fc.constant(get()),
);

const step: fc.Arbitrary<Step> = fc.record({
  operation,
  earlier: fc.nat(3),
  later: fc.nat(3),
  fate: fc.constantFrom('known', 'known', 'known', 'unknownDone', 'unknownNever'),
});

function execute(steps: readonly Step[]): readonly TimedOperation[] {
  let value = '';
  return steps.map(({ operation, earlier, later, fate }, at) => {
    const before = value;
    if (fate !== 'unknownNever') value = after(operation, value);
    const known = fate === 'known';
    return {
      id: at,
      client: at,
      operation,
      // Moments of execution are 10 apart; no two ends of spans fall together.
      invoked: at * 10 - earlier * 10 - 3 + at / 1000,
      returned: known ? at * 10 + later * 10 + 3 + at / 1000 : Infinity,
      result: known ? resultOf(operation, before, value) : undefined,
    };
  });
}

function resultOf(operation: Operation, before: string, value: string): OperationResult {
  switch (operation.kind) {
    case 'put':
      return undefined;
    case 'append':
    case 'get':
      return value;
    case 'compareAndSwap':
      return before === operation.from;
  }
}

const withoutUnknownReads = (operations: readonly TimedOperation[]): readonly TimedOperation[] =>
  operations.filter(({ operation, returned }) => returned !== Infinity || operation.kind !== 'get');

const executions = (length: number): fc.Arbitrary<readonly TimedOperation[]> =>
  fc
    .array(step, { maxLength: length, size: 'max' })
    .map((steps) => withoutUnknownReads(execute(steps)));

/** Short executions with results of some operations changed. */
const mutatedExecutions: fc.Arbitrary<readonly TimedOperation[]> = fc
  .tuple(
    fc.array(step, { minLength: 2, maxLength: 6, size: 'max' }),
    fc.array(fc.tuple(fc.nat(5), fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aba')), {
      maxLength: 2,
    }),
  )
  .map(([steps, changes]) => {
    const operations = [...execute(steps)];
    for (const [at, value] of changes) {
      const timed = operations[at];
      if (timed === undefined || timed.returned === Infinity) continue;
      const result = typeof timed.result === 'boolean' ? !timed.result : value;
      operations[at] = { ...timed, result: timed.operation.kind === 'put' ? undefined : result };
    }
    return withoutUnknownReads(operations);
  });

/** The definition, taken literally. */
function isLinearizableByForce(operations: readonly TimedOperation[], value = ''): boolean {
  const known = operations.filter(({ returned }) => returned !== Infinity);
  if (known.length === 0) return true;
  const firstReturn = Math.min(...known.map(({ returned }) => returned));
  return operations.some((timed) => {
    if (timed.invoked > firstReturn) return false;
    const next = after(timed.operation, value);
    if (timed.returned !== Infinity && resultOf(timed.operation, value, next) !== timed.result) {
      return false;
    }
    return isLinearizableByForce(
      operations.filter((other) => other !== timed),
      next,
    );
  });
}

/** A long history as the simulator's clients make it: unique tokens and values, some unknown. */
function longHistory(length: number): readonly TimedOperation[] {
  let random = 12345;
  const draw = (count: number): number => {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    return (random >> 8) % count;
  };
  const values = new Map<string, string>();
  const operations: TimedOperation[] = [];
  for (let at = 0; at < length; at++) {
    const key = `k${draw(5)}`;
    const value = values.get(key) ?? '';
    const kind = draw(20);
    const operation: Operation =
      kind < 9
        ? { kind: 'append', key, token: `<${at.toString().padStart(7, '0')}>` }
        : kind < 10
          ? { kind: 'put', key, value: `=${at}` }
          : kind < 12
            ? { kind: 'compareAndSwap', key, from: draw(2) === 0 ? value : 'no', to: `~${at}` }
            : { kind: 'get', key };
    const fate = draw(6);
    const unknown = fate < 2;
    const next = fate === 0 ? value : after(operation, value);
    values.set(key, next);
    if (unknown && operation.kind === 'get') continue;
    operations.push({
      id: at,
      client: at % 10,
      operation,
      invoked: at * 10 - draw(60),
      returned: unknown ? Infinity : at * 10 + 1 + draw(60),
      result: unknown ? undefined : resultOf(operation, value, next),
    });
  }
  return operations;
}
