import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createPlaces, listen } from './grpc-listener.ts';

describe('A gRPC listener', () => {
  it('closes connections beyond the limit, counts them, and says so once a second', async () => {
    let told = 0;
    const listener = await listen(
      (socket) => socket.on('error', () => undefined),
      { host: '127.0.0.1', port: 0 },
      createPlaces({ connectionsMax: 2, full: () => (told += 1) }),
    );
    const sockets: Socket[] = [];
    const open = async (): Promise<Socket> => {
      const socket = connect(listener.address.port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      return socket.resume();
    };
    await Promise.all([open(), open()]);
    for (let attempt = 0; attempt < 3; attempt++) await once(await open(), 'close');
    assert.deepEqual(listener.stats(), { connections: 2, refused: 3 });
    assert.equal(told, 1);
    for (const socket of sockets) socket.destroy();
    listener.stopAccepting();
    listener.destroy();
  });
});
