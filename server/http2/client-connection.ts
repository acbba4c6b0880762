/** The client's end of a connection: for a few streams of long life, or for calls, few at a time. */
import type { ClientEvents } from './connection-events.ts';
import { createConnection } from './connection.ts';
import type { Connection, ConnectionParts } from './connection.ts';
import { PREFACE } from './frame.ts';
import type { HeaderBlock } from './header-blocks.ts';
import { encodeHeaders } from './hpack/encode-headers.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { Http2Error } from './http2-error.ts';
import { SETTING } from './peer-settings.ts';

export interface ClientConnection extends Connection {
  /** Begins a request; returns its stream. What follows on it is sent, until it is reset. */
  open(fields: readonly HeaderField[]): number;
  /** Forgets a stream on which both ends have said all; one that has not ended is given up. */
  close(id: number): void;
}

/** Opens a connection: preface and settings go out at once. Nothing may be pushed. */
export function createClientConnection(parts: ConnectionParts<ClientEvents>): ClientConnection {
  const { connection, decoder, streams } = createConnection(parts, {
    preface: PREFACE,
    settings: [[SETTING.enablePush, 0]],
    headers,
    last: () => 0,
  });
  let next = 1;

  function headers({ stream: id, fragments, endsStream }: HeaderBlock): void {
    // In any case: what is said later builds on it.
    const fields = decoder.decode(fragments);
    const stream = streams.find(id, 'headers');
    // Reset by us, which the server may not know yet.
    if (stream === undefined) return;
    if (stream.remoteEnded) throw new Http2Error('streamClosed', 'headers after the end');
    stream.remoteEnded = endsStream;
    parts.events.answer(id, fields, endsStream);
  }

  return {
    ...connection,
    open: (fields) => {
      const id = next;
      next += 2;
      streams.reach(id);
      streams.sender.send(streams.open(id, false), { headers: encodeHeaders(fields) });
      return id;
    },
    close: (id) => {
      const stream = streams.get(id);
      if (stream === undefined) return;
      if (stream.remoteEnded) streams.forget(stream);
      else streams.reset(stream, 'cancel');
    },
  };
}
