import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sampleCluster } from './testing/sample-cluster.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly {
    readonly rule: string;
    readonly message?: string;
  }[];
}

const crd = parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'crds', 'robustmqclusters.yaml'), 'utf8'),
) as { spec: { versions: { schema: { openAPIV3Schema: Schema } }[] } };

function* walk(schema: Schema, path: string): Generator<readonly [path: string, schema: Schema]> {
  yield [path, schema];
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    yield* walk(each, `${path}.${name}`);
  }
  if (schema.items) yield* walk(schema.items, `${path}[]`);
  if (schema.additionalProperties) yield* walk(schema.additionalProperties, `${path}.*`);
}

const fields = [...walk(crd.spec.versions[0]!.schema.openAPIV3Schema, '')];

const isBounded = (schema: Schema): boolean => {
  if (schema['x-kubernetes-int-or-string'] === true) return schema.maxLength !== undefined;
  if (schema.type === 'string') return schema.maxLength !== undefined || schema.enum !== undefined;
  if (schema.type === 'array') return schema.maxItems !== undefined;
  return schema.additionalProperties === undefined || schema.maxProperties !== undefined;
};

/** A value with the defaults of its schema, as the API server fills them in. */
function withDefaults(schema: Schema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !schema.properties) return value;
  const given: Readonly<Record<string, unknown>> = { ...value };
  const filled = Object.entries(schema.properties).flatMap(([name, each]) => {
    const own = given[name] ?? each.default;
    return own === undefined ? [] : [[name, withDefaults(each, own)] as const];
  });
  return { ...given, ...Object.fromEntries(filled) };
}

/** Functions of CEL that Kubernetes 1.30 has and the rules use. */
const known = new Set(
  'has string size matches contains startsWith endsWith split substring lastIndexOf int all isQuantity quantity isLessThan'.split(
    ' ',
  ),
);

describe('CRD robustmqclusters', () => {
  it('has a description of whole sentences on every field', () => {
    for (const [path, { description }] of fields) {
      ok(/^[A-Z…].{6,}\.$/s.test(description ?? ''), `${path}: ${description}`);
    }
  });

  it('bounds every string, list and map', () => {
    for (const [path, schema] of fields) ok(isBounded(schema), path);
  });

  it('says of every list how it is merged', () => {
    for (const [path, schema] of fields) {
      if (schema.type === 'array') ok(schema['x-kubernetes-list-type'], path);
    }
  });

  it('has a message for every rule, and uses no function newer than Kubernetes 1.30', () => {
    for (const [path, schema] of fields) {
      for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
        ok(message, `${path}: ${rule}`);
        const text = rule.replaceAll(/'[^']*'|"[^"]*"/g, "''");
        for (const [, name] of text.matchAll(/([a-zA-Z]+)\(/g))
          ok(known.has(name!), `${path}: ${name}`);
      }
    }
  });

  it('has more than a hundred fields, so that the walk is seen to go down', () => {
    strictEqual(fields.length > 100, true, `${fields.length}`);
  });

  it('fills in what the sample of other specs has', () => {
    const sample = sampleCluster();
    const given = { spec: { meta: { version: '0.1.0', storage: { size: '10Gi' } } } };
    const { spec } = withDefaults(fields[0]![1], given) as Record<string, unknown>;
    deepStrictEqual(spec, sample.spec);
  });
});
