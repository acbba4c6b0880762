/** A service on the client port, not served yet. */
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { UnaryHandler } from '../rpc/unary-handler.ts';

/** By the names of rpcs. A call that is answered with a stream gets an iterator of its messages. */
export type Handlers = Readonly<Record<string, UnaryHandler<never, unknown>>>;

export interface ClientService {
  readonly definition: ServiceDefinition;
  readonly handlers: Handlers;
  /** Rpcs whose replies may be as long as a client can receive. */
  readonly long: ReadonlySet<string>;
}
