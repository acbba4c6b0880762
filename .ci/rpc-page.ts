/**
 * Writes docs/rpcs.md from the rows of the meta services: every rpc, who calls it, what it does, what
 * brokers are told. With `--check` nothing is written. Exit status 1 if the page differs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { CALLERS } from '../server/services/meta/row.ts';
import type { AnyRow } from '../server/services/meta/row.ts';
import { META_SERVICES } from '../server/services/meta/services.ts';
import { KINDS } from '../server/state/registry/registry.ts';

const page = join(import.meta.dirname, '..', 'docs', 'rpcs.md');

const cells = (...texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

function what(row: AnyRow): string {
  switch (row.kind) {
    case 'write':
      return row.operation.does;
    case 'read':
      return row.does ?? `lists ${tables(row.reads)} in one reply`;
    case 'stream':
      return `lists ${tables(row.reads)}, one in each message`;
    case 'local':
    case 'kv':
      return row.does;
  }
}

const tables = (kinds: readonly { readonly table: string }[]): string =>
  kinds.map(({ table }) => table).join(', ');

const stored = (row: AnyRow): string =>
  row.kind === 'write' ? codes(row.operation.changes.map(({ table }) => table)) : '';

function told(row: AnyRow): string {
  if (row.kind !== 'write') return '';
  return codes(row.operation.tells) + (row.awaits === undefined ? '' : ', before the reply');
}

const services = META_SERVICES.flatMap(({ definition, rows }) => {
  const methods = Object.entries(definition).flatMap(([rpc, { path }]) => {
    const row = rows[rpc];
    return row === undefined ? [] : [{ row, path }];
  });
  const [, service = ''] = methods[0]?.path.split('/') ?? [];
  return [
    `## ${service}`,
    '',
    cells('rpc', 'called by', 'does', 'stores', 'brokers are told'),
    cells('---', '---', '---', '---', '---'),
    ...methods.map(({ row, path }) => {
      const [, , rpc = ''] = path.split('/');
      return cells(code(rpc), row.by.join(', '), what(row), stored(row), told(row));
    }),
    '',
  ];
});

const kinds = KINDS.map((kind) =>
  cells(
    code(kind.table),
    kind.keyParts.join(', '),
    kind.told?.type ?? '',
    kind.listed,
    kind.cascade === undefined ? '' : code(kind.cascade.to.table),
  ),
);

const text = [
  '# The rpcs of brokers',
  '',
  'Generated from `server/services/meta` and `server/state/registry` (`npm run generate`): do not edit.',
  '',
  'Callers, in v0.4.11:',
  '',
  ...Object.entries(CALLERS).map(([name, who]) => `- ${name}: ${who}`),
  '',
  'What brokers are told goes to all of them, in the order of the log, as type and action of an `UpdateCache`. Before the reply: within a bound of time.',
  '',
  ...services,
  '## What is kept',
  '',
  'One row of the registry each. Lists that come in one reply, of everything or of one tenant, are kept',
  'below 4,000,000 bytes: what would make one longer is refused.',
  '',
  cells('table', 'key', 'push', 'listed', 'deleted with it'),
  cells('---', '---', '---', '---', '---'),
  ...kinds,
  '',
].join('\n');

const options = await resolveConfig(page);
const formatted = await format(text, { ...options, parser: 'markdown', proseWrap: 'preserve' });

if (process.argv.includes('--check')) {
  if (readIfThere() !== formatted) {
    console.error('docs/rpcs.md differs: npm run generate');
    process.exitCode = 1;
  }
} else {
  mkdirSync(join(page, '..'), { recursive: true });
  writeFileSync(page, formatted);
}

function readIfThere(): string | undefined {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return undefined;
  }
}
