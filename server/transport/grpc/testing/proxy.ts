import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP proxy on loopback that can cut and stall what goes through it. */
export interface TestProxy {
  readonly address: string;
  /** How many connections were made so far. */
  connections(): number;
  /** Resets all connections. */
  cut(): void;
  /** From now on nothing goes to the target any more, though connections stand. */
  stall(): void;
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
        other.destroy();
      });
    }
    near.on('data', (data: Buffer) => {
      bytes += data.length;
      onBytes(bytes, proxy);
      if (stalled) near.pause();
      else if (!far.destroyed) far.write(data);
    });
    far.on('data', (data: Buffer) => near.write(data));
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
    close: () => {
      proxy.cut();
      server.close();
    },
  };
  return proxy;
}
