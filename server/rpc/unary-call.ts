/** One call: its request is put together, its handler is called, its answer is sent once. */
import { status } from '@grpc/grpc-js';
import type { Answer } from '../http2/sender.ts';
import { failWith, replyWith } from './answers.ts';
import { createMessageAssembly } from './message-frame.ts';
import type { RequestHead } from './request-head.ts';
import type { Room } from './room.ts';
import type { Failure, IncomingCall } from './unary-handler.ts';
import type { UnaryMethod } from './unary-methods.ts';

export interface CallParts {
  readonly method: UnaryMethod;
  readonly head: RequestHead;
  /** For messages that do not come in one piece. */
  readonly room: Room;
  readonly messageBytesMax: number;
  /** Sends the answer; called once. */
  readonly send: (answer: Answer) => void;
  /** Lets the client send so many bytes more. */
  readonly grant: (bytes: number) => void;
  /** A handler threw: a defect. */
  readonly unforeseen: (error: unknown) => void;
}

export interface UnaryCall {
  data(bytes: Buffer, ended: boolean): void;
  /** The client has gone. */
  cancel(): void;
  /** Whether the request has not come whole. */
  isReceiving(): boolean;
}

export function createUnaryCall(parts: CallParts): UnaryCall {
  const { method, head, room, messageBytesMax } = parts;
  const assembly = createMessageAssembly();
  let state: 'receiving' | 'working' | 'over' = 'receiving';
  let reservedBytes = 0;
  const listeners: (() => void)[] = [];
  const timer =
    head.timeoutMs === undefined ? undefined : setTimeout(() => expire(), head.timeoutMs);

  function release(): void {
    if (reservedBytes === 0) return;
    room.take(-reservedBytes);
    reservedBytes = 0;
  }

  /** Whether the answer is this one. */
  function end(): boolean {
    if (state === 'over') return false;
    state = 'over';
    release();
    if (timer !== undefined) clearTimeout(timer);
    return true;
  }

  function fail(failure: Failure): false {
    if (end()) parts.send(failWith(failure));
    return false;
  }

  function expire(): void {
    fail({ code: status.DEADLINE_EXCEEDED, details: 'the deadline of the call has passed' });
    tell();
  }

  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  /** A message of `bytes` comes in pieces: it needs room, and the client to be let on. */
  function expect(bytes: number): boolean {
    if (bytes > messageBytesMax) {
      return fail(exhausted(`limits.message: ${messageBytesMax} bytes at most, got ${bytes}`));
    }
    if (!room.has(bytes)) {
      return fail(
        exhausted('limits.connection_bytes: requests and replies fill it; try again later'),
      );
    }
    reservedBytes = bytes;
    room.take(bytes);
    parts.grant(bytes);
    return true;
  }

  /** Whether the request can go on. */
  function gather(bytes: Buffer): boolean {
    const added = assembly.add(bytes);
    switch (added.kind) {
      case 'length':
        return expect(added.bytes);
      case 'compressed':
        return fail({ code: status.UNIMPLEMENTED, details: 'the request is compressed' });
      case 'tooMany':
        return fail({ code: status.UNIMPLEMENTED, details: 'more than one message in a request' });
      case 'going':
        return true;
    }
  }

  function work(message: Buffer): void {
    state = 'working';
    release();
    const request = decoded(message);
    if (request === undefined) return;
    const call: IncomingCall<unknown> = {
      request,
      metadata: head.metadata,
      on: (_event, listener) => listeners.push(listener),
    };
    try {
      method.handle(call, (failure, reply) => {
        if (failure !== null) fail(failure);
        else if (end()) parts.send(replyWith(method.encode(reply)));
      });
    } catch (error) {
      fail({ code: status.UNKNOWN, details: 'the member failed over this request; see its log' });
      parts.unforeseen(error);
    }
  }

  function decoded(message: Buffer): unknown {
    try {
      return method.decode(message);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      fail({ code: status.INTERNAL, details: `the request cannot be decoded: ${problem}` });
      return undefined;
    }
  }

  return {
    isReceiving: () => state === 'receiving',
    data: (bytes, ended) => {
      if (state !== 'receiving' || !gather(bytes) || !ended) return;
      const message = assembly.message();
      if (message !== undefined) work(message);
      else fail({ code: status.INTERNAL, details: 'the request ended within its message' });
    },
    cancel: () => {
      if (end()) tell();
    },
  };
}

const exhausted = (details: string): Failure => ({ code: status.RESOURCE_EXHAUSTED, details });
