/** Requests and answers on their way out: as much at a time as the other end's windows let through (RFC 9113 §5.2). */
import { encodeFrame, FLAG, FRAME, FRAME_HEAD_BYTES, writeFrameHead } from './frame.ts';
import type { Output } from './output.ts';
import type { SendWindows } from './send-windows.ts';
import type { Stream } from './stream.ts';

/** A part of an answer or a request, in this order. Header blocks are encoded. */
export interface Answer {
  readonly headers?: Buffer;
  readonly data?: Buffer;
  /** What a request ends with, which has no trailers: nothing more is said on the stream. */
  readonly last?: true;
  /** Ends it; alone, it is all of it. */
  readonly trailers?: Buffer;
}

export interface Sender {
  send(stream: Stream, answer: Answer): void;
  /** The windows of these streams have changed; without any, that of the connection. */
  opened(streams: Iterable<Stream> | undefined): void;
  /** The stream is no more: what waits for it goes. */
  forget(stream: Stream): void;
  /** Bytes that wait for windows. */
  waitingBytes(): number;
}

/** @param sent what was to be said on this stream is on its way, to its end. */
export function createSender(
  output: Output,
  windows: SendWindows,
  sent: (stream: Stream) => void,
): Sender {
  /** Streams whose own windows are open: they wait for that of the connection. */
  const blocked = new Set<Stream>();
  let waitingBytes = 0;

  /** Sends what waits, as far as it goes. */
  function pump(stream: Stream): void {
    for (let [next] = stream.waiting; next !== undefined; [next] = stream.waiting) {
      const bytes = Math.min(windows.room(stream), next.length);
      if (bytes <= 0) {
        if (stream.sendWindow > 0) blocked.add(stream);
        else blocked.delete(stream);
        return;
      }
      const ends = stream.last && bytes === next.length && stream.waiting.length === 1;
      const flags = ends ? FLAG.endStream : 0;
      output.push(encodeFrame(FRAME.data, flags, stream.id, next.subarray(0, bytes)));
      windows.spend(stream, bytes);
      waitingBytes -= bytes;
      if (bytes === next.length) stream.waiting.shift();
      else stream.waiting[0] = next.subarray(bytes);
    }
    blocked.delete(stream);
    if (stream.trailers === undefined) return;
    output.push(headersFrame(stream, stream.trailers, true));
    sent(stream);
  }

  return {
    waitingBytes: () => waitingBytes,
    send: (stream, answer) => {
      const { headers, data, trailers, last = false } = answer;
      const bytes = data?.length ?? 0;
      if (stream.waiting.length === 0 && bytes <= windows.room(stream)) {
        output.push(encodeAnswer(stream, answer));
        windows.spend(stream, bytes);
        if (trailers !== undefined) sent(stream);
        return;
      }
      if (headers !== undefined) output.push(headersFrame(stream, headers, false));
      if (data !== undefined && bytes > 0) stream.waiting.push(data);
      stream.trailers = trailers;
      stream.last = last;
      waitingBytes += bytes;
      pump(stream);
    },
    opened: (streams) => {
      for (const stream of streams ?? blocked) {
        if (streams === undefined && !windows.isOpen()) break;
        // Also when that of the connection is closed: from now on the stream waits for it.
        if (stream.waiting.length > 0) pump(stream);
      }
    },
    forget: (stream) => {
      blocked.delete(stream);
      for (const { length } of stream.waiting) waitingBytes -= length;
      stream.waiting = [];
    },
  };
}

const headersFrame = (stream: Stream, block: Buffer, last: boolean): Buffer =>
  encodeFrame(FRAME.headers, FLAG.endHeaders | (last ? FLAG.endStream : 0), stream.id, block);

/** All frames of an answer that fits, as one piece of memory. */
function encodeAnswer({ id: stream }: Stream, { headers, data, last, trailers }: Answer): Buffer {
  const parts = [
    { type: FRAME.headers, flags: FLAG.endHeaders, payload: headers },
    { type: FRAME.data, flags: last === true ? FLAG.endStream : 0, payload: data },
    { type: FRAME.headers, flags: FLAG.endHeaders | FLAG.endStream, payload: trailers },
  ];
  let size = 0;
  for (const { payload } of parts) {
    if (payload !== undefined) size += FRAME_HEAD_BYTES + payload.length;
  }
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { type, flags, payload } of parts) {
    if (payload === undefined) continue;
    at = writeFrameHead(bytes, at, { type, flags, stream, bytes: payload.length });
    bytes.set(payload, at);
    at += payload.length;
  }
  return bytes;
}
