import type { Metadata } from '@grpc/grpc-js';
import type { Answerer, UnaryHandler } from '../rpc/unary-handler.ts';
import type { Admission } from './admission.ts';
import type { Answer, Failure } from './answer.ts';
import type { Passage } from './gate.ts';

/** What is particular to one rpc with one reply. */
export interface UnaryCall<Request, Reply> {
  /** What a request takes on the wire, roughly; or what is wrong with it by itself, its size too. */
  readonly measure: (request: Request) => Answer<number>;
  /** Carries it out; `done` is called once, also after the passage was cancelled. */
  readonly start: (
    request: Request,
    metadata: Pick<Metadata, 'get'>,
    done: (answer: Answer<Reply>) => void,
  ) => Passage | undefined;
  /** What is said instead of that there is no room, where callers look for other words. */
  readonly noRoom?: ((failure: Failure) => Failure) | undefined;
}

/**
 * What is the same for all: checks, then room, then the call itself. Room is given back once, when
 * nothing of the call is in memory any more, whatever became of its client.
 */
export function unary<Request, Reply>(
  call: UnaryCall<Request, Reply>,
  admission: Admission,
): UnaryHandler<Request, Reply> {
  return (incoming, callback) => {
    const { request, metadata } = incoming;
    const bytes = call.measure(request);
    if (!bytes.ok) {
      callback(bytes.failure);
      return;
    }
    const room = admission.enter(bytes.value);
    if (!room.ok) {
      callback(call.noRoom === undefined ? room.failure : call.noRoom(room.failure));
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
