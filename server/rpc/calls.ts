/** The requests of one connection, each with whoever answers it. */
import type { ConnectionEvents } from '../http2/connection-events.ts';
import type { Connection } from '../http2/connection.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { NOT_GRPC } from './answers.ts';
import type { Passthrough } from './passthrough.ts';
import { readHead } from './request-head.ts';
import type { Room } from './room.ts';
import { createUnaryCall } from './unary-call.ts';
import type { UnaryCall } from './unary-call.ts';
import type { UnaryMethods } from './unary-methods.ts';

export interface CallsParts {
  readonly methods: UnaryMethods;
  readonly room: Room;
  readonly messageBytesMax: number;
  /** A handler threw: a defect. */
  readonly unforeseen: (error: unknown) => void;
}

export interface Calls {
  readonly events: Pick<ConnectionEvents, 'cancelled' | 'data' | 'request'>;
  /** Whether the rest of a request is waited for. */
  isReceiving(): boolean;
  /** The client has gone. */
  close(): void;
}

const NOTHING = Buffer.alloc(0);

/** @param others answers what is not a plain call of a method that we know. */
export function createCalls(
  { methods, room, messageBytesMax, unforeseen }: CallsParts,
  http2: Pick<Connection, 'grant' | 'send'>,
  others: Passthrough,
): Calls {
  const calls = new Map<number, UnaryCall>();

  function begin(stream: number, fields: readonly HeaderField[], ended: boolean): void {
    const head = readHead(fields);
    const method = head.kind === 'plain' ? methods.get(head.path) : undefined;
    if (head.kind === 'foreign') {
      http2.send(stream, NOT_GRPC);
      return;
    }
    if (method === undefined) {
      others.begin(stream, fields, ended);
      return;
    }
    const call = createUnaryCall({
      method,
      head,
      room,
      messageBytesMax,
      send: (answer) => {
        calls.delete(stream);
        http2.send(stream, answer);
      },
      grant: (bytes) => http2.grant(stream, bytes),
      unforeseen,
    });
    calls.set(stream, call);
    if (ended) call.data(NOTHING, true);
  }

  return {
    isReceiving: () => [...calls.values()].some((call) => call.isReceiving()),
    close: () => {
      for (const call of calls.values()) call.cancel();
      calls.clear();
      others.close();
    },
    events: {
      request: begin,
      data: (stream, bytes, ended) => {
        const call = calls.get(stream);
        if (call === undefined) others.data(stream, bytes, ended);
        else call.data(bytes, ended);
      },
      cancelled: (stream) => {
        const call = calls.get(stream);
        calls.delete(stream);
        if (call === undefined) others.cancel(stream);
        else call.cancel();
      },
    },
  };
}
