/** How the requests of a connection begin, and what follows them. */
import type { ServerEvents } from './connection-events.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { HeaderBlock } from './header-blocks.ts';
import type { HeaderDecoder } from './hpack/header-decoder.ts';
import type { HeaderField } from './hpack/header-field.ts';
import { broken, Http2Error } from './http2-error.ts';
import { areTrailers, isRequest } from './request-fields.ts';
import type { Resets } from './resets.ts';
import type { Stream } from './stream.ts';
import type { Streams } from './streams.ts';

export interface RequestsParts {
  readonly streams: Streams;
  readonly resets: Resets;
  readonly decoder: HeaderDecoder;
  readonly limits: ConnectionLimits;
  readonly events: ServerEvents;
}

export interface Requests {
  /** A block of headers has come whole: a request, or what follows one. @throws Http2Error */
  headers(block: HeaderBlock): void;
  /** Takes no more. */
  leave(): void;
}

const NOTHING = Buffer.alloc(0);

export function createRequests(parts: RequestsParts): Requests {
  const { streams, resets, decoder, limits, events } = parts;
  let leaving = false;

  function begin(id: number, fields: readonly HeaderField[], ended: boolean): void {
    if (!isRequest(fields)) {
      resets.refuse(id, 'protocolError', 'headers that are no request');
    } else if (leaving || streams.count() >= limits.streamsMax) {
      resets.refuse(id, 'refusedStream', 'requests beyond the limit');
    } else {
      streams.open(id, ended);
      events.request(id, fields, ended);
    }
  }

  function end(stream: Stream, fields: readonly HeaderField[], ended: boolean): void {
    if (stream.remoteEnded) throw new Http2Error('streamClosed', 'headers after a request');
    if (!ended || !areTrailers(fields)) throw broken('trailers that are none');
    stream.remoteEnded = true;
    events.data(stream.id, NOTHING, true);
  }

  return {
    leave: () => void (leaving = true),
    headers: ({ stream: id, fragments, endsStream }) => {
      // In any case: what is said later builds on it.
      const fields = decoder.decode(fragments);
      const known = streams.get(id);
      if (known !== undefined) end(known, fields, endsStream);
      else if (id <= streams.last()) resets.refuseEnded(id);
      else {
        streams.reach(id);
        begin(id, fields, endsStream);
      }
    },
  };
}
