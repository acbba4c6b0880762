import assert from 'node:assert/strict';
import type { Tenant } from '../../codec/robustmq/tenant.ts';
import { DEFAULT_TENANT_CONFIG } from '../../codec/robustmq/tenant.ts';
import { tenant } from '../../state/registry/tenant.ts';
import { rowOfKey } from '../../state/resources/key.ts';
import { stream } from './lists.ts';
import type { State } from './row.ts';

/** Much more than a client is ever sent at once. */
const ROWS = 5_000;
const PAGE_ROWS = 128;
const PAGE_BYTES = 262_144;

/** A state of so many records, each with so many bytes of text; counts what is read of it. */
function createState(rows: number, textBytes: number) {
  const read = { rows: 0, bytes: 0 };
  const names = Array.from({ length: rows }, (_, at) => String(at).padStart(8, '0'));
  function* range(prefix: string, after = ''): Iterable<readonly [string, Uint8Array]> {
    for (const tenant_name of names) {
      const key = rowOfKey(tenant.table, [tenant_name]);
      if (!key.startsWith(prefix) || key <= after) continue;
      const value = tenant.codec.encode(tenantOf(tenant_name, textBytes));
      read.rows += 1;
      read.bytes += value.length;
      yield [key, value];
    }
  }
  const state: Pick<State, 'range' | 'row'> = { range, row: () => undefined };
  return { read, state: state as State };
}

const tenantOf = (tenant_name: string, textBytes: number): Tenant => ({
  tenant_name,
  desc: 'x'.repeat(textBytes),
  config: DEFAULT_TENANT_CONFIG,
  create_time: 1n,
});

const listOf = (state: State, where?: (value: Tenant) => boolean): Iterator<Buffer> =>
  stream(tenant, {
    by: [],
    pick: () => ({ parts: [], ...(where === undefined ? {} : { where }) }),
    reply: (record) => record,
  }).list(state, {});

/** How many records come before so many are taken, or all. */
function take(list: Iterator<Buffer>, most: number): number {
  for (let taken = 0; taken < most; taken += 1) if (list.next().done === true) return taken;
  return most;
}

describe('A streamed list', () => {
  it('reads nothing before it is taken', () => {
    const { read, state } = createState(ROWS, 10);
    listOf(state);
    assert.equal(read.rows, 0);
  });

  for (const taken of [1, 200, 4_000]) {
    it(`is never read further ahead of its client than a page: ${taken} records taken`, () => {
      const { read, state } = createState(ROWS, 10);
      assert.equal(take(listOf(state), taken), taken);
      assert.ok(read.rows >= taken, `${read.rows} rows were read`);
      assert.ok(read.rows < taken + PAGE_ROWS, `${read.rows} rows were read`);
    });
  }

  it('is read by its bytes where records are long', () => {
    const long = 100_000;
    const { read, state } = createState(20, long);
    take(listOf(state), 1);
    assert.ok(read.bytes < PAGE_BYTES + 2 * long, `${read.bytes} bytes were read`);
  });

  it('comes whole, each record once', () => {
    const { read, state } = createState(ROWS, 10);
    assert.equal(take(listOf(state), Infinity), ROWS);
    // Where a page ends, nothing is read twice.
    assert.equal(read.rows, ROWS);
  });

  it('is no further ahead where it leaves out what its client does not want', () => {
    const { read, state } = createState(ROWS, 10);
    const list = listOf(state, ({ tenant_name }) => tenant_name.endsWith('9'));
    assert.equal(take(list, 10), 10);
    assert.ok(read.rows < 100 + PAGE_ROWS, `${read.rows} rows were read`);
  });
});
