import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createMessageAssembly, frameMessage } from './message-frame.ts';

const MESSAGE = Buffer.from('a message of some length');
const FRAMED = frameMessage(MESSAGE);

/** What is put together of pieces that are overwritten as soon as they were taken. */
function assemble(pieces: readonly Uint8Array[], ended: boolean): Buffer | undefined {
  const assembly = createMessageAssembly();
  pieces.forEach((piece, at) => {
    const bytes = Buffer.from(piece);
    const last = ended && at === pieces.length - 1;
    assembly.add(bytes, last);
    if (!last) bytes.fill(0xff);
  });
  return assembly.message();
}

describe('A message', () => {
  it('is put together wherever it is cut in two, whether or not its end comes with it', () => {
    for (let place = 0; place <= FRAMED.length; place += 1) {
      const pieces = [FRAMED.subarray(0, place), FRAMED.subarray(place)];
      assert.deepEqual(assemble(pieces, true), MESSAGE);
      assert.deepEqual(assemble([...pieces, Buffer.alloc(0)], true), MESSAGE);
      assert.deepEqual(assemble(pieces, false), MESSAGE);
    }
  });

  it('is put together of any pieces', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(pieces, fc.boolean(), (parts, ended) => {
        const message = Buffer.concat(parts);
        const [head, ...rest] = [frameMessage(message).subarray(0, 5), ...parts];
        assert.deepEqual(assemble([head, ...rest], ended), message);
      }),
    );
  });

  it('is not there before it is whole', () => {
    for (let place = 0; place < FRAMED.length; place += 1) {
      assert.equal(assemble([FRAMED.subarray(0, place)], true), undefined);
    }
  });

  it('says once how long it is, and how much is missing', () => {
    const assembly = createMessageAssembly();
    assert.deepEqual(assembly.add(FRAMED.subarray(0, 4), false), { kind: 'going' });
    const length = { kind: 'length', bytes: MESSAGE.length, missingBytes: MESSAGE.length - 3 };
    assert.deepEqual(assembly.add(FRAMED.subarray(4, 8), false), length);
    assert.deepEqual(assembly.add(FRAMED.subarray(8), true), { kind: 'going' });
  });

  it('is one, and not compressed', () => {
    for (const last of [true, false]) {
      const two = Buffer.concat([FRAMED, FRAMED]);
      assert.deepEqual(createMessageAssembly().add(two, last), { kind: 'tooMany' });
      const compressed = Buffer.of(1, 0, 0, 0, 1, 7);
      assert.deepEqual(createMessageAssembly().add(compressed, last), { kind: 'compressed' });
    }
  });

  it('holds what it may hold, however small its pieces', () => {
    const framed = frameMessage(Buffer.alloc(100_000));
    const assembly = createMessageAssembly();
    for (const byte of framed) {
      assembly.add(Buffer.of(byte), false);
      assert.ok(assembly.heldBytes() <= framed.length);
    }
    assert.equal(assembly.message()?.length, 100_000);
  });
});
