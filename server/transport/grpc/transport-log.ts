/** What the transport tells whoever reads logs. Never a message's content, never a credential. */
export interface TransportLog {
  /** The peer answered the greeting. */
  connected(peer: PeerName): void;
  /** An attempt to connect failed, or an established connection ended. */
  disconnected(peer: PeerName, reason: string): void;
  /** What a peer sent was refused, with a text that says what to do. */
  refused(directory: string, reason: string): void;
  /** New certificate files are in use, or cannot be (the old ones stay). */
  certificates(problem: Error | undefined): void;
}

/** A peer as far as it is known. */
export interface PeerName {
  readonly directory: string;
  readonly member: number;
  readonly address: string;
}

/** Says nothing. */
export const SILENT_LOG: TransportLog = {
  connected: () => undefined,
  disconnected: () => undefined,
  refused: () => undefined,
  certificates: () => undefined,
};
