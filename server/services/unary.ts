import type { Metadata } from '@grpc/grpc-js';
import type { Answerer, UnaryHandler } from '../rpc/unary-handler.ts';
import type { Admission } from './admission.ts';
import type { Answer, Failure } from './answer.ts';
import type { Passage } from './gate.ts';
import { checkSizes, messageBytes } from './limits.ts';
import type { Limits, RequestBytes } from './limits.ts';

/** What is particular to one rpc with one reply. */
export interface UnaryCall<Request, Reply> {
  /** What is wrong with a request by itself. */
  readonly check: (request: Request) => Failure | undefined;
  /** Bytes of UTF-8 of its strings. */
  readonly bytes: (request: Request) => RequestBytes;
  /** Carries it out; `done` is called once, also after the passage was cancelled. */
  readonly start: (
    request: Request,
    metadata: Pick<Metadata, 'get'>,
    done: (answer: Answer<Reply>) => void,
  ) => Passage | undefined;
}

/**
 * What is the same for all: checks, then room, then the call itself. Room is given back once, when
 * nothing of the call is in memory any more, whatever became of its client.
 */
export function unary<Request, Reply>(
  call: UnaryCall<Request, Reply>,
  admission: Admission,
  limits: Limits,
): UnaryHandler<Request, Reply> {
  return (incoming, callback) => {
    const { request, metadata } = incoming;
    const bytes = call.bytes(request);
    const problem = call.check(request) ?? checkSizes(bytes, limits);
    if (problem !== undefined) {
      callback(problem);
      return;
    }
    const room = admission.enter(messageBytes(bytes));
    if (!room.ok) {
      callback(room.failure);
      return;
    }
    const passage = call.start(request, metadata, (answer) => {
      room.value();
      send(answer, callback);
    });
    incoming.on('cancelled', () => passage?.cancel());
  };
}

function send<Reply>(answer: Answer<Reply>, callback: Answerer<Reply>): void {
  if (answer.ok) callback(null, answer.value);
  else callback(answer.failure);
}
