/**
 * Hands requests that are not plain calls with one reply (health watches, reflection, compressed
 * messages) to a server of grpc-js in this process, over a connection that never leaves the memory.
 */
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { Connection } from '../http2/connection.ts';
import { encodeHeaders } from '../http2/hpack/encode-headers.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';

/** Those requests of one connection. */
export interface Passthrough {
  begin(stream: number, fields: readonly HeaderField[], ended: boolean): void;
  data(stream: number, bytes: Buffer, ended: boolean): void;
  cancel(stream: number): void;
  close(): void;
}

/** Answers that a client does not take wait inside up to this many bytes, and the rest where they are made. */
const WAITING_BYTES_MAX = 65_536;

/** @param accept how the other server is given a connection. */
export function createPassthrough(
  accept: (socket: Duplex) => void,
  outside: Pick<Connection, 'grant' | 'reset' | 'send' | 'waitingBytes'>,
): Passthrough {
  const streams = new Map<number, ClientHttp2Stream>();
  let session: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    const [here, there] = duplexPair();
    accept(there);
    const opened = connect('http://inside', { createConnection: () => here });
    // Its streams end with it, and each says so to its client.
    opened.on('error', () => undefined);
    return opened;
  }

  function follow(stream: number, inside: ClientHttp2Stream): void {
    let answered = false;
    streams.set(stream, inside);
    inside.on('response', (headers: IncomingHttpHeaders, flags: number) => {
      const block = encodeHeaders(fieldsOf(headers));
      answered = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      outside.send(stream, answered ? { trailers: block } : { headers: block });
    });
    inside.on('data', (data: Buffer) => {
      outside.send(stream, { data });
      if (outside.waitingBytes() > WAITING_BYTES_MAX) inside.pause();
    });
    inside.on('trailers', (headers: IncomingHttpHeaders) => {
      answered = true;
      outside.send(stream, { trailers: encodeHeaders(fieldsOf(headers)) });
    });
    inside.on('error', () => undefined);
    inside.once('close', () => {
      streams.delete(stream);
      if (!answered) outside.reset(stream, 'internalError');
    });
  }

  return {
    begin: (stream, fields, ended) => {
      session ??= open();
      follow(stream, session.request(headersOf(fields), { endStream: ended }));
    },
    data: (stream, bytes, ended) => {
      const inside = streams.get(stream);
      if (inside === undefined) return;
      // A copy, for it is a view; the client may send as much again when it has been taken.
      if (bytes.length > 0) {
        inside.write(Buffer.from(bytes), () => outside.grant(stream, bytes.length));
      }
      if (ended) inside.end();
    },
    cancel: (stream) => streams.get(stream)?.close(constants.NGHTTP2_CANCEL),
    close: () => session?.destroy(),
  };
}

/** Fields that only mean something to the connection they came on are not handed on. */
const headersOf = (fields: readonly HeaderField[]): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap(({ name, value }) => (name === ':authority' ? [] : [[name, value]])),
  );

const fieldsOf = (headers: IncomingHttpHeaders): HeaderField[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((each) => ({ name, value: each })),
  );
