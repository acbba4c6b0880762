/** Where others are reached: what is said of it may come from anybody, and be no address at all. */
import { Socket } from 'node:net';

/** Where a socket connects to. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** The host may be what only a resolver can judge, but nothing that Node or gRPC throws at. */
const ADDRESS = /^(?:\[([\w.:%-]{1,255})\]|([\w.:-]{1,255})):([0-9]{1,5})$/;
const PORT_MAX = 65_535;

/** Of `host:port`; an IPv6 address is in brackets. Undefined: nobody can be reached at it. */
export function placeOf(address: string): Place | undefined {
  const [, literal, name, digits] = ADDRESS.exec(address) ?? [];
  const host = literal ?? name;
  const port = Number(digits);
  return host !== undefined && port > 0 && port <= PORT_MAX ? { host, port } : undefined;
}

/**
 * Begins to connect. An address that cannot be used is no exception but a socket that fails, as one
 * does whose other end is not there.
 */
export function socketTo(address: string, connect: (place: Place) => Socket): Socket {
  const place = placeOf(address);
  if (place !== undefined) return connect(place);
  return new Socket().destroy(
    new Error(`nobody can be reached at ${JSON.stringify(address)}: it is not host:port`),
  );
}
