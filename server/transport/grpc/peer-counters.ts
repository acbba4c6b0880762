/** What is counted for one peer, from when it became known to when it was forgotten. */
export interface PeerCounters {
  /** Its member id, as far as it is known; 0 otherwise. */
  member: number;
  /** It answered the greeting of the connection that messages go out on. */
  connected: boolean;
  messagesSent: number;
  bytesSent: number;
  messagesReceived: number;
  bytesReceived: number;
  /** Not sent: no connection, or too much waited already. */
  messagesDropped: number;
  /** Received, but of kinds that a newer version sends. */
  messagesUnknown: number;
  /** The last measurement, in milliseconds; undefined before the first. */
  roundTripMs: number | undefined;
}

export const createPeerCounters = (): PeerCounters => ({
  member: 0,
  connected: false,
  messagesSent: 0,
  bytesSent: 0,
  messagesReceived: 0,
  bytesReceived: 0,
  messagesDropped: 0,
  messagesUnknown: 0,
  roundTripMs: undefined,
});
