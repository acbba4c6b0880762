import type { handleUnaryCall, Metadata, status } from '@grpc/grpc-js';

/** What a handler sees of a call with one request and one reply. */
export interface IncomingCall<Request> {
  readonly request: Request;
  readonly metadata: Pick<Metadata, 'get'>;
  /** The client has gone, or its deadline has passed. */
  on(event: 'cancelled', listener: () => void): unknown;
}

/** What a call is answered instead of a reply. */
export interface Failure {
  readonly code: status;
  /** For people: what happened, what to do. Clients of v0.4.11 search it for words. */
  readonly details: string;
  /** Told beside it, as texts. */
  readonly metadata?: Metadata;
}

/** What a call ends with that was answered in part. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.details);
    this.failure = failure;
  }
}

/** Answers a call, once. Later answers, and those to a client that has gone, are nobody's. */
export type Answerer<Reply> = (failure: Failure | null, reply?: Reply) => void;

/** A handler that fits grpc-js as well as the server of this folder. */
export type UnaryHandler<Request, Reply> = (
  call: IncomingCall<Request>,
  answer: Answerer<Reply>,
) => void;

/** The handlers of a service that has nothing but calls with one request and one reply. */
export type UnaryService<Server> = {
  readonly [
    Rpc in keyof Server as string extends Rpc ? never : Rpc
  ]: Server[Rpc] extends handleUnaryCall<infer Request, infer Reply>
    ? UnaryHandler<Request, Reply>
    : never;
};
