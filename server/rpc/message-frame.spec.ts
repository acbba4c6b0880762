import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createMessageAssembly, frameMessage } from './message-frame.ts';

describe('A message of gRPC', () => {
  it('is put together whatever the borders, and says its length once when more is to come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(65)), (message, borders) => {
        const bytes = frameMessage(message);
        const assembly = createMessageAssembly();
        const at = [0, ...borders.map((border) => Math.min(border, bytes.length)), bytes.length];
        at.sort((one, other) => one - other);
        const states = at.map((begin, index) =>
          assembly.add(Buffer.from(bytes.subarray(begin, at[index + 1] ?? bytes.length))),
        );
        assert.deepEqual(assembly.message(), Buffer.from(message));
        assert.ok(states.filter(({ kind }) => kind === 'length').length <= 1);
        assert.ok(states.every(({ kind }) => kind === 'length' || kind === 'going'));
      }),
    );
  });

  it('does not keep the memory it was read from', () => {
    const assembly = createMessageAssembly();
    const chunk = Buffer.from([0, 0, 0, 0, 2, 7]);
    assembly.add(chunk);
    chunk.fill(0xff);
    assembly.add(Buffer.of(8));
    assert.deepEqual(assembly.message(), Buffer.of(7, 8));
  });
});
