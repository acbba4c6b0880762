import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { nameOf } from '../layout/layout.ts';
import type { Shape } from '../layout/layout.ts';

/** Values of a layout, which are then what its type says. Throws for one that has none. */
export function arbitraryOf(shape: Shape): Arbitrary<unknown> {
  const arbitrary = possible(shape);
  if (arbitrary === undefined) throw new Error(`There are no values of ${nameOf(shape)}`);
  return arbitrary;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
  fc.constantFrom('\u{feff}mark', '\u{0}', '"\\/\u{7f}\u{2028}', '😀'),
);

function possible(shape: Shape): Arbitrary<unknown> | undefined {
  switch (shape.kind) {
    case 'bool':
      return fc.boolean();
    case 'f64':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'string':
      return text;
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 });
    case 'unit':
      return fc.constant(null);
    case 'integer':
      return fc.integer({ min: shape.min, max: shape.max });
    case 'bigint':
      return fc.oneof(
        fc.bigInt({ min: shape.min, max: shape.max }),
        fc.constantFrom(shape.min, shape.max, (1n << 53n) + 1n),
      );
    case 'option': {
      const of = possible(shape.of);
      return of === undefined ? fc.constant(undefined) : fc.option(of, { nil: undefined });
    }
    case 'list': {
      const of = possible(shape.of);
      return of === undefined ? fc.constant([]) : fc.array(of, { maxLength: 4 });
    }
    case 'map': {
      const entry = fc.tuple(arbitraryOf(shape.key), arbitraryOf(shape.value));
      return fc.array(entry, { maxLength: 4 }).map((entries) => new Map(entries));
    }
    case 'tuple':
      return fc.tuple(...shape.of.map(arbitraryOf));
    case 'choice':
      return fc.constantFrom(...shape.variants);
    case 'struct': {
      const fields = shape.fields.map((field) => [field.name, possible(field.shape)] as const);
      if (fields.some(([, of]) => of === undefined)) return undefined;
      return fc.record(Object.fromEntries(fields) as Record<string, Arbitrary<unknown>>, {
        noNullPrototype: true,
      });
    }
    case 'union':
      return fc.oneof(
        ...shape.variants.flatMap(({ name: kind, shape: carried }) => {
          if (carried.kind === 'unit') return [fc.constant({ kind })];
          const of = possible(carried);
          return of === undefined ? [] : [of.map((value) => ({ kind, value }))];
        }),
      );
    case 'unreadable':
      return undefined;
  }
}
