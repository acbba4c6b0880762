/** What a single connection does to harm a member. */
import { connect, type Socket } from 'node:net';
import { MetaServiceServiceService as Kv } from '../../proto/gen/meta/common.ts';
import {
  ACK,
  callHeaders,
  createFrameReader,
  DATA,
  END_STREAM,
  FRAME_BYTES_MAX,
  greeting,
  grpcMessage,
  head,
  INITIAL_WINDOW_SIZE,
  SETTINGS,
  WINDOW_BYTES,
  WINDOW_MAX,
  WINDOW_UPDATE,
  type Frame,
} from './frames.ts';

/**
 * `whole`: writes 1 MiB. `half`: sends half of that and stops. `deaf`: asks for a large reply and
 * never reads. `silent`: says nothing.
 */
export const ATTACKS = ['whole', 'half', 'deaf', 'silent'] as const;

export type Attack = (typeof ATTACKS)[number];

export interface Target {
  readonly host: string;
  readonly port: number;
  /** From where, so that many processes do not run out of ports. */
  readonly localAddress: string;
}

/** What became of connections. */
export interface Counts {
  connected: number;
  /** A reply came to its end, whatever it said. */
  answered: number;
}

/** The prefix of what `deaf` connections ask for. */
export const LARGE_PREFIX = 'overload/large/';

const MIB = 1 << 20;
const STREAM = 1;

const WRITE = grpcMessage(
  Kv.set.requestSerialize({ key: 'overload/written', value: 'v'.repeat(MIB) }),
);
const READ = grpcMessage(Kv.getPrefix.requestSerialize({ prefix: LARGE_PREFIX }));

/** Opens one connection, and lets it do its worst. */
export function attack(kind: Attack, at: number, target: Target, counts: Counts): Socket {
  const socket = connect({ ...target, noDelay: true });
  socket.on('connect', () => {
    counts.connected += 1;
    begin(kind, at, socket, counts);
  });
  // To be ended is what it must expect.
  socket.on('error', () => undefined);
  return socket;
}

function begin(kind: Attack, at: number, socket: Socket, counts: Counts): void {
  switch (kind) {
    case 'whole':
      send(socket, Kv.set.path, WRITE, { stopAt: Infinity, counts });
      break;
    case 'half':
      send(socket, Kv.set.path, WRITE, { stopAt: WRITE.length >> 1, counts });
      break;
    case 'deaf':
      // Half of them promise to take everything: the reply piles up in another place then.
      socket.write(greeting(at % 2 === 0 ? WINDOW_MAX : WINDOW_BYTES));
      socket.write(callHeaders(Kv.getPrefix.path, STREAM));
      socket.write(Buffer.concat([head(READ.length, DATA, END_STREAM, STREAM), READ]));
      socket.pause();
      break;
    case 'silent':
      socket.resume();
      break;
  }
}

/** One call, with the flow control that the member asks for. */
function send(
  socket: Socket,
  path: string,
  message: Buffer,
  { stopAt, counts }: { readonly stopAt: number; readonly counts: Counts },
): void {
  const windows = { connection: WINDOW_BYTES, stream: WINDOW_BYTES, initial: WINDOW_BYTES };
  let sent = 0;

  function pump(): void {
    const end = Math.min(message.length, stopAt);
    socket.cork();
    while (sent < end) {
      const room = Math.min(windows.connection, windows.stream, FRAME_BYTES_MAX, end - sent);
      if (room <= 0) break;
      const flags = sent + room === message.length ? END_STREAM : 0;
      socket.write(head(room, DATA, flags, STREAM));
      socket.write(message.subarray(sent, sent + room));
      sent += room;
      windows.connection -= room;
      windows.stream -= room;
    }
    socket.uncork();
  }

  function received({ type, flags, stream, payload }: Frame): void {
    if (type === WINDOW_UPDATE) {
      windows[stream === 0 ? 'connection' : 'stream'] += payload.readUInt32BE(0);
      pump();
    } else if (type === SETTINGS && (flags & ACK) === 0) {
      socket.write(head(0, SETTINGS, ACK, 0));
      for (let offset = 0; offset + 6 <= payload.length; offset += 6) {
        if (payload.readUInt16BE(offset) !== INITIAL_WINDOW_SIZE) continue;
        const initial = payload.readUInt32BE(offset + 2);
        windows.stream += initial - windows.initial;
        windows.initial = initial;
      }
      pump();
    } else if (stream === STREAM && (flags & END_STREAM) !== 0) counts.answered += 1;
  }

  socket.on('data', createFrameReader(received));
  socket.write(Buffer.concat([greeting(WINDOW_BYTES), callHeaders(path, STREAM)]));
  pump();
}
