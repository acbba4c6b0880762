/** Whatever an operation is given, it is carried out or refused: what was agreed on stops no member. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bincode } from '../../codec/layout/bincode.ts';
import { arbitraryOf } from '../../codec/testing/arbitrary.ts';
import { createRegistryWorld, nodeOf } from '../testing/registry-world.ts';
import { registerNode } from './registration.ts';
import { OPERATIONS } from './registry.ts';

/** Names are few, so that operations meet. */
const few = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length % 2 === 0 ? 'a' : 'b';
  if (Array.isArray(value)) return value.map(few);
  if (value instanceof Map || value instanceof Uint8Array) return value;
  if (typeof value !== 'object' || value === null) return value;
  if ('kind' in value && 'value' in value) return { kind: value.kind, value: few(value.value) };
  if ('kind' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isChoice(name) ? each : few(each)]),
  );
};

/** Fields whose texts are names of variants. */
const isChoice = (name: string): boolean =>
  /(_type|^type|status|action|permission|source|qos|handling|protocol|strategy|level)$/.test(name);

const step = fc.oneof(
  ...[...OPERATIONS.values()].map(({ name, layout }) =>
    fc.record({ name: fc.constant(name), args: arbitraryOf(layout), meet: fc.boolean() }),
  ),
);

describe('An operation with any arguments', () => {
  it('is carried out, or refused', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const world = createRegistryWorld();
        for (const id of [1n, 2n]) world.result(registerNode, nodeOf(id, ['engine', 'broker']));
        for (const { name, args, meet } of steps) {
          const { layout } = OPERATIONS.get(name) ?? assert.fail(name);
          const encoded = bincode(layout).encode(meet ? few(args) : args);
          const { kind } = world.apply({
            kind: 'change',
            operation: name,
            args: encoded,
            timeMs: 1,
          });
          assert.ok(kind !== 'error');
        }
      }),
      { numRuns: 300 },
    );
  });
});
