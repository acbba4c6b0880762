/** The requests of one connection, each with whoever answers it. */
import { status } from '@grpc/grpc-js';
import type { ConnectionEvents } from '../http2/connection-events.ts';
import type { Connection } from '../http2/connection.ts';
import type { HeaderField } from '../http2/hpack/header-field.ts';
import { failWith, NOT_GRPC } from './answers.ts';
import type { Passthrough } from './passthrough.ts';
import { readHead } from './request-head.ts';
import type { RequestHead } from './request-head.ts';
import type { Room } from './room.ts';
import { createUnaryCall } from './unary-call.ts';
import type { UnaryCall } from './unary-call.ts';
import type { Failure } from './unary-handler.ts';
import type { UnaryMethod, UnaryMethods } from './unary-methods.ts';

export interface CallsParts {
  readonly methods: UnaryMethods;
  /** Paths of methods that grpc-js answers; one that it does not know, taken back at once, ends the process. */
  readonly otherPaths: ReadonlySet<string>;
  readonly room: Room;
  readonly messageBytesMax: number;
  /** A handler threw: a defect. */
  readonly unforeseen: (error: unknown) => void;
}

export interface Calls {
  readonly events: Pick<ConnectionEvents, 'cancelled' | 'data' | 'request'>;
  /** Requests of which the rest is waited for. */
  receiving(): number[];
  /** The client has gone. */
  close(): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * @param others answers what is not a plain call of a method that we know.
 * @param hold what is kept has grown by this, or become less.
 */
export function createCalls(
  parts: CallsParts,
  http2: Pick<Connection, 'grant' | 'send'>,
  others: Passthrough,
  hold: (bytes: number) => void,
): Calls {
  const { methods, otherPaths } = parts;
  const calls = new Map<number, UnaryCall>();

  function begin(stream: number, fields: readonly HeaderField[], ended: boolean): void {
    const head = readHead(fields);
    const method = methods.get(head.path);
    if (head.kind === 'foreign') http2.send(stream, NOT_GRPC);
    else if (method !== undefined && head.kind === 'plain') answer(stream, method, head, ended);
    else if (method !== undefined || otherPaths.has(head.path)) others.begin(stream, fields, ended);
    else http2.send(stream, failWith(unknownMethod(head.path)));
  }

  function answer(stream: number, method: UnaryMethod, head: RequestHead, ended: boolean): void {
    const call = createUnaryCall({
      ...parts,
      method,
      head,
      hold,
      send: (answer) => {
        calls.delete(stream);
        http2.send(stream, answer);
      },
      grant: (bytes) => http2.grant(stream, bytes),
    });
    calls.set(stream, call);
    if (ended) call.data(NOTHING, true);
  }

  return {
    receiving: () => [
      ...[...calls].flatMap(([stream, call]) => (call.isReceiving() ? [stream] : [])),
      ...others.receiving(),
    ],
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

const unknownMethod = (path: string): Failure => ({
  code: status.UNIMPLEMENTED,
  details: `The server does not implement the method ${path}`,
});
