import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP proxy on loopback that can cut what goes through it, or let it vanish. */
export interface TestProxy {
  readonly address: string;
  /** How many connections were made so far. */
  connections(): number;
  /** Resets all connections. */
  cut(): void;
  /** From now on nothing comes through either way, though connections stand and can be made. */
  stall(): void;
  /** Everything comes through again, what was held back first. */
  resume(): void;
  close(): void;
}

/** @param onBytes told how many bytes have gone to the target, before they go. */
export async function startProxy(
  target: string,
  onBytes: (bytes: number, proxy: TestProxy) => void = () => undefined,
): Promise<TestProxy> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let connections = 0;
  let stalled = false;
  let held: (() => void)[] = [];
  let bytes = 0;
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(port), host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        // That a connection ended is a packet too.
        if (stalled) held.push(() => other.destroy());
        else other.destroy();
      });
    }
    const forward = (from: Socket, to: Socket, data: Buffer): void => {
      const pass = (): void => {
        if (!to.destroyed) to.write(data);
        from.resume();
      };
      if (!stalled) pass();
      else {
        // No more than this chunk is taken: the rest waits in the kernel.
        from.pause();
        held.push(pass);
      }
    };
    near.on('data', (data: Buffer) => {
      bytes += data.length;
      onBytes(bytes, proxy);
      forward(near, far, data);
    });
    far.on('data', (data: Buffer) => forward(far, near, data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  const proxy: TestProxy = {
    address: `127.0.0.1:${own}`,
    connections: () => connections,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stall: () => {
      stalled = true;
    },
    resume: () => {
      stalled = false;
      const passes = held;
      held = [];
      for (const pass of passes) pass();
    },
    close: () => {
      proxy.cut();
      server.close();
    },
  };
  return proxy;
}
