/** One call: its request is taken in, its handler is called, its answer is sent: one reply, or many. */
import { status } from '@grpc/grpc-js';
import { failWith, replyWith, UNFORESEEN } from './answers.ts';
import { createReplyStream } from './reply-stream.ts';
import type { ReplyStream } from './reply-stream.ts';
import type { RequestHead } from './request-head.ts';
import { createRequestIntake } from './request-intake.ts';
import type { ServedCall, ServedCallParts } from './served-call.ts';
import type { Failure, IncomingCall } from './unary-handler.ts';
import type { UnaryMethod } from './unary-methods.ts';

export interface UnaryCallParts extends ServedCallParts {
  readonly method: UnaryMethod;
  readonly head: RequestHead;
  /** A handler threw: a defect. */
  readonly unforeseen: (error: unknown) => void;
}

export function createUnaryCall(parts: UnaryCallParts): ServedCall {
  const { method, head } = parts;
  const intake = createRequestIntake(parts);
  const listeners: (() => void)[] = [];
  let state: 'receiving' | 'working' | 'over' = 'receiving';
  const timer = startTimer(head, () => expire());
  const answering = createAnswering(parts, { isOver: () => state === 'over', end });

  /** Whether it is this that ends the call. */
  function end(): boolean {
    if (state === 'over') return false;
    state = 'over';
    intake.release();
    parts.over();
    if (timer !== undefined) clearTimeout(timer);
    return true;
  }

  function fail(failure: Failure): void {
    if (end()) answering.fail(failure);
  }

  function cancel(): void {
    if (!end()) return;
    for (const listener of listeners) listener();
  }

  function expire(): void {
    answering.fail(DEADLINE_EXCEEDED);
    cancel();
  }

  function work(message: Buffer): void {
    state = 'working';
    intake.release();
    const decoded = decode(method, message);
    if (!decoded.ok) {
      fail(decoded.failure);
      return;
    }
    const call = incoming(decoded.request, head, listeners);
    attempt(() => {
      method.handle(call, (failure, reply) => {
        if (failure === null) attempt(() => answering.reply(reply));
        else fail(failure);
      });
    });
  }

  function attempt(task: () => void): void {
    try {
      task();
    } catch (error) {
      fail(UNFORESEEN);
      parts.unforeseen(error);
    }
  }

  return {
    cancel,
    debt: () => (state === 'receiving' ? 'the rest of its message' : undefined),
    data: (bytes, ended) => {
      if (state !== 'receiving') return;
      const problem = intake.add(bytes, ended);
      const message = ended ? intake.message() : undefined;
      if (problem !== undefined) fail(problem);
      else if (message !== undefined) work(message);
      else if (ended) fail(CUT_SHORT);
    },
  };
}

/** How the call ends, as its other side sees it. */
interface Ending {
  readonly isOver: () => boolean;
  readonly end: () => void;
}

/** What is said to the client, in one piece or in many. */
function createAnswering(parts: UnaryCallParts, { isOver, end }: Ending) {
  const { encode, many } = parts.method;
  let stream: ReplyStream | undefined;
  return {
    fail: (failure: Failure) => parts.send(stream?.ending(failure) ?? failWith(failure)),
    reply: (reply: unknown): void => {
      if (isOver()) return;
      if (many) {
        // The definition says so, which the compiler cannot know.
        stream = createReplyStream(reply as Iterator<unknown>, { ...parts, encode, isOver, end });
        stream.pour();
        return;
      }
      const answer = replyWith(encode(reply));
      end();
      parts.send(answer);
    },
  };
}

const startTimer = ({ timeoutMs }: RequestHead, expire: () => void) =>
  timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);

const incoming = (
  request: unknown,
  { metadata }: RequestHead,
  listeners: (() => void)[],
): IncomingCall<unknown> => ({
  request,
  metadata,
  on: (_event, listener) => listeners.push(listener),
});

const DEADLINE_EXCEEDED: Failure = {
  code: status.DEADLINE_EXCEEDED,
  details: 'the deadline of the call has passed',
};

const CUT_SHORT: Failure = {
  code: status.INTERNAL,
  details: 'the request ended within its message',
};

type Decoded =
  | { readonly ok: true; readonly request: unknown }
  | { readonly ok: false; readonly failure: Failure };

function decode(method: UnaryMethod, message: Buffer): Decoded {
  try {
    return { ok: true, request: method.decode(message) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const details = `the request cannot be decoded: ${problem}`;
    return { ok: false, failure: { code: status.INTERNAL, details } };
  }
}
