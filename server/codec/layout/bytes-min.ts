import type { BigIntegerShape, IntegerShape, Shape } from './layout.ts';

const INTEGER_BYTES = {
  u8: 1,
  u16: 2,
  u32: 4,
  i8: 1,
  i32: 4,
  u64: 8,
  i64: 8,
  u128: 16,
} satisfies Record<(IntegerShape | BigIntegerShape)['name'], number>;

/** How many bytes of bincode any value takes at least: what bounds the number of those that follow. */
export function bytesMin(shape: Shape): number {
  switch (shape.kind) {
    case 'bool':
    case 'option':
      return 1;
    case 'f64':
    case 'string':
    case 'bytes':
    case 'list':
    case 'map':
      return 8;
    case 'unit':
      return 0;
    case 'integer':
    case 'bigint':
      return INTEGER_BYTES[shape.name];
    case 'tuple':
      return sum(shape.of);
    case 'struct':
      return sum(shape.fields.map((field) => field.shape));
    case 'choice':
    case 'union':
      return 4;
    case 'unreadable':
      return 1;
  }
}

const sum = (shapes: readonly Shape[]): number =>
  shapes.reduce((bytes, shape) => bytes + bytesMin(shape), 0);
