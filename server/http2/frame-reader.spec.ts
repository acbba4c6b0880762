import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame, FRAME, FRAME_BYTES_DEFAULT, PREFACE } from './frame.ts';
import { createFrameReader } from './frame-reader.ts';
import { Http2Error } from './http2-error.ts';

const FRAMES = [
  encodeFrame(FRAME.settings, 0, 0, Buffer.alloc(0)),
  encodeFrame(FRAME.headers, 5, 1, Buffer.from('some headers')),
  encodeFrame(FRAME.data, 1, 0x7fff_ffff, Buffer.alloc(300, 'x')),
  encodeFrame(0xfa, 0xff, 3, Buffer.from('of a kind that nobody knows')),
];
const STREAM = Buffer.concat([PREFACE, ...FRAMES]);

/** What is read of these chunks, as it was written. */
function read(chunks: readonly Buffer[]): Buffer[] {
  const frames: Buffer[] = [];
  const reader = createFrameReader(true);
  for (const chunk of chunks) {
    reader.read(chunk, ({ type, flags, stream, payload }) =>
      frames.push(encodeFrame(type, flags, stream, payload)),
    );
  }
  assert.equal(reader.frames(), frames.length);
  assert.equal(reader.waitingBytes(), 0);
  return frames;
}

const none = (): never => assert.fail('no frame has come whole');

/** Cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [0, ...places.toSorted((one, other) => one - other), bytes.length];
  return borders.slice(1).map((end, at) => bytes.subarray(borders[at], end));
}

describe('A frame reader', () => {
  it('reads the same wherever what arrives is cut in two', () => {
    for (let place = 0; place <= STREAM.length; place += 1) {
      assert.deepEqual(read(cut(STREAM, [place])), FRAMES);
    }
  });

  it('reads the same from any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: STREAM.length }), { maxLength: 40 }), (places) => {
        assert.deepEqual(read(cut(STREAM, places)), FRAMES);
      }),
    );
  });

  it('ignores the reserved bit of a stream', () => {
    const frame = encodeFrame(FRAME.data, 0, 0xffff_ffff, Buffer.alloc(1));
    let stream = 0;
    createFrameReader(true).read(Buffer.concat([PREFACE, frame]), (read) => (stream = read.stream));
    assert.equal(stream, 0x7fff_ffff);
  });

  it('takes the largest frame, and refuses a larger one by its head alone', () => {
    const largest = encodeFrame(FRAME.data, 0, 1, Buffer.alloc(FRAME_BYTES_DEFAULT));
    assert.equal(read([PREFACE, largest]).length, 1);
    const larger = encodeFrame(FRAME.data, 0, 1, Buffer.alloc(FRAME_BYTES_DEFAULT + 1));
    assert.throws(
      () => read([PREFACE, larger.subarray(0, 9)]),
      (error) => error instanceof Http2Error && error.code === 'frameSizeError',
    );
  });

  it('has begun when the preface has come, and refuses anything else at its first byte', () => {
    const reader = createFrameReader(true);
    reader.read(PREFACE.subarray(0, 23), none);
    assert.equal(reader.hasBegun(), false);
    assert.equal(reader.waitingBytes(), 23);
    reader.read(PREFACE.subarray(23), none);
    assert.equal(reader.hasBegun(), true);
    assert.throws(() => createFrameReader(true).read(Buffer.from('G'), none), Http2Error);
  });

  it('keeps nothing of the chunk that a partial frame came in', () => {
    const chunk = Buffer.concat([PREFACE, FRAMES[2] ?? PREFACE]).subarray(0, 100);
    const reader = createFrameReader(true);
    reader.read(chunk, none);
    chunk.fill(0xff);
    let length = 0;
    reader.read(STREAM.subarray(0, 0), none);
    reader.read((FRAMES[2] ?? PREFACE).subarray(76), ({ payload }) => {
      length = payload.length;
      assert.ok(payload.equals(Buffer.alloc(300, 'x')));
    });
    assert.equal(length, 300);
  });
});
