/** The replicated state as one member holds it. */
import type { RangeResponse } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { askAdmin } from './admin.ts';
import { until } from './until.ts';

const PAGE = 1_000;
const LIMIT_MS = 10_000;

/** Rows of one member, all of the same moment. */
export interface MemberRows {
  readonly appliedIndex: number;
  /** Values by row; each character is a byte. */
  readonly rows: ReadonlyMap<string, string>;
}

/**
 * All rows of a member whose key begins so, read from its own state without asking the others.
 * Waits for a while in which nothing is applied.
 */
export const rowsOn = (peer: string, prefix = ''): Promise<MemberRows> =>
  until(`${peer} shows its rows`, LIMIT_MS, () => readRows(peer, prefix));

/** Rejects when something was applied in the meantime. */
async function readRows(peer: string, prefix: string): Promise<MemberRows> {
  const rows = new Map<string, string>();
  let appliedIndex: number | undefined;
  for (let after = '', more = true; more;) {
    const request = { prefix, after, limit: PAGE, keysOnly: false, stale: true };
    const page = await askAdmin<RangeResponse>(
      peer,
      (client, ...rest) => client.range(request, ...rest),
      LIMIT_MS,
    );
    appliedIndex ??= page.appliedIndex;
    if (page.appliedIndex !== appliedIndex) throw new Error(`${peer} applies entries meanwhile`);
    for (const { key, value } of page.rows) rows.set(key, Buffer.from(value).toString('latin1'));
    after = page.rows.at(-1)?.key ?? after;
    more = page.more;
  }
  return { appliedIndex: appliedIndex ?? 0, rows };
}

/** The keys of `expected` that a member's rows do not hold with that value. */
export function missingFrom(
  { rows }: Pick<MemberRows, 'rows'>,
  expected: ReadonlyMap<string, string>,
  rowOf: (key: string) => string,
): readonly string[] {
  return [...expected].filter(([key, value]) => rows.get(rowOf(key)) !== value).map(([key]) => key);
}
