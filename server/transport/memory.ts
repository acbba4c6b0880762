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

/** A snapshot on its way. */
interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly end: (delivered: boolean) => void;
}

/** @param defer delivers; so no handler runs inside a `send`. */
export function createMemoryNetwork(defer: Defer): MemoryNetwork {
  const handlers = new Map<string, TransportHandler>();
  const transfers = new Set<Transfer>();

  function disconnect(directory: string): void {
    handlers.delete(directory);
    for (const transfer of transfers) {
      if (transfer.from === directory || transfer.to === directory) transfer.end(false);
    }
  }

  /** Who gets what `from` sends to `to` now, if anybody. */
  const receiver = (from: string, to: string): TransportHandler | undefined =>
    handlers.has(from) ? handlers.get(to) : undefined;

  return {
    connect: (directory, handler) => {
      disconnect(directory);
      handlers.set(directory, handler);
    },
    disconnect,
    transport: (from) => ({
      send: (envelope) => {
        defer(() => receiver(from, envelope.directory)?.receive(envelope));
      },
      sendSnapshot: (envelope, body, done) => {
        const to = envelope.directory;
        const end = (delivered: boolean): void => {
          if (!transfers.delete(transfer)) return;
          body.close();
          defer(() => done(delivered));
        };
        const transfer: Transfer = { from, to, end };
        transfers.add(transfer);
        defer(() => {
          const handler = transfers.has(transfer) ? receiver(from, to) : undefined;
          if (handler === undefined) end(false);
          else handler.receiveSnapshot(envelope, body, end);
        });
      },
    }),
  };
}
