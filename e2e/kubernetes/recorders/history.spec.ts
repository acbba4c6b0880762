import assert from 'node:assert/strict';
import { checkLinearizability } from '../../../server/sim/linearizability/linearizability.ts';
import { CLIENTS } from './clients.ts';
import { historyOf } from './history.ts';
import type { Call, Line, Outcome } from './line.ts';

const made = (
  id: number,
  call: Call,
  [from, to]: readonly [number, number],
  outcome: Outcome,
  client = 0,
) => [
  { at: from, id, client, call },
  { at: to, id, outcome },
];
const put = (value: string): Call => ({ kind: 'put', key: 'k', value });
const once = (value: string): Call => ({ kind: 'once', key: `once/${value}`, value });
const GET: Call = { kind: 'get', key: 'k' };
const OK: Outcome = { ok: true };
const FAILED: Outcome = { ok: false, why: 'lost' };
const IMPATIENT = CLIENTS.findIndex(({ callMsMax }) => callMsMax !== undefined);
const read = (value: string): Outcome => ({ ok: true, value });

const verdictOf = (members: readonly Line[], service: readonly Line[]): string =>
  checkLinearizability(historyOf({ members, service }).operations).kind;

describe('what recorders said, as one history', () => {
  it('has both ways in one order', () => {
    const write = made(1, put('a'), [10, 20], OK);
    assert.equal(verdictOf(write, made(1, GET, [30, 40], read('a'))), 'linearizable');
    assert.equal(verdictOf(write, made(1, GET, [30, 40], read(''))), 'violated');
    assert.equal(verdictOf(write, made(1, GET, [15, 40], read(''))), 'linearizable');
  });

  it('counts moments that are the same as overlapping', () => {
    const write = made(1, put('a'), [10, 20], OK);
    assert.equal(verdictOf(write, made(1, GET, [20, 40], read(''))), 'linearizable');
  });

  it('lets a write of unknown outcome take effect late, or never', () => {
    const write = made(1, put('a'), [10, 20], FAILED);
    for (const value of ['', 'a']) {
      assert.equal(verdictOf(write, made(1, GET, [30, 40], read(value))), 'linearizable');
    }
    const early = made(1, GET, [1, 2], read('a'));
    assert.equal(verdictOf(write, early), 'violated');
  });

  it('lets a write that was made twice take effect twice', () => {
    const members = (attempts: number) => [
      ...made(1, put('a'), [10, 60], { ok: true, attempts }),
      ...made(2, GET, [15, 20], read('a')),
      ...made(3, put('b'), [25, 30], OK),
      ...made(4, GET, [35, 40], read('b')),
      ...made(5, GET, [70, 80], read('a')),
    ];
    assert.equal(verdictOf(members(2), []), 'linearizable');
    assert.equal(verdictOf(members(1), []), 'violated');
  });

  it('takes nothing from a read that failed, nor from a call that has not returned', () => {
    const reads = made(1, GET, [30, 40], FAILED);
    const [open] = made(2, GET, [50, 60], OK);
    assert.deepEqual(historyOf({ members: reads, service: [open!] }).operations, []);
  });

  it('finds what a later read of all lacks, whoever wrote it', () => {
    const members = [...made(1, once('a'), [10, 20], OK), ...made(2, once('b'), [30, 60], OK)];
    const found = (asked: number, ...values: string[]): Line => ({ at: 90, asked, found: values });
    const lost = (last: Line) => historyOf({ members, service: [last] }).lost;
    assert.deepEqual(lost(found(70, 'a', 'b')), []);
    assert.deepEqual(lost(found(70, 'a')), ['once/b']);
    assert.deepEqual(lost(found(50, 'a')), []);
    assert.deepEqual(lost(found(50)), ['once/a']);
  });

  it('has moments of acknowledged writes by way', () => {
    const { writeMomentsMs, counts } = historyOf({
      members: [...made(1, put('a'), [1_000, 2_000], OK), ...made(2, GET, [1, 3_000], read(''))],
      service: made(1, once('x'), [1_000, 4_000], FAILED),
    });
    assert.deepEqual(writeMomentsMs, { members: [2], service: [] });
    assert.deepEqual([...counts.failed], [['lost', 1]]);
  });

  it('has writes of patient clients that failed, and of no others', () => {
    const { failedWrites } = historyOf({
      members: [...made(1, GET, [1_000, 2_000], FAILED), ...made(2, put('a'), [1, 9_000], OK)],
      service: [
        ...made(1, once('x'), [1_000, 4_000], FAILED),
        ...made(2, put('a'), [1_000, 4_000], FAILED, IMPATIENT),
      ],
    });
    assert.deepEqual(failedWrites, [{ way: 'service', atMs: 1, why: 'lost' }]);
  });
});
