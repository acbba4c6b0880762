/** Ports of loopback that are free right now. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { randomInt } from 'node:crypto';

/**
 * Below those that Linux, macOS and Windows give to outgoing connections: the port of a member that
 * is down for a while must still be there when it comes back.
 */
const PORT_MIN = 10_000;
const PORT_END = 32_768;
const ATTEMPTS_MAX = 100;

interface Taken {
  readonly server: Server;
  readonly port: number;
}

async function listen(): Promise<Taken> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const server = createServer();
    const port = randomInt(PORT_MIN, PORT_END);
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      return { server, port };
    } catch {
      // Somebody has it: another one.
    }
  }
  throw new Error('no port is free');
}

/** So many addresses `127.0.0.1:port`, all different. */
export async function freeAddresses(count: number): Promise<readonly string[]> {
  const taken = await Promise.all(Array.from({ length: count }, listen));
  await Promise.all(taken.map(({ server }) => once(server.close(), 'close')));
  return taken.map(({ port }) => `127.0.0.1:${port}`);
}
