/** What each kind of frame does (RFC 9113 §6). */
import type { ConnectionEvents } from './connection-events.ts';
import { errorCodeOf } from './error-code.ts';
import { encodeFrame, FLAG, FRAME } from './frame.ts';
import type { Frame } from './frame.ts';
import type { HeaderBlocks } from './header-blocks.ts';
import { broken, Http2Error } from './http2-error.ts';
import type { Output } from './output.ts';
import type { Patience } from './patience.ts';
import { readSettings } from './peer-settings.ts';
import type { ReceiveWindow } from './receive-window.ts';
import type { Resets } from './resets.ts';
import type { Stream } from './stream.ts';
import type { Streams } from './streams.ts';

export interface FrameTakerParts {
  readonly streams: Streams;
  readonly resets: Resets;
  readonly blocks: HeaderBlocks;
  readonly window: ReceiveWindow;
  readonly output: Output;
  readonly patience: Patience;
  readonly events: ConnectionEvents;
}

export type FrameTaker = (frame: Frame) => void;

/** A window that is opened by less than this over and over makes more work than it is worth. */
const SMALL_WINDOW_UPDATE_BYTES = 256;
const PING_BYTES = 8;
const NUMBER_BYTES = 4;
/** At least. */
const FAREWELL_BYTES = 8;
const PRIORITY_BYTES = 5;
const NOTHING = Buffer.alloc(0);

/** By type. Each throws an Http2Error for what breaks the protocol. */
export function createFrameTakers(parts: FrameTakerParts): Readonly<Record<number, FrameTaker>> {
  return { ...createStreamTakers(parts), ...createConnectionTakers(parts) };
}

/** Frames that are about one request. */
function createStreamTakers({
  streams,
  resets,
  blocks,
  window,
  patience,
  events,
}: FrameTakerParts) {
  function takeData(stream: Stream, frame: Frame): void {
    if (stream.remoteEnded) throw new Http2Error('streamClosed', 'data after the end');
    stream.receiveWindow -= frame.payload.length;
    if (stream.receiveWindow < 0) {
      streams.reset(stream, 'flowControlError');
      events.cancelled(stream.id, 'flowControlError');
      return;
    }
    stream.remoteEnded = (frame.flags & FLAG.endStream) !== 0;
    const data = unpadded(frame);
    if (!stream.remoteEnded) {
      if (data.length === 0) patience.strain('empty frames');
      // Nobody else knows of the padding.
      if (data.length < frame.payload.length) {
        streams.grant(stream, frame.payload.length - data.length);
      }
    }
    events.data(stream.id, data, stream.remoteEnded);
  }

  return {
    [FRAME.data]: (frame: Frame) => {
      window.take(frame.payload.length);
      const stream = streams.find(frame.stream, 'data');
      if (stream === undefined) resets.refuseEnded(frame.stream);
      else takeData(stream, frame);
    },
    [FRAME.headers]: (frame: Frame) => {
      if (frame.stream === 0) throw broken('headers without a stream');
      const payload = unpadded(frame);
      const prioritized = (frame.flags & FLAG.priority) !== 0;
      blocks.begin(frame, prioritized ? payload.subarray(PRIORITY_BYTES) : payload);
    },
    [FRAME.continuation]: (frame: Frame) => blocks.goOn(frame),
    [FRAME.priority]: ({ stream, payload }: Frame) => {
      if (stream === 0) throw broken('a priority without a stream');
      expectBytes('PRIORITY', payload, PRIORITY_BYTES);
      patience.strain('priorities');
    },
    [FRAME.rstStream]: (frame: Frame) => {
      expectBytes('RST_STREAM', frame.payload, NUMBER_BYTES);
      patience.strain('requests that are taken back');
      const stream = streams.find(frame.stream, 'a reset');
      if (stream === undefined) return;
      streams.forget(stream);
      events.cancelled(stream.id, errorCodeOf(frame.payload.readUInt32BE()));
    },
    [FRAME.pushPromise]: () => {
      throw broken('a push');
    },
  };
}

/** Frames that are about the connection, or may be. */
function createConnectionTakers({ streams, output, patience, events }: FrameTakerParts) {
  const { sender, windows } = streams;
  return {
    [FRAME.settings]: ({ stream, flags, payload }: Frame) => {
      if (stream !== 0) throw broken('settings of a stream');
      if ((flags & FLAG.ack) !== 0) {
        expectBytes('an acknowledgement of settings', payload, 0);
        return;
      }
      patience.strain('settings');
      windows.configure(readSettings(windows.settings(), payload), streams.all());
      // First: until it is said, the other end need not take what the settings allow.
      output.push(encodeFrame(FRAME.settings, FLAG.ack, 0, NOTHING));
      sender.opened(streams.all());
    },
    [FRAME.ping]: ({ stream, flags, payload }: Frame) => {
      if (stream !== 0) throw broken('a ping of a stream');
      expectBytes('PING', payload, PING_BYTES);
      if ((flags & FLAG.ack) !== 0) {
        events.pong(payload);
        return;
      }
      patience.strain('pings');
      output.push(encodeFrame(FRAME.ping, FLAG.ack, 0, payload));
    },
    [FRAME.goaway]: ({ stream, payload }: Frame) => {
      if (stream !== 0) throw broken('a farewell of a stream');
      if (payload.length < FAREWELL_BYTES) expectBytes('GOAWAY', payload, FAREWELL_BYTES);
      events.left(payload.readUInt32BE() & 0x7fff_ffff, errorCodeOf(payload.readUInt32BE(4)));
    },
    [FRAME.windowUpdate]: ({ stream: id, payload }: Frame) => {
      expectBytes('WINDOW_UPDATE', payload, NUMBER_BYTES);
      const bytes = payload.readUInt32BE() & 0x7fff_ffff;
      if (bytes === 0) throw broken('a window that opens by nothing');
      if (bytes < SMALL_WINDOW_UPDATE_BYTES) patience.strain('windows that open by little');
      const stream = id === 0 ? undefined : streams.find(id, 'a window');
      if (id !== 0 && stream === undefined) return;
      windows.widen(bytes, stream);
      sender.opened(stream === undefined ? undefined : [stream]);
    },
  };
}

function expectBytes(what: string, payload: Buffer, bytes: number): void {
  if (payload.length === bytes) return;
  throw new Http2Error('frameSizeError', `${what} of ${payload.length} bytes`);
}

/** The payload without its padding (RFC 9113 §6.1). */
function unpadded({ flags, payload }: Frame): Buffer {
  if ((flags & FLAG.padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) {
    throw broken('more padding than there is');
  }
  return payload.subarray(1, payload.length - padding);
}
