/** Handlers as grpc-js calls them, for what is not a plain call. */
import type { ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { CallFailed } from '../rpc/unary-handler.ts';
import type { UnaryHandler } from '../rpc/unary-handler.ts';
import type { ClientService } from '../services/client-service.ts';

/** Handlers with one reply fit as they are; the messages of the others are sent as they are taken. */
export const grpcHandlers = ({
  definition,
  handlers,
}: ClientService): UntypedServiceImplementation =>
  Object.fromEntries(
    Object.entries(handlers).map(([rpc, handler]) => [
      rpc,
      definition[rpc]?.responseStream === true ? streaming(handler) : handler,
    ]),
  ) as UntypedServiceImplementation;

const streaming =
  (handler: UnaryHandler<never, unknown>) =>
  (call: ServerWritableStream<never, unknown>): void =>
    handler(call, (failure, messages) => {
      // The definition says so, which the compiler cannot know.
      if (failure === null) pour(call, messages as Iterator<unknown>);
      else call.emit('error', failure);
    });

function pour(call: ServerWritableStream<never, unknown>, messages: Iterator<unknown>): void {
  try {
    for (let next = messages.next(); next.done !== true; next = messages.next()) {
      if (call.cancelled) return;
      if (call.write(next.value)) continue;
      call.once('drain', () => pour(call, messages));
      return;
    }
    call.end();
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    call.emit('error', error.failure);
  }
}
