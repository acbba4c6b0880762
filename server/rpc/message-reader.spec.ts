import assert from 'node:assert/strict';
import fc from 'fast-check';
import { frameMessage } from './message-frame.ts';
import { createMessageReader } from './message-reader.ts';

const BYTES_MAX = 2_000;

/** What is read of these pieces, and what is wrong with them. */
function readAll(pieces: readonly Buffer[], bytesMax = BYTES_MAX) {
  const reader = createMessageReader(bytesMax);
  const messages: Buffer[] = [];
  let problem;
  for (const piece of pieces) {
    problem ??= reader.read(piece, (message) => {
      messages.push(message);
      return true;
    });
  }
  return { messages, problem, reader };
}

describe('Messages of a stream', () => {
  it('are read of any pieces, and nothing is kept once they are whole', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: BYTES_MAX }), { maxLength: 12 });
    const cuts = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(messages, cuts, (sent, sizes) => {
        const bytes = Buffer.concat(sent.map(frameMessage));
        const pieces: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += pieces.at(-1)?.length ?? 0) {
          pieces.push(
            Buffer.from(bytes.subarray(at, at + (sizes[pieces.length % sizes.length] ?? 1))),
          );
        }
        const { messages: read, problem, reader } = readAll(pieces);
        assert.equal(problem, undefined);
        assert.deepEqual(
          read,
          sent.map((each) => Buffer.from(each)),
        );
        assert.deepEqual([reader.count(), reader.heldBytes()], [sent.length, 0]);
      }),
      { numRuns: 500 },
    );
  });

  it('take no more memory than came, whatever length they claim', () => {
    const head = Buffer.from(frameMessage(Buffer.alloc(BYTES_MAX))).subarray(0, 5);
    const { reader } = readAll([head, Buffer.alloc(10)]);
    assert(reader.heldBytes() <= 32, `${reader.heldBytes()} bytes`);
  });

  it('are refused when they are too long or compressed, those before them are not', () => {
    const good = frameMessage(Buffer.from('good'));
    const long = readAll([Buffer.concat([good, frameMessage(Buffer.alloc(BYTES_MAX + 1))])]);
    assert.deepEqual(long.problem, { kind: 'tooLong', bytes: BYTES_MAX + 1 });
    assert.deepEqual(long.messages, [Buffer.from('good')]);
    const compressed = readAll([good, Buffer.of(1), Buffer.alloc(4)]);
    assert.deepEqual(compressed.problem, { kind: 'compressed' });
    assert.equal(compressed.messages.length, 1);
  });

  it('stop when no more is wanted', () => {
    const reader = createMessageReader(BYTES_MAX);
    const two = Buffer.concat([frameMessage(Buffer.alloc(1)), frameMessage(Buffer.alloc(1))]);
    let taken = 0;
    reader.read(two, () => {
      taken += 1;
      return false;
    });
    assert.equal(taken, 1);
  });
});
