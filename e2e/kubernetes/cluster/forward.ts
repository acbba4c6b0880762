/** Connections passed on, from one address or socket file to another. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `{ path }` is a socket file, which is reached from all networks of the machine. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** Listens at `from`, and passes on to `to` what is said there; resolves when it listens. */
export async function forward(from: Place, to: Place): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(to);
    pass(near, far);
    pass(far, near);
  });
  await once(server.listen(from), 'listening');
  return server;
}

function pass(from: Socket, to: Socket): void {
  from.pipe(to);
  // A side that fails, or that is gone, takes the other with it.
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
