import type { Defer } from '../ports/clock.ts';
import type { Transport, TransportHandler } from '../ports/transport.ts';

/** A network in memory: no faults, no limits, in order. */
export interface MemoryNetwork {
  /** Connects the process in `directory`; it replaces one that was connected there. */
  connect(directory: string, handler: TransportHandler): void;
  /** From now on nothing arrives there, nor from there what has not arrived yet. */
  disconnect(directory: string): void;
  /** How the process in `directory` sends. */
  transport(directory: string): Transport;
}

/** @param defer delivers; so no handler runs inside a `send`. */
export function createMemoryNetwork(defer: Defer): MemoryNetwork {
  const handlers = new Map<string, TransportHandler>();
  return {
    connect: (directory, handler) => void handlers.set(directory, handler),
    disconnect: (directory) => void handlers.delete(directory),
    transport: (sender) => ({
      send: (envelope) => {
        defer(() => {
          if (handlers.has(sender)) handlers.get(envelope.directory)?.receive(envelope);
        });
      },
      sendSnapshot: (envelope, body, done) => {
        defer(() => {
          const receiver = handlers.has(sender) ? handlers.get(envelope.directory) : undefined;
          const finish = (delivered: boolean): void => {
            body.close();
            defer(() => done(delivered));
          };
          if (receiver === undefined) finish(false);
          else receiver.receiveSnapshot(envelope, body, finish);
        });
      },
    }),
  };
}
