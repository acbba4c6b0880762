/** The replicated state as one member holds it. */
import type { RangeResponse } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { askAdmin } from './admin.ts';

const PAGE = 1_000;
const LIMIT_MS = 10_000;

/** All rows of a member whose key begins so, read from its own state without asking the others. */
export async function rowsOn(peer: string, prefix = ''): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>();
  for (let after = '', more = true; more;) {
    const request = { prefix, after, limit: PAGE, keysOnly: false, stale: true };
    const page = await askAdmin<RangeResponse>(
      peer,
      (client, ...rest) => client.range(request, ...rest),
      LIMIT_MS,
    );
    for (const { key, value } of page.rows) rows.set(key, Buffer.from(value).toString('latin1'));
    after = page.rows.at(-1)?.key ?? after;
    more = page.more;
  }
  return rows;
}

/** The keys of `expected` that a member's rows do not hold with that value. */
export function missingFrom(
  rows: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
  rowOf: (key: string) => string,
): readonly string[] {
  return [...expected].filter(([key, value]) => rows.get(rowOf(key)) !== value).map(([key]) => key);
}
