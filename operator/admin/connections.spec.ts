import { deepStrictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { createConnections } from './connections.ts';
import type { Connections } from './connections.ts';
import type { Endpoint } from './members.ts';

const at = (port: number): Endpoint => ({ ip: '127.0.0.1', port, tls: undefined });

describe('connections to members', () => {
  let nowMs = 0;
  let connections: Connections;
  let silent: Server;
  const disposals: (() => void)[] = [];

  beforeEach(async () => {
    nowMs = 0;
    connections = createConnections(() => nowMs);
    // It takes connections, and says nothing on them: they are never open.
    silent = createServer((socket) => disposals.push(() => socket.destroy()));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    disposals.push(
      () => silent.close(),
      () => connections.close(),
    );
  });
  afterEach(() => {
    for (const dispose of disposals.splice(0).reverse()) dispose();
  });

  /** At each of these moments: whether it is the one of the moment before. */
  const keptAt = (endpoint: Endpoint, ...momentsMs: readonly number[]): readonly boolean[] => {
    let latest = connections.to(endpoint);
    return momentsMs.map((momentMs) => {
      nowMs = momentMs;
      const found = connections.to(endpoint);
      const kept = found === latest;
      latest = found;
      return kept;
    });
  };

  it('are made anew where one does not open', () => {
    const { port } = silent.address() as AddressInfo;
    deepStrictEqual(keptAt(at(port), 2_000, 4_999, 5_000, 9_999, 10_000), [
      ...[true, true, false, true, false],
    ]);
  });

  it('stay as long as they are open', async () => {
    const server = new GrpcServer();
    disposals.push(() => server.forceShutdown());
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const client = connections.to(at(port));
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + 5_000, (error) => (error ? reject(error) : resolve()));
    });
    deepStrictEqual(keptAt(at(port), 4_000, 30_000, 90_000), [true, true, true]);
  });
});
