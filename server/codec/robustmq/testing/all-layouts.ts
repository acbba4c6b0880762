import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../../layout/layout.ts';

const folder = join(import.meta.dirname, '..');

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('testing'),
);

const isLayout = (exported: unknown): exported is Layout =>
  typeof exported === 'object' && exported !== null && 'kind' in exported;

const exported = await Promise.all(
  files.map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>),
);

/** Every layout that a file of the folder exports, by its name there. */
export const ALL_LAYOUTS: ReadonlyMap<string, Layout> = new Map(
  exported.flatMap((module) =>
    Object.entries(module).flatMap(([name, each]) => (isLayout(each) ? [[name, each]] : [])),
  ),
);
