import assert from 'node:assert/strict';
import { encodeFrame, FLAG, FRAME } from './frame.ts';
import { encodeHeaders } from './hpack/encode-headers.ts';
import { SETTING } from './peer-settings.ts';
import {
  answer,
  createHarness,
  data,
  HELLO,
  ping,
  REQUEST,
  request,
  reset,
  settings,
  window,
} from './testing/harness.ts';
import type { Harness } from './testing/harness.ts';

const NONE = Buffer.alloc(0);
const bytesOf = (each: Buffer | string): Buffer =>
  typeof each === 'string' ? Buffer.from(each) : each;
const frame = (type: number, flags: number, stream: number, payload: Buffer | string = NONE) =>
  encodeFrame(type, flags, stream, bytesOf(payload));

const fields = (...extra: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat([REQUEST, encodeHeaders(extra.map(([name, value]) => ({ name, value })))]);
const block = (...pairs: readonly (readonly [string, string])[]): Buffer =>
  encodeHeaders(pairs.map(([name, value]) => ({ name, value })));

/** What a client sends after its hello, what is answered, and what is told. */
interface Case {
  readonly name: string;
  readonly receive: readonly Buffer[];
  readonly sent?: readonly string[];
  readonly events?: readonly string[];
}

const TAKEN: readonly Case[] = [
  { name: 'a request without a body', receive: [request(1)], events: ['request 1 3 end'] },
  {
    name: 'a request in pieces',
    receive: [request(1, false), data(1, 5), data(1, 7, true)],
    events: ['request 1 3', 'data 1 5', 'data 1 7 end'],
  },
  {
    name: 'a request that ends with an empty frame',
    receive: [request(1, false), data(1, 0, true)],
    events: ['request 1 3', 'data 1 0 end'],
  },
  {
    name: 'a request that ends with trailers',
    receive: [request(1, false), request(1, true, block(['a', 'b']))],
    events: ['request 1 3', 'data 1 0 end'],
  },
  {
    name: 'headers in three frames',
    receive: [
      frame(FRAME.headers, FLAG.endStream, 1, REQUEST.subarray(0, 2)),
      frame(FRAME.continuation, 0, 1, REQUEST.subarray(2, 3)),
      frame(FRAME.continuation, FLAG.endHeaders, 1, REQUEST.subarray(3)),
    ],
    events: ['request 1 3 end'],
  },
  {
    name: 'headers with a priority and padding',
    receive: [
      frame(
        FRAME.headers,
        FLAG.endHeaders | FLAG.endStream | FLAG.padded | FLAG.priority,
        1,
        Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 9), REQUEST, Buffer.alloc(3)]),
      ),
    ],
    events: ['request 1 3 end'],
  },
  {
    name: 'padded data, and the padding is given back',
    receive: [request(1, false), frame(FRAME.data, FLAG.padded, 1, `\x04data1234`)],
    sent: ['windowUpdate 1 5'],
    events: ['request 1 3', 'data 1 4'],
  },
  { name: 'a ping', receive: [ping()], sent: ['ping ack'] },
  { name: 'the answer to a ping', receive: [ping(FLAG.ack)], events: ['pong 0000000000000000'] },
  {
    name: 'settings',
    receive: [settings([0x99, 7], [SETTING.enablePush, 0])],
    sent: ['settings ack'],
  },
  { name: 'the answer to our settings', receive: [frame(FRAME.settings, FLAG.ack, 0)] },
  { name: 'a priority', receive: [frame(FRAME.priority, 0, 3, Buffer.alloc(5))] },
  { name: 'a farewell', receive: [frame(FRAME.goaway, 0, 0, Buffer.alloc(8))] },
  { name: 'a frame of a kind that nobody knows', receive: [frame(0xee, 0xff, 77, 'what?')] },
  {
    name: 'a request that is taken back',
    receive: [request(1, false), reset(1)],
    events: ['request 1 3', 'cancelled 1'],
  },
  {
    name: 'what is still on its way for a request that has ended',
    receive: [request(1), reset(1), window(1, 10), reset(1)],
    events: ['request 1 3 end', 'cancelled 1'],
  },
  {
    name: 'data for a request that has ended',
    receive: [request(1), reset(1), data(1, 10)],
    sent: ['rstStream 1 streamClosed'],
    events: ['request 1 3 end', 'cancelled 1'],
  },
  {
    name: 'a request with an older number',
    receive: [request(5), request(3)],
    sent: ['rstStream 3 streamClosed'],
    events: ['request 5 3 end'],
  },
  {
    name: 'more data than the window of a stream lets through',
    receive: [
      request(1, false),
      data(1, 16_384),
      data(1, 16_384),
      data(1, 16_384),
      data(1, 16_384),
    ],
    sent: ['rstStream 1 flowControlError'],
    events: ['request 1 3', 'data 1 16384', 'data 1 16384', 'data 1 16384', 'cancelled 1'],
  },
];

