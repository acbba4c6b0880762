/**
 * Every layout of this folder is as v0.4.11 has it, field by field: `testdata/layouts.txt` lists its
 * types in Rust's words. And every layout holds to `describeLayout`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLayout } from '../layout/layout.contract.ts';
import { string } from '../layout/layout.ts';
import type { Shape } from '../layout/layout.ts';
import { ALL_LAYOUTS } from './testing/all-layouts.ts';

/** It is only ever JSON. */
const JSON_ALONE = 'ClusterStatus';

/** `Name { field: Type; … }` or `Name: 0 Variant · 1 Variant(Type)`, by name. */
function definitions(shapes: Iterable<Shape>): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (shape: Shape): string => {
    switch (shape.kind) {
      case 'struct': {
        const fields = shape.fields.map((field) => `${field.name}: ${visit(field.shape)}`);
        return define(shape.name, `{ ${fields.join('; ')} }`);
      }
      case 'choice':
        return define(
          shape.name,
          shape.variants.map((name, index) => `${index} ${name}`).join(' · '),
        );
      case 'union': {
        const variants = shape.variants.map(({ name, shape: carried }, index) =>
          carried.kind === 'unit' ? `${index} ${name}` : `${index} ${name}(${visit(carried)})`,
        );
        return define(shape.name, variants.join(' · '));
      }
      case 'option':
        return `Option<${visit(shape.of)}>`;
      case 'list':
        return `Vec<${visit(shape.of)}>`;
      case 'map':
        return `HashMap<${visit(shape.key)}, ${visit(shape.value)}>`;
      case 'tuple':
        return `(${shape.of.map(visit).join(', ')})`;
      case 'string':
        return 'String';
      case 'bytes':
        return 'Bytes';
      case 'integer':
      case 'bigint':
      case 'unreadable':
        return shape.name;
      case 'bool':
      case 'f64':
      case 'unit':
        return shape.kind;
    }
  };
  const define = (name: string, definition: string): string => {
    assert.equal(found.get(name) ?? definition, definition, `two types ${name}`);
    found.set(name, definition);
    return name;
  };
  for (const shape of shapes) visit(shape);
  return found;
}

describe('layouts of RobustMQ', () => {
  it('are those of v0.4.11, all of them', () => {
    const lines = readFileSync(join(import.meta.dirname, 'testdata', 'layouts.txt'), 'utf8');
    const expected = new Map(
      lines
        .trimEnd()
        .split('\n')
        .map((line) => {
          const [name = '', definition = ''] = line.split(/ = (.*)/);
          return [name, definition];
        }),
    );
    const actual = definitions(
      [...ALL_LAYOUTS].filter(([name]) => name !== JSON_ALONE).map(([, layout]) => layout),
    );
    for (const [name, definition] of expected) assert.equal(actual.get(name), definition, name);
    assert.deepEqual([...actual.keys()].toSorted(), [...expected.keys()].toSorted());
  });

  for (const [name, layout] of ALL_LAYOUTS) describeLayout(layout, name);
  describeLayout(string, 'an id alone');
});
