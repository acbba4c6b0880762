import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createClientConnection } from './client-connection.ts';
import { encodeFrame, FLAG, FRAME } from './frame.ts';
import { encodeHeaders } from './hpack/encode-headers.ts';
import { SETTING } from './peer-settings.ts';
import { createServerConnection } from './server-connection.ts';
import { answered, createClientHarness, REQUEST_FIELDS } from './testing/client-harness.ts';
import { data, ping, reset, settings, window } from './testing/harness.ts';

const goAway = (last: number, code: number): Buffer => {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(last, 0);
  payload.writeUInt32BE(code, 4);
  return encodeFrame(FRAME.goaway, 0, 0, payload);
};

/** What a server sends on a connection with one request, what is answered, and what is told. */
interface Case {
  readonly name: string;
  readonly receive: readonly Buffer[];
  readonly sent?: readonly string[];
  readonly events?: readonly string[];
}

const TAKEN: readonly Case[] = [
  {
    name: 'an answer with data and trailers',
    receive: [answered(1), data(1, 5), answered(1, true)],
    events: ['answer 1 1', 'data 1 5', 'answer 1 1 end'],
  },
  { name: 'an answer of trailers', receive: [answered(1, true)], events: ['answer 1 1 end'] },
  { name: 'a reset', receive: [reset(1)], events: ['cancelled 1 cancel'] },
  { name: 'a ping', receive: [ping()], sent: ['ping ack'] },
  { name: 'an answer to a ping', receive: [ping(FLAG.ack)], events: ['pong'] },
  { name: 'a farewell', receive: [goAway(0, 0xb)], events: ['left 0 enhanceYourCalm'] },
  { name: 'a frame of an unknown kind', receive: [encodeFrame(0x42, 0, 0, Buffer.alloc(3))] },
];

const BROKEN: readonly (readonly [string, Buffer, string])[] = [
  ['data on a stream that was not opened', data(3, 1), 'protocolError: data on stream 3'],
  ['headers on a stream that was not opened', answered(3), 'protocolError: headers on stream 3'],
  ['headers without a stream', answered(0), 'protocolError: headers without a stream'],
  [
    'a push',
    encodeFrame(FRAME.pushPromise, FLAG.endHeaders, 1, Buffer.alloc(4)),
    'protocolError: a push',
  ],
  [
    'headers after the end',
    Buffer.concat([answered(1, true), answered(1, true)]),
    'streamClosed: headers after the end',
  ],
  ['a farewell cut short', encodeFrame(FRAME.goaway, 0, 0, Buffer.alloc(4)), 'frameSizeError'],
  ['what is no header block', answered(1, false, Buffer.of(0xff)), 'compressionError'],
];