/** Headers that are none of a request: its stream is reset, and nobody hears of it. */
const NO_REQUESTS: readonly (readonly [name: string, block: Buffer])[] = [
  ['nothing', NONE],
  ['no method', block([':scheme', 'http'], [':path', '/'])],
  ['no scheme', block([':method', 'POST'], [':path', '/'])],
  ['no path', block([':method', 'POST'], [':scheme', 'http'])],
  ['an empty path', block([':method', 'POST'], [':scheme', 'http'], [':path', ''])],
  ['a path with a line end', block([':method', 'POST'], [':scheme', 'http'], [':path', '/a\r\nb'])],
  ['two paths', fields([':path', '/b'])],
  ['a pseudo-header of answers', fields([':status', '200'])],
  ['a pseudo-header that nobody knows', fields([':what', 'x'])],
  ['a pseudo-header after others', Buffer.concat([block(['a', 'b']), REQUEST])],
  ['a name in capitals', fields(['Name', 'x'])],
  ['a name with a space', fields(['na me', 'x'])],
  ['a name with a bracket', fields(['na(me', 'x'])],
  ['a name with a letter beyond ASCII', fields(['näme', 'x'])],
  ['an empty name', fields(['', 'x'])],
  ['a value with a line end', fields(['name', 'a\nb'])],
  ['a value with a zero', fields(['name', 'a\0b'])],
  ['connection', fields(['connection', 'close'])],
  ['transfer-encoding', fields(['transfer-encoding', 'chunked'])],
  ['te other than trailers', fields(['te', 'gzip'])],
];

