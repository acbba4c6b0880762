import type { HeaderField } from './hpack/header-field.ts';
import type { Http2Error } from './http2-error.ts';

/** What happens on a connection. */
export interface ConnectionEvents {
  /** A request begins. */
  request(stream: number, fields: readonly HeaderField[], ended: boolean): void;
  /** More of it. The bytes are a view, valid during the call. */
  data(stream: number, bytes: Buffer, ended: boolean): void;
  /** The client gave it up, and takes no answer. */
  cancelled(stream: number): void;
  /** It answered a ping with this in it. */
  pong(payload: Buffer): void;
  /** The client broke the protocol: nothing is read any more. */
  failed(error: Http2Error): void;
}
