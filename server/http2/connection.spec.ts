import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ERROR_CODES } from './error-code.ts';
import { encodeFrame, FLAG, FRAME, PREFACE } from './frame.ts';
import { encodeHeaders } from './hpack/encode-headers.ts';
import { SETTING } from './peer-settings.ts';
import { createWire, number, request, REQUEST, setting } from './testing/wire.ts';

const OPEN = FLAG.endHeaders;
const HEADERS = Buffer.from('head');
const TRAILERS = Buffer.from('tail');
const data = (stream: number, bytes: number, flags = 0): Buffer =>
  encodeFrame(FRAME.data, flags, stream, Buffer.alloc(bytes));
const reply = (bytes: number) => ({
  headers: HEADERS,
  data: Buffer.alloc(bytes),
  trailers: TRAILERS,
});

describe('An HTTP/2 connection', () => {
  it('begins with its settings and a window for all streams together', () => {
    const wire = createWire({}, true);
    assert.deepEqual(wire.sent(), ['settings 0 12', 'windowUpdate 0 4']);
    assert.equal(wire.connection.hasBegun(), false);
    wire.receive(PREFACE, encodeFrame(FRAME.settings, 0, 0, Buffer.alloc(0)));
    assert.deepEqual(wire.sent(), ['settings 0 0']);
    assert.equal(wire.connection.hasBegun(), true);
  });

  it('hands requests on, and answers each in one write', () => {
    const wire = createWire();
    wire.receive(request(1, OPEN), data(1, 7), data(1, 3, FLAG.endStream), request(3));
    assert.deepEqual(wire.events, ['request 1', 'data 1 7', 'data 1 3 ended', 'request 3 ended']);
    wire.connection.send(3, reply(5));
    wire.connection.send(1, { trailers: TRAILERS });
    assert.deepEqual(wire.sent(), [
      'headers 3 4',
      'data 3 5',
      'headers 3 4 end',
      'headers 1 4 end',
    ]);
    assert.equal(wire.connection.streams(), 0);
    wire.connection.send(1, reply(5));
    assert.deepEqual(wire.sent(), [], 'there is no such request any more');
  });

  it('puts headers together of several frames, and takes padding and priorities off', () => {
    const wire = createWire();
    const [first, second] = [REQUEST.subarray(0, 5), REQUEST.subarray(5)];
    const padded = Buffer.concat([Buffer.of(2), Buffer.alloc(5), first, Buffer.alloc(2)]);
    wire.receive(
      encodeFrame(FRAME.headers, FLAG.padded | FLAG.priority, 1, padded),
      encodeFrame(FRAME.continuation, FLAG.endHeaders, 1, second),
      encodeFrame(FRAME.data, FLAG.padded, 1, Buffer.concat([Buffer.of(3), Buffer.alloc(13)])),
      encodeFrame(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 1, encodeHeaders([])),
    );
    assert.deepEqual(wire.events, ['request 1', 'data 1 10', 'data 1 0 ended']);
  });

  it('tells a client that still sends what nobody wants to stop', () => {
    const wire = createWire();
    wire.receive(request(1, OPEN));
    wire.connection.send(1, { trailers: TRAILERS });
    assert.deepEqual(wire.sent(), ['headers 1 4 end', `rstStream 1 ${ERROR_CODES.noError}`]);
    wire.receive(data(1, 10));
    assert.deepEqual(wire.sent(), [`rstStream 1 ${ERROR_CODES.streamClosed}`]);
    assert.deepEqual(wire.events, ['request 1']);
  });

  it('sends no more than the windows of stream, connection and frames let through', () => {
    const wire = createWire();
    wire.receive(setting(SETTING.initialWindowSize, 100), request(1), request(3));
    wire.sent();
    wire.connection.send(1, reply(150));
    assert.deepEqual(wire.sent(), ['headers 1 4', 'data 1 100']);
    assert.equal(wire.connection.waitingBytes(), 50);
    wire.receive(setting(SETTING.initialWindowSize, 20));
    wire.receive(encodeFrame(FRAME.windowUpdate, 0, 1, number(90)));
    assert.deepEqual(wire.sent(), ['settings 0 0', 'data 1 10'], 'it was 80 below nothing');
    wire.receive(setting(SETTING.initialWindowSize, 1_000_000));
    assert.deepEqual(wire.sent(), ['data 1 40', 'headers 1 4 end', 'settings 0 0']);
    wire.connection.send(3, reply(80_000));
    const frames = ['headers 3 4', ...Array<string>(3).fill('data 3 16384'), 'data 3 16233'];
    assert.deepEqual(wire.sent(), frames, 'all streams together may have 65,535 bytes');
    wire.receive(encodeFrame(FRAME.windowUpdate, 0, 0, number(1_000_000)));
    assert.deepEqual(wire.sent(), ['data 3 14615', 'headers 3 4 end']);
    assert.equal(wire.connection.waitingBytes(), 0);
  });

  it('forgets what waits for a client that takes its request back', () => {
    const wire = createWire();
    wire.receive(setting(SETTING.initialWindowSize, 0), request(1));
    wire.connection.send(1, reply(50));
    wire.receive(encodeFrame(FRAME.rstStream, 0, 1, number(ERROR_CODES.cancel)));
    assert.deepEqual(wire.events, ['request 1 ended', 'cancelled 1']);
    assert.equal(wire.connection.waitingBytes(), 0);
    wire.receive(setting(SETTING.initialWindowSize, 1_000));
    assert.ok(!wire.sent().includes('data 1 50'));
  });

  it('opens the window of a request only when it is told to', () => {
    const wire = createWire();
    wire.receive(request(1, OPEN), ...Array<Buffer>(3).fill(data(1, 16_384)));
    assert.deepEqual(wire.sent(), []);
    wire.connection.grant(1, 30_000);
    assert.deepEqual(wire.sent(), ['windowUpdate 1 4']);
    wire.receive(...Array<Buffer>(2).fill(data(1, 16_384)));
    assert.equal(wire.connection.streams(), 1);
    wire.receive(data(1, 16_384));
    assert.deepEqual(wire.sent(), [`rstStream 1 ${ERROR_CODES.flowControlError}`]);
    assert.equal(wire.events.at(-1), 'cancelled 1');
  });

  it('refuses requests beyond the limit, and all after it said farewell', () => {
    const wire = createWire({ streamsMax: 1 });
    wire.receive(request(1), request(3));
    assert.deepEqual(wire.sent(), [`rstStream 3 ${ERROR_CODES.refusedStream}`]);
    wire.connection.goAway();
    wire.connection.send(1, reply(1));
    wire.receive(request(5));
    assert.deepEqual(wire.sent(), [
      'goaway 0 8',
      'headers 1 4',
      'data 1 1',
      'headers 1 4 end',
      `rstStream 5 ${ERROR_CODES.refusedStream}`,
    ]);
    assert.deepEqual(wire.events, ['request 1 ended']);
  });

  it('answers pings and settings, and ignores frames it does not know', () => {
    const wire = createWire();
    wire.receive(
      encodeFrame(FRAME.ping, 0, 0, Buffer.from('12345678')),
      encodeFrame(0x77, 0, 0, Buffer.from('new')),
      setting(0x99, 1),
    );
    assert.deepEqual(wire.sent(), ['ping 0 8', 'settings 0 0']);
    assert.equal(wire.frames().at(-2)?.payload.toString(), '12345678');
  });

  for (const [what, code, frame] of [
    ['data on an idle stream', 'protocolError', data(1, 1)],
    ['data without a stream', 'protocolError', data(0, 1)],
    ['headers without a stream', 'protocolError', request(0)],
    ['a stream of a server', 'protocolError', request(2)],
    ['a reset of an idle stream', 'protocolError', encodeFrame(FRAME.rstStream, 0, 1, number(0))],
    ['a push', 'protocolError', encodeFrame(FRAME.pushPromise, 0, 1, number(2))],
    [
      'a window that opens by nothing',
      'protocolError',
      encodeFrame(FRAME.windowUpdate, 0, 0, number(0)),
    ],
    [
      'a window that opens too far',
      'flowControlError',
      encodeFrame(FRAME.windowUpdate, 0, 0, number(2 ** 31 - 1)),
    ],
    ['a ping that is too short', 'frameSizeError', encodeFrame(FRAME.ping, 0, 0, number(1))],
    ['settings that are cut off', 'frameSizeError', encodeFrame(FRAME.settings, 0, 0, number(1))],
    ['settings of a stream', 'protocolError', encodeFrame(FRAME.settings, 0, 1, Buffer.alloc(0))],
    [
      'a window size beyond the largest',
      'flowControlError',
      setting(SETTING.initialWindowSize, 2 ** 31),
    ],
    ['a frame size below the least', 'protocolError', setting(SETTING.maxFrameSize, 100)],
    ['a frame that is too long', 'frameSizeError', data(1, 16_385)],
    [
      'more padding than there is',
      'protocolError',
      encodeFrame(FRAME.headers, FLAG.padded, 1, Buffer.of(9)),
    ],
    [
      'headers that go on but were not begun',
      'protocolError',
      encodeFrame(FRAME.continuation, 0, 1, REQUEST),
    ],
    ['headers that are interrupted', 'protocolError', Buffer.concat([request(1, 0), data(1, 1)])],
    [
      'headers that never end',
      'enhanceYourCalm',
      Buffer.concat([
        request(1, 0),
        ...Array<Buffer>(99).fill(encodeFrame(FRAME.continuation, 0, 1, REQUEST)),
      ]),
    ],
    [
      'headers that cannot be decompressed',
      'compressionError',
      encodeFrame(FRAME.headers, OPEN, 1, Buffer.of(0x80)),
    ],
    ['data after a request', 'streamClosed', Buffer.concat([request(1), data(1, 1)])],
    ['headers after a request', 'streamClosed', Buffer.concat([request(1), request(1)])],
    [
      'trailers that do not end a request',
      'protocolError',
      Buffer.concat([request(1, OPEN), request(1, OPEN)]),
    ],
    ['HTTP/1', 'protocolError', undefined],
  ] as const) {
    it(`ends over ${what}, and takes nothing more`, () => {
      const wire = createWire({}, frame === undefined);
      wire.receive(frame ?? Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      assert.equal(wire.events.at(-1), `failed ${code}`);
      const farewell = wire.frames().at(-1);
      assert.equal(farewell?.type, FRAME.goaway);
      assert.equal(farewell.payload.readUInt32BE(4), ERROR_CODES[code]);
      const before = wire.events.length;
      wire.receive(request(9));
      assert.equal(wire.events.length, before);
    });
  }

  for (const [what, fields] of [
    ['no path', [':method POST', ':scheme http']],
    ['two methods', [':method POST', ':method POST', ':scheme http', ':path /']],
    ['a field of answers', [':method POST', ':scheme http', ':path /', ':status 200']],
    ['a pseudo-header behind others', [':method POST', ':scheme http', 'a b', ':path /']],
    ['a name in capitals', [':method POST', ':scheme http', ':path /', 'A b']],
    ['a field of HTTP/1', [':method POST', ':scheme http', ':path /', 'connection close']],
  ] as const) {
    it(`refuses a request with ${what}`, () => {
      const wire = createWire();
      const block = encodeHeaders(
        fields.map((field) => {
          const [name = '', value = ''] = field.split(' ');
          return { name, value };
        }),
      );
      wire.receive(encodeFrame(FRAME.headers, OPEN, 1, block));
      assert.deepEqual(wire.sent(), [`rstStream 1 ${ERROR_CODES.protocolError}`]);
      assert.deepEqual(wire.events, []);
    });
  }

  for (const [what, frames] of [
    [
      'requests that are taken back',
      (id: number) => [request(id), encodeFrame(FRAME.rstStream, 0, id, number(8))],
    ],
    ['pings', () => [encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(8))]],
    ['settings', () => [encodeFrame(FRAME.settings, 0, 0, Buffer.alloc(0))]],
    ['windows that open by little', () => [encodeFrame(FRAME.windowUpdate, 0, 0, number(1))]],
  ] as const) {
    it(`ends when a client makes work with ${what} and nothing else`, () => {
      const wire = createWire();
      for (let id = 1; id < 30_000 && !wire.events.at(-1)?.startsWith('failed'); id += 2) {
        wire.receive(...frames(id));
      }
      assert.equal(wire.events.at(-1), 'failed enhanceYourCalm');
    });
  }

  it('forgives such work when requests are answered, and with time', () => {
    const wire = createWire();
    for (let id = 1; id < 60_000; id += 2) {
      wire.receive(request(id), encodeFrame(FRAME.ping, 0, 0, Buffer.alloc(8)));
      if (id % 4 === 1) wire.connection.send(id, reply(0));
      else wire.receive(encodeFrame(FRAME.rstStream, 0, id, number(8)));
      if (id % 1_000 === 1) wire.connection.relax();
    }
    assert.ok(!wire.events.some((event) => event.startsWith('failed')));
  });

  it('reads the same whatever the borders of the chunks', () => {
    const bytes = Buffer.concat([
      PREFACE,
      setting(SETTING.initialWindowSize, 9),
      request(1, OPEN),
      data(1, 300),
      data(1, 0, FLAG.endStream),
      request(3),
    ]);
    const whole = createWire({}, true);
    whole.receive(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (borders) => {
        const wire = createWire({}, true);
        const at = [0, ...borders.sort((one, other) => one - other), bytes.length];
        at.forEach((begin, index) => wire.receive(bytes.subarray(begin, at[index + 1])));
        assert.deepEqual(wire.events, whole.events);
      }),
    );
  });

  it('throws nothing and holds nothing, whatever comes', () => {
    const frame = fc
      .tuple(fc.nat(10), fc.nat(255), fc.nat(7), fc.uint8Array({ maxLength: 40 }))
      .map(([type, flags, stream, payload]) => encodeFrame(type, flags, stream, payload));
    const valid = fc
      .tuple(fc.constantFrom(1, 3, 5, 7), fc.boolean(), fc.nat(50))
      .map(([stream, open, bytes]) =>
        Buffer.concat([request(stream, open ? OPEN : undefined), data(stream, bytes)]),
      );
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, valid), { maxLength: 40 }), (frames) => {
        const wire = createWire();
        wire.receive(setting(SETTING.initialWindowSize, 3));
        for (const each of frames) {
          wire.receive(each);
          for (const stream of [1, 3, 5, 7]) wire.connection.send(stream, reply(10));
        }
        for (const stream of [1, 3, 5, 7]) wire.connection.reset(stream, 'cancel');
        assert.equal(wire.connection.streams(), 0);
        assert.equal(wire.connection.waitingBytes(), 0);
      }),
    );
  });
});
