/** Results as Markdown tables that can be read in a terminal too. */

export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader needs to know to read it right. */
  readonly note?: string;
}

const UNKNOWN = '–';

/** A number with so many digits behind the point, thousands apart. */
export const figure = (value: number, digits = 0): string =>
  Number.isFinite(value)
    ? value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : UNKNOWN;

/** Ours through the peer's, with two digits. */
export const ratio = (ours: number, peer: number): string => figure(ours / peer, 2);

/** Milliseconds out of microseconds. */
export const msOf = (us: number): string => figure(us / 1000, 2);

/** Counts by name, or a dash when there are none. */
export function counts(byName: Readonly<Record<string, number>>): string {
  const all = Object.entries(byName).filter(([, count]) => count > 0);
  return all.map(([name, count]) => `${name} × ${figure(count)}`).join('; ') || UNKNOWN;
}

const isNumber = (cell: string): boolean => /^[0-9][0-9.,]*$|^–$/.test(cell);

/** One table under its title, with columns as wide as what stands in them; numbers to the right. */
export function toMarkdown({ title, head, rows, note }: ReportTable): string {
  const columns = head.map((name, at) => {
    const cells = rows.map((row) => (row[at] ?? '').replaceAll('|', '\\|'));
    const width = Math.max(...[name, ...cells].map(({ length }) => length), 3);
    const right = cells.every(isNumber);
    const rule = right ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width);
    const pad = (cell: string): string => (right ? cell.padStart(width) : cell.padEnd(width));
    return [pad(name), rule, ...cells.map(pad)];
  });
  const lines = Array.from({ length: rows.length + 2 }, (_, at) => {
    return `| ${columns.map((column) => column[at] ?? '').join(' | ')} |`;
  });
  const parts = [`## ${title}`, lines.join('\n'), ...(note === undefined ? [] : [note])];
  return parts.join('\n\n');
}
