import type { Socket } from 'node:net';

/** What happens on a socket. */
export interface Carried {
  received(chunk: Buffer): void;
  /** Something was received, or what was written has gone. */
  moved(): void;
  closed(reason: string): void;
}

/** Until the socket is closed. */
export function carry(socket: Socket, carried: Carried): void {
  let reason = 'the other end closed it';
  socket.on('data', (chunk: Buffer) => {
    carried.received(chunk);
    carried.moved();
  });
  socket.on('drain', () => carried.moved());
  socket.on('error', (error) => {
    reason = reasonOf(error);
  });
  socket.once('close', () => carried.closed(reason));
}

/** A name that leads to several addresses fails with the errors of all, and a text of its own that is empty. */
const reasonOf = (error: Error): string =>
  error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message;
