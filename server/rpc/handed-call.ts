/** One request that grpc-js answers: what comes and goes between its client and the stream inside. */
import { constants } from 'node:http2';
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { ErrorCode } from '../http2/error-code.ts';
import { encodeHeaders } from '../http2/hpack/encode-headers.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import type { Answer } from '../http2/sender.ts';
import { failWith } from './answers.ts';
import { NO_ROOM } from './request-intake.ts';
import type { Room } from './room.ts';

export interface HandedCallParts {
  readonly room: Pick<Room, 'has'>;
  /** What is kept has grown by this, or become less. */
  readonly hold: (bytes: number) => void;
  /** Whether so much waits for the client that no more is to be taken from inside. */
  readonly isCrowded: () => boolean;
  readonly send: (answer: Answer) => void;
  readonly grant: (bytes: number) => void;
  readonly reset: (code: ErrorCode) => void;
}

export interface HandedCall {
  data(bytes: Buffer, ended: boolean): void;
  cancel(): void;
  /** Takes more from inside again. */
  resume(): void;
  /** Whether the rest of a message, or the first one, is waited for. */
  isReceiving(): boolean;
}

/** What a call costs inside, and each piece of a message beyond its bytes: estimates. */
const CALL_BYTES = 16_384;
const PIECE_BYTES = 256;

/** @param inside where the request has begun. */
export function handOn(
  inside: ClientHttp2Stream,
  whole: boolean,
  parts: HandedCallParts,
): HandedCall {
  const { room, hold, isCrowded, send, grant, reset } = parts;
  let ended = whole;
  let answered = false;
  let over = false;
  /** What has come since the last answer: it may still be a part of a message. */
  let freshBytes = 0;

  hold(CALL_BYTES);

  function settle(): void {
    hold(-freshBytes);
    freshBytes = 0;
  }

  function finish(answer: Answer): void {
    if (over) return;
    over = true;
    send(answer);
    // What else comes is of no interest: not to the client, and so not inside.
    if (!inside.writableEnded) inside.close(constants.NGHTTP2_CANCEL);
  }

  function write(bytes: Buffer): void {
    const takes = bytes.length + PIECE_BYTES;
    if (!room.has(takes)) {
      inside.close(constants.NGHTTP2_CANCEL);
      if (!answered) finish(failWith(NO_ROOM));
      return;
    }
    freshBytes += takes;
    hold(takes);
    // A copy, for it is a view; the client may send as much again when it has been taken.
    inside.write(Buffer.from(bytes), () => grant(bytes.length));
  }

  inside.on('response', (headers: IncomingHttpHeaders, flags: number) => {
    const block = encodeHeaders(fieldsOf(headers));
    answered = true;
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) finish({ trailers: block });
    else send({ headers: block });
  });
  inside.on('data', (data: Buffer) => {
    settle();
    if (over) return;
    send({ data });
    if (isCrowded()) inside.pause();
  });
  whenEnded(inside, (trailers) => finish({ trailers }));
  inside.on('error', () => undefined);
  inside.once('close', () => {
    settle();
    hold(-CALL_BYTES);
    if (!over) reset('internalError');
    over = true;
  });

  return {
    isReceiving: () => !over && !ended && (!answered || freshBytes > 0),
    resume: () => void inside.resume(),
    cancel: () => {
      over = true;
      inside.close(constants.NGHTTP2_CANCEL);
    },
    data: (bytes, last) => {
      ended ||= last;
      if (over || inside.closed || inside.destroyed) return;
      if (bytes.length > 0) write(bytes);
      if (last) inside.end();
    },
  };
}

/** After the last of the data, unlike the event of trailers. */
function whenEnded(inside: ClientHttp2Stream, tell: (trailers: Buffer) => void): void {
  let trailers: Buffer | undefined;
  inside.on('trailers', (headers: IncomingHttpHeaders) => {
    trailers = encodeHeaders(fieldsOf(headers));
  });
  inside.once('end', () => {
    if (trailers !== undefined) tell(trailers);
  });
}

type Headers = Readonly<Record<string, number | string | readonly string[] | undefined>>;

const fieldsOf = (headers: Headers): HeaderField[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    // The status is a number.
    [value ?? ''].flat().map((each) => ({ name, value: String(each) })),
  );
