/** Where the members of a cluster on this machine listen. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { freeAddresses } from './ports.ts';

/** The three addresses of a member, each `host:port`. */
export interface Place {
  readonly client: string;
  readonly peer: string;
  readonly http: string;
}

const HOST = '127.0.0.1';
const CLIENT_PORT = 1228;
const PEER_PORT = 1230;
const HTTP_PORT = 58_081;
const STEP = 1_000;

/** So many places on ports that are free right now. */
export async function freePlaces(count: number): Promise<readonly Place[]> {
  const addresses = await freeAddresses(3 * count);
  return Array.from({ length: count }, (_, at) => ({
    client: addresses[3 * at] ?? '',
    peer: addresses[3 * at + 1] ?? '',
    http: addresses[3 * at + 2] ?? '',
  }));
}

/** The ports of the documentation, then the same a thousand higher for each further member. */
export const usualPlaces = (count: number): readonly Place[] =>
  Array.from({ length: count }, (_, at) => ({
    client: `${HOST}:${CLIENT_PORT + at * STEP}`,
    peer: `${HOST}:${PEER_PORT + at * STEP}`,
    http: `${HOST}:${HTTP_PORT + at}`,
  }));

/** Those addresses of `places` on which somebody listens already. */
export async function takenAddresses(places: readonly Place[]): Promise<readonly string[]> {
  const addresses = places.flatMap(({ client, peer, http }) => [client, peer, http]);
  const free = await Promise.all(addresses.map(isFree));
  return addresses.filter((_, at) => free[at] !== true);
}

async function isFree(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  const server = createServer();
  try {
    await once(server.listen(Number(port), host), 'listening');
    await once(server.close(), 'close');
    return true;
  } catch {
    return false;
  }
}
