/**
 * Hands requests that are not plain calls with one reply (health watches, reflection, compressed
 * messages) to a server of grpc-js in this process, over a connection that never leaves the memory.
 */
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { Connection } from '../http2/connection.ts';
import { encodeHeaders } from '../http2/hpack/encode-headers.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';

/** Headers as Node gives them; `:status` is a number. */
type Headers = Readonly<Record<string, number | string | readonly string[] | undefined>>;

/** Those requests of one connection. */
export interface Passthrough {
  begin(stream: number, fields: readonly HeaderField[], ended: boolean): void;
  data(stream: number, bytes: Buffer, ended: boolean): void;
  cancel(stream: number): void;
  /** The client has taken what waited for it. */
  taken(): void;
  close(): void;
}

/** Answers that a client does not take wait inside up to this many bytes, and the rest where they are made. */
const WAITING_BYTES_MAX = 65_536;

/** @param accept how the other server is given a connection. */
export function createPassthrough(
  accept: (socket: Duplex) => void,
  outside: Pick<Connection, 'grant' | 'reset' | 'send' | 'waitingBytes'>,
): Passthrough {
  const streams = new Map<number, Inside>();
  let session: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    const [here, there] = duplexPair();
    accept(there);
    const opened = connect('http://inside', { createConnection: () => here });
    // Its streams end with it, and each says so to its client.
    opened.on('error', () => undefined);
    return opened;
  }

  function follow(id: number, stream: ClientHttp2Stream): void {
    const inside: Inside = { stream, answered: false, unwanted: false };
    let ended = false;
    streams.set(id, inside);
    stream.on('response', (headers: Headers, flags: number) => {
      const block = encodeHeaders(fieldsOf(headers));
      inside.answered = true;
      ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      outside.send(id, ended ? { trailers: block } : { headers: block });
      if (inside.unwanted) abandon(inside);
    });
    stream.on('data', (data: Buffer) => {
      outside.send(id, { data });
      if (outside.waitingBytes() > WAITING_BYTES_MAX) stream.pause();
    });
    stream.on('trailers', (headers: Headers) => {
      ended = true;
      outside.send(id, { trailers: encodeHeaders(fieldsOf(headers)) });
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      streams.delete(id);
      if (!ended) outside.reset(id, 'internalError');
    });
  }

  return {
    begin: (id, fields, ended) => {
      session ??= open();
      follow(id, session.request(headersOf(fields), { endStream: ended }));
    },
    data: (id, bytes, ended) => {
      const stream = streams.get(id)?.stream;
      if (stream === undefined) return;
      // A copy, for it is a view; the client may send as much again when it has been taken.
      if (bytes.length > 0) {
        stream.write(Buffer.from(bytes), () => outside.grant(id, bytes.length));
      }
      if (ended) stream.end();
    },
    cancel: (id) => {
      const inside = streams.get(id);
      if (inside !== undefined) abandon(inside);
    },
    taken: () => {
      for (const { stream } of streams.values()) {
        if (stream.isPaused()) stream.resume();
      }
    },
    close: () => {
      for (const inside of streams.values()) abandon(inside);
      // It ends when its streams have.
      session?.close();
    },
  };
}

/** A request on its way inside. */
interface Inside {
  readonly stream: ClientHttp2Stream;
  answered: boolean;
  unwanted: boolean;
}

/**
 * Ends a request that nobody waits for, once it has been answered: grpc-js lets the process end when a
 * request is taken back before it came to look at it. That nothing more comes makes it answer soon.
 */
function abandon(inside: Inside): void {
  inside.unwanted = true;
  if (inside.answered) inside.stream.close(constants.NGHTTP2_CANCEL);
  else inside.stream.end();
}

/** Fields that only mean something to the connection they came on are not handed on. */
const headersOf = (fields: readonly HeaderField[]): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap(({ name, value }) => (name === ':authority' ? [] : [[name, value]])),
  );

const fieldsOf = (headers: Headers): HeaderField[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => ({ name, value: String(each) })),
  );
