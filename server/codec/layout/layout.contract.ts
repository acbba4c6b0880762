/** What holds for every layout, whatever is in it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { bincode } from './bincode.ts';
import { CodecError } from './codec-error.ts';
import { json } from './json.ts';
import { nameOf } from './layout.ts';
import type { Layout } from './layout.ts';
import { arbitraryOf } from '../testing/arbitrary.ts';

const HUGE_LENGTHS = [1n << 31n, (1n << 32n) - 1n, 1n << 32n, 1n << 53n, (1n << 64n) - 1n];

/** Registers the tests. */
export function describeLayout<T>(layout: Layout<T>, name = nameOf(layout)): void {
  const values = arbitraryOf(layout) as Arbitrary<T>;
  const bytes = bincode(layout);
  const text = json(layout);

  describe(name, () => {
    it('comes back from bincode', () => {
      fc.assert(
        fc.property(values, (value) => {
          assert.deepEqual(bytes.decode(bytes.encode(value)), value);
        }),
        { numRuns: 50 },
      );
    });

    it('comes back from JSON, which JSON.parse takes', () => {
      fc.assert(
        fc.property(values, (value) => {
          const encoded = text.encode(value);
          JSON.parse(new TextDecoder().decode(encoded));
          assert.deepEqual(text.decode(encoded), value);
        }),
        { numRuns: 50 },
      );
    });

    it('is refused in bincode when cut off anywhere', () => {
      fc.assert(
        fc.property(values, (value) => {
          const encoded = bytes.encode(value);
          for (let length = 0; length < encoded.length; length += 1) {
            const error = refusal(() => bytes.decode(encoded.subarray(0, length)));
            assert.equal(error?.code, 'truncated');
            assert.ok(error.path.startsWith(nameOf(layout)), error.path);
          }
        }),
        { numRuns: 5 },
      );
    });

    it('is refused or another value when bincode is damaged', () => {
      fc.assert(
        fc.property(values, fc.array(damage, { minLength: 1, maxLength: 3 }), (value, damages) => {
          const encoded = bytes.encode(value);
          for (const spoil of damages) spoil(encoded);
          settles(bytes, layout, encoded);
        }),
        { numRuns: 200 },
      );
    });

    it('is refused or another value when JSON is damaged', () => {
      fc.assert(
        fc.property(values, fc.array(damage, { minLength: 1, maxLength: 3 }), (value, damages) => {
          const encoded = text.encode(value);
          for (const spoil of damages) spoil(encoded);
          settles(text, layout, encoded);
        }),
        { numRuns: 50 },
      );
    });
  });
}

/** Of bytes that nobody vouches for: an error that says where, or a value that can be kept. */
function settles<T>(
  codec: { decode(bytes: Uint8Array): T; encode(value: T): Uint8Array },
  layout: Layout<T>,
  encoded: Uint8Array,
): void {
  const before = Uint8Array.from(encoded);
  let value: T | undefined;
  const error = refusal(() => (value = codec.decode(encoded)));
  assert.deepEqual(encoded, before, 'the input is only read');
  if (error !== undefined) {
    assert.ok(error.message.startsWith(nameOf(layout)), error.message);
    return;
  }
  assert.ok(parts(value) <= 4 * encoded.length + LAYOUT_PARTS_MAX, 'no larger than its bytes');
  assert.deepEqual(codec.decode(codec.encode(value as T)), value);
}

/** What a value has without any byte of its own: fields of structs in structs. */
const LAYOUT_PARTS_MAX = 100;

/** How many values a value consists of. */
function parts(value: unknown): number {
  if (value instanceof Uint8Array) return 1;
  if (value instanceof Map) return [...value].reduce((sum, [, of]) => sum + 1 + parts(of), 1);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, of) => sum + parts(of), 1);
}

function refusal(decode: () => unknown): CodecError | undefined {
  try {
    decode();
    return undefined;
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}

const at = (position: number, bytes: Uint8Array): number =>
  Math.floor(position * Math.max(0, bytes.length));

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Ways to spoil bytes where they are. */
const damage: Arbitrary<(bytes: Uint8Array) => void> = fc.oneof(
  fc.tuple(fraction, fc.nat(7)).map(([position, bit]) => (bytes: Uint8Array) => {
    const index = at(position, bytes);
    if (index < bytes.length) bytes[index]! ^= 1 << bit;
  }),
  fc.tuple(fraction, fc.nat(255)).map(([position, byte]) => (bytes: Uint8Array) => {
    if (bytes.length > 0) bytes[at(position, bytes)] = byte;
  }),
  fc
    .tuple(fraction, fc.constantFrom(...HUGE_LENGTHS))
    .map(([position, length]) => (bytes: Uint8Array) => {
      if (bytes.length < 8) return;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      view.setBigUint64(Math.min(at(position, bytes), bytes.length - 8), length, true);
    }),
);