describe('The client end of an HTTP/2 connection', () => {
  it('begins with everything that it has to say', () => {
    const { connection, sent } = createClientHarness(false);
    assert.equal(connection.open(REQUEST_FIELDS), 1);
    connection.send(1, { data: Buffer.alloc(7) });
    assert.deepEqual(sent(), [
      'preface',
      'settings',
      'windowUpdate 983041',
      'headers 1',
      'data 1 7',
    ]);
    assert.equal(connection.open(REQUEST_FIELDS), 3);
  });

  for (const { name, receive, sent = [], events = [] } of TAKEN) {
    it(`takes ${name}`, () => {
      const harness = createClientHarness();
      harness.receive(...receive);
      assert.deepEqual([harness.sent(), harness.events()], [sent, events]);
    });
  }

  for (const [name, bytes, problem] of BROKEN) {
    it(`ends over ${name}`, () => {
      const harness = createClientHarness();
      harness.receive(bytes);
      const [last = ''] = harness.events().slice(-1);
      assert(last.startsWith(`failed ${problem}`), last);
      assert.match(harness.sent().at(-1) ?? '', /^goaway 0 /);
      harness.receive(answered(1));
      assert.deepEqual(harness.events(), [], 'nothing is told after the end');
    });
  }

  it('sends as much as the windows let through', () => {
    const { connection, receive, sent } = createClientHarness();
    receive(settings([SETTING.initialWindowSize, 10]));
    connection.send(1, { data: Buffer.alloc(25) });
    assert.deepEqual(sent(), ['settings ack', 'data 1 10']);
    assert.equal(connection.waitingBytes(), 15);
    receive(window(1, 300));
    assert.deepEqual(sent(), ['data 1 15']);
    assert.equal(connection.waitingBytes(), 0);
  });

  it('knows nothing any more of a stream that it gave up', () => {
    const { connection, receive, sent, events } = createClientHarness();
    connection.reset(1, 'cancel');
    // On their way already.
    receive(answered(1), data(1, 3), window(1, 300), reset(1));
    assert.deepEqual(events(), []);
    assert.deepEqual(sent(), ['rstStream 1 cancel', 'rstStream 1 streamClosed']);
    connection.send(1, { data: Buffer.alloc(3) });
    assert.deepEqual([sent(), connection.streams()], [[], 0]);
  });

  it('has all that either end sends come to the other, whatever the pieces and windows', () => {
    const sizes = fc.array(fc.nat({ max: 100_000 }), { maxLength: 5 });
    const pieces = fc.array(fc.integer({ min: 10, max: 70_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, sizes, pieces, (asked, replied, cuts) => {
        const { client, server, run } = connectEnds(cuts);
        asked.forEach((bytes, at) => client.send(Buffer.alloc(bytes, at)));
        run();
        replied.forEach((bytes, at) => server.send(Buffer.alloc(bytes, at)));
        run();
        const bodyOf = (each: readonly number[]): Buffer =>
          Buffer.concat(each.map((bytes, at) => Buffer.alloc(bytes, at)));
        assert(server.received().equals(bodyOf(asked)), 'the request comes whole');
        assert(client.received().equals(bodyOf(replied)), 'the answer comes whole');
      }),
      { numRuns: 50 },
    );
  });
});

/** Both ends with a wire between them, on which chunks are cut to these sizes in turn. */
function connectEnds(cuts: readonly number[]) {
  const limits = { streamsMax: 1, headerBytesMax: 16_384, windowBytes: 65_535 };
  const toServer: Buffer[] = [];
  const toClient: Buffer[] = [];
  const asked: Buffer[] = [];
  const replied: Buffer[] = [];
  let tasks: (() => void)[] = [];
  const shared = {
    cancelled: () => assert.fail('nobody gives up'),
    left: () => assert.fail('nobody leaves'),
    pong: () => undefined,
    failed: (error: Error) => assert.fail(error),
  };
  const defer = (task: () => void): void => void tasks.push(task);
  const client = createClientConnection({
    write: (bytes) => toServer.push(bytes),
    defer,
    limits,
    events: {
      ...shared,
      answer: () => undefined,
      data: (stream, bytes) => {
        replied.push(Buffer.from(bytes));
        client.grant(stream, bytes.length);
      },
    },
  });
  const server = createServerConnection({
    write: (bytes) => toClient.push(bytes),
    defer,
    limits,
    events: {
      ...shared,
      request: (stream) => server.send(stream, { headers: encodeHeaders([STATUS]) }),
      data: (stream, bytes) => {
        asked.push(Buffer.from(bytes));
        server.grant(stream, bytes.length);
      },
    },
  });
  let cut = 0;

  function carry(wire: Buffer[], receive: (chunk: Buffer) => void): void {
    const bytes = Buffer.concat(wire.splice(0));
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + (cuts[cut++ % cuts.length] ?? 1));
      receive(Buffer.from(piece));
      at += piece.length;
    }
  }

  function run(): void {
    while (tasks.length + toServer.length + toClient.length > 0) {
      const due = tasks;
      tasks = [];
      for (const task of due) task();
      carry(toServer, (chunk) => server.receive(chunk));
      carry(toClient, (chunk) => client.receive(chunk));
    }
  }

  const stream = client.open(REQUEST_FIELDS);
  run();
  return {
    run,
    client: {
      send: (bytes: Buffer) => client.send(stream, { data: bytes }),
      received: () => Buffer.concat(replied),
    },
    server: {
      send: (bytes: Buffer) => server.send(stream, { data: bytes }),
      received: () => Buffer.concat(asked),
    },
  };
}

const STATUS = { name: ':status', value: '200' };
