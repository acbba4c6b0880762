/** Ports of loopback that are free right now. */
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';

async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return { server, port: address.port };
}

/** So many addresses `127.0.0.1:port`, all different. */
export async function freeAddresses(count: number): Promise<readonly string[]> {
  const taken = await Promise.all(Array.from({ length: count }, listen));
  await Promise.all(taken.map(({ server }) => once(server.close(), 'close')));
  return taken.map(({ port }) => `127.0.0.1:${port}`);
}
