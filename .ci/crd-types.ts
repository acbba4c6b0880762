/**
 * Generates the types in operator/api/gen from crds/: one file for each definition.
 *
 * With `--check` nothing is written, and every file that differs is named. Exit status 1 if any does.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  required?: string[];
  default?: unknown;
  tsType?: string;
}

interface Definition {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const root = join(import.meta.dirname, '..');
const crds = join(root, 'crds');
const gen = join(root, 'operator', 'api', 'gen');

/** What is read from the API server has its defaults: a property with one is always there. */
function withDefaults(schema: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {});
  const defaulted = properties
    .filter(([, each]) => each.default !== undefined)
    .map(([name]) => name);
  return {
    ...schema,
    ...(schema.properties && {
      properties: Object.fromEntries(properties.map(([name, each]) => [name, withDefaults(each)])),
      required: [...(schema.required ?? []), ...defaulted],
    }),
    ...(schema.items && { items: withDefaults(schema.items) }),
    ...(schema.additionalProperties && {
      additionalProperties: withDefaults(schema.additionalProperties),
    }),
  };
}

/** The source text of the types of one definition. */
async function typesOf(file: string): Promise<string> {
  const { spec } = parse(readFileSync(join(crds, file), 'utf8')) as Definition;
  const [version] = spec.versions;
  if (version === undefined) throw new Error(`crds/${file} has no version`);
  const schema = withDefaults(version.schema.openAPIV3Schema);
  const properties = {
    ...schema.properties,
    metadata: { tsType: 'ObjectMeta' },
  };
  // The status is written apart from the rest: what a person applies has none.
  const written = (schema.required ?? []).filter((name) => name !== 'status');
  const required = ['metadata', ...written];
  return compile({ ...schema, properties, required } as never, spec.names.kind, {
    additionalProperties: false,
    bannerComment: [
      `// Generated from crds/${file} by .ci/crd-types.ts. Do not edit: npm run generate`,
      "import type { ObjectMeta } from '../object-meta.ts';",
    ].join('\n'),
    ignoreMinAndMaxItems: true,
    style: { bracketSpacing: true, printWidth: 100, singleQuote: true },
  });
}

const checking = process.argv.includes('--check');
mkdirSync(gen, { recursive: true });
const wanted = new Map<string, string>();
for (const file of readdirSync(crds)) {
  wanted.set(`${basename(file, '.yaml')}.ts`, await typesOf(file));
}

if (checking) {
  const there = new Set(readdirSync(gen));
  const drifted = [...new Set([...there, ...wanted.keys()])].filter(
    (file) => !there.has(file) || readFileSync(join(gen, file), 'utf8') !== wanted.get(file),
  );
  for (const file of drifted) console.error(`operator/api/gen/${file} differs: npm run generate`);
  process.exitCode = drifted.length > 0 ? 1 : 0;
} else {
  for (const [file, text] of wanted) writeFileSync(join(gen, file), text);
}
