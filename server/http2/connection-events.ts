import type { ErrorCode } from './error-code.ts';
import type { HeaderField } from './hpack/header-field.ts';
import type { Http2Error } from './http2-error.ts';

/** What happens on a connection, at either end. */
export interface ConnectionEvents {
  /** More of a request or an answer. The bytes are a view of a chunk that was received. */
  data(stream: number, bytes: Buffer, ended: boolean): void;
  /** The other end gave a stream up. */
  cancelled(stream: number, code: ErrorCode): void;
  /** It takes no more streams than those up to `last`, and ends the connection when they have ended. */
  left(last: number, code: ErrorCode): void;
  /** It answered a ping with this in it. */
  pong(payload: Buffer): void;
  /** It broke the protocol: nothing is read any more. */
  failed(error: Http2Error): void;
}

/** What clients do beside it. */
export interface ServerEvents extends ConnectionEvents {
  /** A request begins. */
  request(stream: number, fields: readonly HeaderField[], ended: boolean): void;
}

/** What servers do beside it. */
export interface ClientEvents extends ConnectionEvents {
  /** Headers of an answer, or what ends it. */
  answer(stream: number, fields: readonly HeaderField[], ended: boolean): void;
}
