/** Where a socket connects to. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Of `host:port`; an IPv6 address is in brackets. */
export function placeOf(address: string): Place {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) };
}
