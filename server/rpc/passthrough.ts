/**
 * Hands requests that are not plain calls with one reply (health watches, reflection, compressed
 * messages) to a server of grpc-js in this process, over a connection that never leaves the memory.
 */
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import type { Connection } from '../http2/connection.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { failWith } from './answers.ts';
import { handOn } from './handed-call.ts';
import type { HandedCall } from './handed-call.ts';
import type { Room } from './room.ts';

/** Those requests of one connection. */
export interface Passthrough {
  begin(stream: number, fields: readonly HeaderField[], ended: boolean): void;
  data(stream: number, bytes: Buffer, ended: boolean): void;
  cancel(stream: number): void;
  /** The client has taken what waited: answers that were held back go on. */
  relieve(): void;
  /** Requests of which the rest is waited for. */
  receiving(): number[];
  close(): void;
}

export interface PassthroughParts {
  /** How the other server is given a connection. */
  readonly accept: (socket: Duplex) => void;
  readonly outside: Pick<Connection, 'grant' | 'reset' | 'send'>;
  /** Whether so much waits for the client that no more is to be taken from the other server. */
  readonly isCrowded: () => boolean;
  readonly room: Pick<Room, 'has'>;
  /** What is kept has grown by this, or become less. */
  readonly hold: (bytes: number) => void;
}

/**
 * What both ends of the connection inside take, with the first call on it. Measured as the growth of
 * resident memory over 3,000 of them in one process, after forced garbage collections (Node 24.21,
 * x64): 79 KB each with a watch of health open, of which 18 KB are heap; 69 KB once the call has ended.
 */
const SESSION_BYTES = 81_920;

export function createPassthrough(parts: PassthroughParts): Passthrough {
  const { accept, outside, isCrowded, room, hold } = parts;
  const calls = new Map<number, HandedCall>();
  let session: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    const [here, there] = duplexPair();
    accept(there);
    const opened = connect('http://inside', { createConnection: () => here });
    hold(SESSION_BYTES);
    // Its streams end with it, and each says so to its client.
    opened.on('error', () => undefined);
    opened.once('close', () => {
      hold(-SESSION_BYTES);
      if (session === opened) session = undefined;
    });
    return opened;
  }

  /** Undefined: Node does not take such a request, or the connection inside is on its way out. */
  function ask(fields: readonly HeaderField[], ended: boolean): ClientHttp2Stream | undefined {
    if (session === undefined || session.closed || session.destroyed) session = open();
    try {
      return session.request(headersOf(fields), { endStream: ended });
    } catch {
      return undefined;
    }
  }

  return {
    begin: (stream, fields, ended) => {
      const inside = ask(fields, ended);
      if (inside === undefined) {
        outside.send(stream, failWith(NOT_HANDED_ON));
        return;
      }
      const call = handOn(inside, ended, {
        room,
        hold,
        isCrowded,
        send: (answer) => outside.send(stream, answer),
        grant: (bytes) => outside.grant(stream, bytes),
        reset: (code) => outside.reset(stream, code),
      });
      calls.set(stream, call);
      inside.once('close', () => calls.delete(stream));
    },
    data: (stream, bytes, ended) => calls.get(stream)?.data(bytes, ended),
    cancel: (stream) => calls.get(stream)?.cancel(),
    relieve: () => {
      for (const call of calls.values()) call.resume();
    },
    receiving: () => [...calls].flatMap(([stream, call]) => (call.isReceiving() ? [stream] : [])),
    close: () => session?.destroy(),
  };
}

const NOT_HANDED_ON = { code: status.INTERNAL, details: 'a call with headers that nobody takes' };

/** Fields that only mean something to the connection they came on are not handed on. */
function headersOf(fields: readonly HeaderField[]): Record<string, string | string[]> {
  const headers = new Map<string, string[]>();
  for (const { name, value } of fields) {
    if (name !== ':authority') headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...headers].map(([name, values]) => {
      const [only = ''] = values;
      return [name, values.length > 1 ? values : only];
    }),
  );
}