/** What ends a connection, and the code it is told. */
const BROKEN: readonly (readonly [name: string, code: string, receive: readonly Buffer[]])[] = [
  ['data on no stream', 'protocolError', [data(0, 1)]],
  ['data on an idle stream', 'protocolError', [data(1, 1)]],
  ['data after the end of a request', 'streamClosed', [request(1), data(1, 1)]],
  ['headers on no stream', 'protocolError', [request(0)]],
  ['a stream that is not the client’s to open', 'protocolError', [request(2)]],
  ['headers after the end of a request', 'streamClosed', [request(1), request(1)]],
  ['trailers that do not end the request', 'protocolError', [request(1, false), request(1, false)]],
  [
    'trailers with a pseudo-header',
    'protocolError',
    [request(1, false), request(1, true, block([':path', '/']))],
  ],
  [
    'more padding than data',
    'protocolError',
    [request(1, false), frame(FRAME.data, FLAG.padded, 1, '\x05data')],
  ],
  [
    'padding without its length',
    'protocolError',
    [request(1, false), frame(FRAME.data, FLAG.padded, 1)],
  ],
  ['headers that are interrupted', 'protocolError', [frame(FRAME.headers, 0, 1, REQUEST), ping()]],
  [
    'headers that go on elsewhere',
    'protocolError',
    [frame(FRAME.headers, 0, 1, REQUEST), frame(FRAME.continuation, FLAG.endHeaders, 3)],
  ],
  ['a continuation of nothing', 'protocolError', [frame(FRAME.continuation, FLAG.endHeaders, 1)]],
  [
    'headers in many frames',
    'enhanceYourCalm',
    [
      frame(FRAME.headers, 0, 1),
      ...Array.from({ length: 16 }, () => frame(FRAME.continuation, 0, 1)),
    ],
  ],
  [
    'headers that go on for too long',
    'enhanceYourCalm',
    [
      frame(FRAME.headers, 0, 1, Buffer.alloc(16_384)),
      frame(FRAME.continuation, 0, 1, Buffer.alloc(1)),
    ],
  ],
  [
    'headers that count for too much',
    'enhanceYourCalm',
    [request(1, true, fields(['a', 'x'.repeat(16_300)]))],
  ],
  ['headers that cannot be decompressed', 'compressionError', [request(1, true, Buffer.of(0xff))]],
  ['a priority of another length', 'frameSizeError', [frame(FRAME.priority, 0, 1, 'abc')]],
  ['a priority of no stream', 'protocolError', [frame(FRAME.priority, 0, 0, 'abcde')]],
  ['a reset of an idle stream', 'protocolError', [reset(1)]],
  ['a reset of no stream', 'protocolError', [reset(0)]],
  [
    'a reset of another length',
    'frameSizeError',
    [request(1), frame(FRAME.rstStream, 0, 1, 'abc')],
  ],
  ['settings of a stream', 'protocolError', [frame(FRAME.settings, 0, 1)]],
  ['settings of another length', 'frameSizeError', [frame(FRAME.settings, 0, 0, 'abc')]],
  [
    'an answer to settings with content',
    'frameSizeError',
    [frame(FRAME.settings, FLAG.ack, 0, 'abcdef')],
  ],
  ['ENABLE_PUSH of 2', 'protocolError', [settings([SETTING.enablePush, 2])]],
  ['a first window of 2^31', 'flowControlError', [settings([SETTING.initialWindowSize, 2 ** 31])]],
  [
    'frames smaller than all must take',
    'protocolError',
    [settings([SETTING.maxFrameSize, 16_383])],
  ],
  ['frames larger than can be said', 'protocolError', [settings([SETTING.maxFrameSize, 2 ** 24])]],
  ['a push', 'protocolError', [frame(FRAME.pushPromise, 0, 1, 'abcd')]],
  ['a ping of a stream', 'protocolError', [frame(FRAME.ping, 0, 1, '12345678')]],
  ['a ping of another length', 'frameSizeError', [frame(FRAME.ping, 0, 0, '1234567')]],
  ['a farewell of a stream', 'protocolError', [frame(FRAME.goaway, 0, 1, Buffer.alloc(8))]],
  ['a window that opens by nothing', 'protocolError', [window(0, 0)]],
  ['a window of an idle stream', 'protocolError', [window(1, 10)]],
  ['a window update of another length', 'frameSizeError', [frame(FRAME.windowUpdate, 0, 0, 'abc')]],
  ['a window of the connection of 2^31', 'flowControlError', [window(0, 2 ** 31 - 1)]],
  ['a window of a stream of 2^31', 'flowControlError', [request(1), window(1, 2 ** 31 - 1)]],
  [
    'windows of 2^31 by settings',
    'flowControlError',
    [request(1), window(1, 1), settings([SETTING.initialWindowSize, 2 ** 31 - 1])],
  ],
];

const said = ({ connection, events, sent }: Harness) => ({
  events: events(),
  sent: sent(),
  streams: connection.streams(),
});

