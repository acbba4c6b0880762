/** A wire between a client and a server, on loopback, that can be cut, held, or closed to newcomers. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Wire {
  readonly port: number;
  /** Ends all connections there are. */
  cut(): void;
  /** Lets nobody in. */
  refuse(refuses: boolean): void;
  /** Passes nothing on in either direction, and says nothing of it. */
  hold(holds: boolean): void;
  close(): Promise<void>;
}

export async function startWire(to: {
  readonly host: string;
  readonly port: number;
}): Promise<Wire> {
  const open = new Set<Socket>();
  let refuses = false;
  let holds = false;
  const server = createServer((near) => {
    if (refuses) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(to);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('data', (bytes) => other.write(bytes));
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      if (holds) one.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => open.forEach((socket) => socket.destroy()),
    refuse: (yes) => (refuses = yes),
    hold: (yes) => {
      holds = yes;
      open.forEach((socket) => (yes ? socket.pause() : socket.resume()));
    },
    close: async () => {
      open.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
