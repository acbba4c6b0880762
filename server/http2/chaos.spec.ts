/** Whatever the other end sends, a connection goes on or ends: it never throws, and keeps nothing. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame } from './frame.ts';
import { answered, createClientHarness, REQUEST_FIELDS } from './testing/client-harness.ts';
import {
  answer,
  createHarness,
  data,
  HELLO,
  ping,
  request,
  reset,
  settings,
  window,
} from './testing/harness.ts';

const stream = fc.nat({ max: 12 });
const FRAME_OF_ANY_KIND = fc
  .tuple(fc.nat({ max: 11 }), fc.nat({ max: 255 }), stream, fc.uint8Array({ maxLength: 40 }))
  .map(([type, flags, id, payload]) => encodeFrame(type, flags, id, payload));
const VALID = fc.oneof(
  fc.tuple(stream, fc.boolean()).map(([id, ended]) => request(2 * id + 1, ended)),
  fc
    .tuple(stream, fc.nat({ max: 500 }), fc.boolean())
    .map(([id, bytes, ended]) => data(2 * id + 1, bytes, ended)),
  stream.map((id) => reset(2 * id + 1)),
  fc.tuple(stream, fc.integer({ min: 1, max: 900 })).map(([id, bytes]) => window(id, bytes)),
  fc.nat({ max: 2_000 }).map((bytes) => settings([4, bytes])),
  fc.constant(ping()),
);
const VALID_OF_SERVER = fc.oneof(
  fc.tuple(stream, fc.boolean()).map(([id, ended]) => answered(2 * id + 1, ended)),
  VALID,
);

/** Mostly as they should be. */
const mostly = (valid: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 20, arbitrary: valid },
    {
      weight: 1,
      arbitrary: fc.tuple(valid, fc.nat(), fc.nat({ max: 255 })).map(([frame, at, byte]) => {
        const mutated = Buffer.from(frame);
        mutated[at % mutated.length] = byte;
        return mutated;
      }),
    },
    { weight: 1, arbitrary: FRAME_OF_ANY_KIND },
  );

/** Sends it in pieces of so many bytes, and answers each request with so many. */
function play(bytes: Buffer, pieceBytes: number, answerBytes: number): void {
  const harness = createHarness({}, false);
  const { connection, receive } = harness;
  const ids: number[] = [];
  let failed = false;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    receive(bytes.subarray(at, at + pieceBytes));
    for (const line of harness.events()) {
      const [kind, id] = line.split(' ');
      assert.ok(!failed, 'nothing is told after the end');
      if (kind === 'failed') failed = true;
      if (kind !== 'request') continue;
      ids.push(Number(id));
      connection.send(Number(id), answer(answerBytes));
    }
  }
  const sent = harness.sent();
  assert.equal(
    sent.some((line) => line.startsWith('goaway')),
    failed,
  );
  if (!failed) {
    // All that it may still wait for.
    for (const id of ids) connection.reset(id, 'cancel');
    harness.sent();
  }
  assert.deepEqual([connection.streams(), connection.waitingBytes()], [0, 0]);
}

/** Sends it in pieces of so many bytes to a client that has asked for this much on a few streams. */
function playToClient(bytes: Buffer, pieceBytes: number, askedBytes: number): void {
  const { connection, receive, events, sent } = createClientHarness(false);
  const ids = Array.from({ length: 6 }, () => connection.open(REQUEST_FIELDS));
  for (const id of ids) connection.send(id, { data: Buffer.alloc(askedBytes) });
  let failed = false;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    receive(bytes.subarray(at, at + pieceBytes));
    for (const line of events()) {
      assert.ok(!failed, 'nothing is told after the end');
      failed = line.startsWith('failed');
    }
  }
  assert.equal(
    sent().some((line) => line.startsWith('goaway')),
    failed,
  );
  for (const id of ids) connection.reset(id, 'cancel');
  sent();
  assert.deepEqual([connection.streams(), connection.waitingBytes()], [0, 0]);
}

const PIECES = fc.integer({ min: 1, max: 400 });
const ANSWERS = fc.nat({ max: 3_000 });

describe('A connection with a client that sends anything', () => {
  it('survives bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), PIECES, ANSWERS, (bytes, piece, answers) => {
        play(Buffer.from(bytes), piece, answers);
        play(Buffer.concat([HELLO, bytes]), piece, answers);
      }),
      { numRuns: 500 },
    );
  });

  it('survives frames', () => {
    fc.assert(
      fc.property(
        fc.array(mostly(VALID), { maxLength: 60 }),
        PIECES,
        ANSWERS,
        (frames, piece, answers) => {
          play(Buffer.concat([HELLO, ...frames]), piece, answers);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('A connection with a server that sends anything', () => {
  it('survives bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), PIECES, ANSWERS, (bytes, piece, asked) => {
        playToClient(Buffer.from(bytes), piece, asked);
        playToClient(Buffer.concat([settings(), bytes]), piece, asked);
      }),
      { numRuns: 500 },
    );
  });

  it('survives frames', () => {
    const frames = fc.array(mostly(VALID_OF_SERVER), { maxLength: 60 });
    fc.assert(
      fc.property(frames, PIECES, ANSWERS, (sent, piece, asked) => {
        playToClient(Buffer.concat([settings(), ...sent]), piece, asked);
      }),
      { numRuns: 2_000 },
    );
  });
});
