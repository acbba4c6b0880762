/** One call of two streams on the server's side: messages in, messages out, and an end. */
import { status } from '@grpc/grpc-js';
import { endWith, failWith, OK, replyPart } from './answers.ts';
import { createGranting } from './granting.ts';
import { createMessageReader } from './message-reader.ts';
import type { ReadProblem } from './message-reader.ts';
import type { RequestHead } from './request-head.ts';
import { NO_ROOM } from './request-intake.ts';
import type { ServedCall, ServedCallParts } from './served-call.ts';
import type { StreamHandler } from './stream-handler.ts';
import type { Failure } from './unary-handler.ts';

export interface StreamCallParts extends ServedCallParts {
  readonly handler: StreamHandler;
  readonly head: RequestHead;
  readonly peer: string;
  /** What the caller may send before it is let on. */
  readonly windowBytes: number;
}

export function createStreamCall(parts: StreamCallParts): ServedCall {
  const { handler, head, peer, messageBytesMax, windowBytes, room, send } = parts;
  const reader = createMessageReader(messageBytesMax);
  const granting = createGranting(windowBytes, (bytes) => parts.grant(bytes));
  let open = true;
  let answered = false;
  let heldBytes = 0;
  const isOpen = (): boolean => open;

  function count(bytes: number): void {
    if (bytes !== heldBytes) parts.hold(bytes - heldBytes);
    heldBytes = bytes;
  }

  /** Whether it is this that ends the call. */
  function close(): boolean {
    if (!open) return false;
    open = false;
    count(0);
    parts.over();
    return true;
  }

  function finish(failure: Failure): void {
    if (close()) send(answered ? endWith(failure) : failWith(failure));
  }

  const listener = handler({
    metadata: head.metadata,
    peer,
    write: (message) => {
      if (!open) return;
      send(replyPart(message, !answered));
      answered = true;
    },
    end: () => finish(OK),
    fail: finish,
    hold: (held) => granting.hold(held),
  });

  /** Why the call cannot go on after these bytes, if it cannot. */
  function take(bytes: Buffer, ended: boolean): Failure | undefined {
    const problem = reader.read(bytes, (message) => {
      listener.message(message);
      return open;
    });
    if (problem !== undefined) return failureOf(problem, messageBytesMax);
    if (!isOpen()) return undefined;
    count(reader.heldBytes());
    if (heldBytes === 0) return undefined;
    if (ended) return CUT_SHORT;
    return room.has(0) ? undefined : NO_ROOM;
  }

  return {
    cancel: () => {
      if (close()) listener.cancelled();
    },
    debt: () =>
      heldBytes === 0 || granting.isHeld()
        ? undefined
        : `the rest of message ${reader.count() + 1}`,
    data: (bytes, ended) => {
      if (!open) return;
      const failure = take(bytes, ended);
      if (failure !== undefined) {
        finish(failure);
        listener.cancelled();
      } else if (!isOpen()) return;
      else if (ended) listener.ended();
      else granting.took(bytes.length);
    },
  };
}

function failureOf(problem: ReadProblem, bytesMax: number): Failure {
  switch (problem.kind) {
    case 'compressed':
      return { code: status.UNIMPLEMENTED, details: 'a compressed message on a stream' };
    case 'tooLong':
      return {
        code: status.RESOURCE_EXHAUSTED,
        details: `a message of ${problem.bytes} bytes; ${bytesMax} at most`,
      };
  }
}

const CUT_SHORT: Failure = {
  code: status.INTERNAL,
  details: 'the stream ended within a message',
};
