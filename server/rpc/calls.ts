/** The requests of one connection, each with whoever answers it. */
import { status } from '@grpc/grpc-js';
import type { ServerEvents } from '../http2/connection-events.ts';
import type { ConnectionLimits } from '../http2/connection-limits.ts';
import type { Connection } from '../http2/connection.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { failWith, NOT_GRPC } from './answers.ts';
import type { Passthrough } from './passthrough.ts';
import { readHead } from './request-head.ts';
import type { RequestHead } from './request-head.ts';
import type { Room } from './room.ts';
import type { ServedCall, ServedCallParts } from './served-call.ts';
import { createStreamCall } from './stream-call.ts';
import type { StreamMethods } from './stream-handler.ts';
import { createUnaryCall } from './unary-call.ts';
import type { Failure } from './unary-handler.ts';
import type { UnaryMethods } from './unary-methods.ts';

export interface CallsParts {
  readonly methods: UnaryMethods;
  readonly streams: StreamMethods;
  /** Paths of methods that grpc-js answers; one that it does not know, taken back at once, ends the process. */
  readonly otherPaths: ReadonlySet<string>;
  readonly room: Room;
  readonly limits: ConnectionLimits;
  readonly messageBytesMax: number;
  /** A handler threw: a defect. */
  readonly unforeseen: (error: unknown) => void;
}

/** Who is at the other end of a connection. */
export interface Caller {
  /** Where it is, for people. */
  readonly peer: string;
  /** Metadata that each of its calls has, in place of what it says under this name itself. */
  readonly stamp?: HeaderField | undefined;
}

export interface Calls {
  readonly events: Pick<ServerEvents, 'cancelled' | 'data' | 'request'>;
  /** Parts of requests that are waited for, by names. */
  debts(): string[];
  /** The client has gone. */
  close(): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * @param others answers what is not a plain call of a method that we know.
 * @param client of the connection, for all calls on it.
 */
export function createCalls(
  parts: CallsParts,
  caller: Caller,
  http2: Pick<Connection, 'grant' | 'send'>,
  others: Passthrough,
  client: Pick<ServedCallParts, 'hold' | 'whenTaken'>,
): Calls {
  const { methods, streams, otherPaths, room, messageBytesMax } = parts;
  const calls = new Map<number, ServedCall>();

  function begin(id: number, received: readonly HeaderField[], ended: boolean): void {
    const fields = stamped(received, caller.stamp);
    const head = readHead(fields);
    if (head.kind === 'foreign') {
      http2.send(id, NOT_GRPC);
      return;
    }
    const call = served(head, portsOf(id));
    if (call !== undefined) {
      calls.set(id, call);
      if (ended) call.data(NOTHING, true);
    } else if (methods.has(head.path) || otherPaths.has(head.path)) others.begin(id, fields, ended);
    else http2.send(id, failWith(unknownMethod(head.path)));
  }

  /** Undefined: nobody here serves it. */
  function served(head: RequestHead, ports: ServedCallParts): ServedCall | undefined {
    const handler = streams.get(head.path);
    if (handler !== undefined) {
      const { windowBytes } = parts.limits;
      return createStreamCall({ ...ports, handler, head, windowBytes, peer: caller.peer });
    }
    const method = methods.get(head.path);
    if (method === undefined || head.kind !== 'plain') return undefined;
    return createUnaryCall({ ...ports, method, head, unforeseen: parts.unforeseen });
  }

  const portsOf = (id: number): ServedCallParts => ({
    room,
    messageBytesMax,
    ...client,
    send: (answer) => http2.send(id, answer),
    grant: (bytes) => http2.grant(id, bytes),
    over: () => calls.delete(id),
  });

  return {
    debts: () => [
      ...[...calls].flatMap(([id, call]) => {
        const debt = call.debt();
        return debt === undefined ? [] : [`${debt}, request ${id}`];
      }),
      ...others.receiving().map((id) => `the rest of request ${id}`),
    ],
    close: () => {
      for (const call of calls.values()) call.cancel();
      calls.clear();
      others.close();
    },
    events: {
      request: begin,
      data: (id, bytes, ended) => {
        const call = calls.get(id);
        if (call === undefined) others.data(id, bytes, ended);
        else call.data(bytes, ended);
      },
      cancelled: (id) => {
        const call = calls.get(id);
        calls.delete(id);
        if (call === undefined) others.cancel(id);
        else call.cancel();
      },
    },
  };
}

const stamped = (
  fields: readonly HeaderField[],
  stamp: HeaderField | undefined,
): readonly HeaderField[] =>
  stamp === undefined ? fields : [...fields.filter(({ name }) => name !== stamp.name), stamp];

const unknownMethod = (path: string): Failure => ({
  code: status.UNIMPLEMENTED,
  details: `The server does not implement the method ${path}`,
});
