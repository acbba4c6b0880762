import type { Identity } from './identity.ts';

/** How the process on a data directory is reached and what it can do, as it says itself. */
export interface Announcement {
  readonly directory: string;
  /** Undefined while it is nobody yet. */
  readonly identity: Identity | undefined;
  /** It is nobody for sure: its directory is open, and it waits for orders. */
  readonly waiting?: true;
  /** `host:port` of its listener for peers and admins. */
  readonly peerAddress: string;
  /** `host:port` of its listener for clients; what redirects name. */
  readonly clientAddress: string;
  /** The newest version of replicated commands that it can apply. */
  readonly commandVersionMax: number;
}

/**
 * Where directories are found. An address is no identity: it may change at any time, and the last
 * word of the process itself counts more than what was replicated or configured.
 */
export interface AddressBook {
  find(directory: string): Announcement | undefined;
  /** Heard from the process itself, over a connection. */
  heard(announcement: Announcement): void;
  /** Read from the replicated state: counts until the process itself is heard. */
  replicated(announcement: Announcement): void;
}