describe('A connection', () => {
  it('says hello with its limits and a larger window', () => {
    const harness = createHarness({}, false);
    assert.deepEqual(harness.sent(), ['settings', 'windowUpdate 983041']);
    assert.equal(harness.connection.hasBegun(), false);
    harness.receive(HELLO);
    assert.deepEqual(harness.sent(), ['settings ack']);
    assert.equal(harness.connection.hasBegun(), true);
  });

  for (const { name, receive, sent = [], events = [] } of TAKEN) {
    it(`takes ${name}`, () => {
      const harness = createHarness();
      harness.receive(...receive);
      assert.deepEqual(harness.sent(), sent);
      assert.deepEqual(harness.events(), events);
    });
  }

  for (const [name, headers] of NO_REQUESTS) {
    it(`resets a stream that begins with ${name}`, () => {
      const harness = createHarness();
      harness.receive(request(1, true, headers));
      assert.deepEqual(said(harness), {
        events: [],
        sent: ['rstStream 1 protocolError'],
        streams: 0,
      });
    });
  }

  for (const [name, code, receive] of BROKEN) {
    it(`ends over ${name}`, () => {
      const harness = createHarness();
      harness.receive(...receive);
      const { sent, events, streams } = said(harness);
      assert.match(sent.at(-1) ?? '', new RegExp(`^goaway \\d+ ${code}$`));
      assert.match(events.at(-1) ?? '', new RegExp(`^failed ${code}: `));
      assert.equal(streams, 0);
    });
  }

  it('says in its farewell which request it saw last, and hears nothing after it', () => {
    const harness = createHarness();
    harness.receive(request(7), data(0, 1));
    assert.deepEqual(harness.sent(), ['goaway 7 protocolError']);
    harness.events();
    harness.receive(request(9), ping(), Buffer.alloc(100, 0xff));
    assert.deepEqual(said(harness), { events: [], sent: [], streams: 0 });
    harness.connection.send(7, answer(5));
    harness.connection.reset(7, 'cancel');
    harness.connection.grant(7, 10);
    assert.deepEqual(harness.sent(), []);
  });

  it('refuses requests beyond the limit, and takes more when one has ended', () => {
    const harness = createHarness({ streamsMax: 2 });
    harness.receive(request(1), request(3), request(5));
    assert.deepEqual(harness.sent(), ['rstStream 5 refusedStream']);
    harness.connection.send(1, answer(0));
    harness.receive(request(7));
    assert.deepEqual(harness.events(), ['request 1 3 end', 'request 3 3 end', 'request 7 3 end']);
  });

  it('learns of the headers of a request that it refuses', () => {
    const harness = createHarness({ streamsMax: 0 });
    const remembered = Buffer.concat([REQUEST, Buffer.from('4001610162', 'hex')]);
    harness.receive(
      request(1, true, remembered),
      request(3, true, Buffer.concat([REQUEST, Buffer.of(0xbe)])),
    );
    assert.deepEqual(harness.sent(), ['rstStream 1 refusedStream', 'rstStream 3 refusedStream']);
  });

  it('sends an answer as one piece, and forgets the request', () => {
    const harness = createHarness();
    harness.receive(request(1));
    harness.connection.send(1, answer(5));
    assert.deepEqual(harness.sent(), ['headers 1', 'data 1 5', 'headers 1 end']);
    assert.equal(harness.connection.streams(), 0);
    harness.connection.send(1, answer(5));
    assert.deepEqual(harness.sent(), []);
  });

  it('tells a client that is answered before its request has ended to stop', () => {
    const harness = createHarness();
    harness.receive(request(1, false));
    harness.connection.send(1, { trailers: answer(0).headers });
    assert.deepEqual(harness.sent(), ['headers 1 end', 'rstStream 1 noError']);
    assert.equal(harness.connection.streams(), 0);
  });

  it('takes no more requests after its farewell, and ends those in work', () => {
    const harness = createHarness();
    harness.receive(request(1));
    harness.connection.goAway();
    harness.receive(request(3));
    harness.connection.send(1, answer(1));
    assert.deepEqual(harness.sent(), [
      'goaway 1 noError',
      'rstStream 3 refusedStream',
      'headers 1',
      'data 1 1',
      'headers 1 end',
    ]);
  });

  it('asks for a sign of life', () => {
    const harness = createHarness();
    harness.connection.ping();
    assert.deepEqual(harness.sent(), ['ping']);
  });

  it('names what the client keeps it waiting for', () => {
    const harness = createHarness({}, false);
    assert.deepEqual(harness.connection.debts(), ['preface']);
    harness.receive(HELLO.subarray(0, 5));
    assert.deepEqual(harness.connection.debts(), ['preface', 'the rest of frame 0']);
    harness.receive(HELLO.subarray(5), request(1), ping().subarray(0, 12));
    assert.deepEqual(harness.connection.debts(), ['the rest of frame 2']);
    assert.equal(harness.connection.partialBytes(), 12);
    harness.receive(ping().subarray(12), frame(FRAME.headers, 0, 3, 'abc'));
    harness.connection.send(1, answer(70_000));
    assert.deepEqual(harness.connection.debts(), [
      'the rest of the headers of 3',
      'windows for the answer of 1',
    ]);
    assert.equal(harness.connection.partialBytes(), 3);
  });
});
