/** Limits and times of the transport. All are positive. */
export interface TransportOptions {
  /** Bytes of messages that wait for one peer; beyond them messages are dropped. */
  readonly queueBytesMax: number;
  /** How many messages wait for one peer; beyond them messages are dropped. */
  readonly queueMessagesMax: number;
  /** Bytes of one frame, but for a single message that is larger. */
  readonly frameBytesMax: number;
  /** Bytes handed to the stream and not yet taken by the peer's flow control, or by the kernel. */
  readonly inflightBytesMax: number;
  /** First pause after a failed connection, in milliseconds; each further one is twice as long. */
  readonly backoffMinMs: number;
  /** Longest pause between attempts to connect. */
  readonly backoffMaxMs: number;
  /** From the attempt to connect to the peer's greeting; then the attempt has failed. */
  readonly greetingTimeoutMs: number;
  /** A link that carried nothing for so long is closed and forgotten. */
  readonly idleMs: number;
  /**
   * After so much silence a connection is probed. A peer whose packets vanish is noticed within this
   * and `keepaliveTimeoutMs` together, at either end.
   */
  readonly keepaliveMs: number;
  /** A probe without an answer for so long ends the connection. */
  readonly keepaliveTimeoutMs: number;
  /** The least time between two measurements of a peer's round trip. */
  readonly roundTripEveryMs: number;
  /** The largest message a member takes. */
  readonly receiveBytesMax: number;
  readonly snapshot: SnapshotOptions;
}

/** Limits and times of snapshots on their way. */
export interface SnapshotOptions {
  /** Bytes a second that one transfer takes at most. */
  readonly bytesPerSecond: number;
  /** Bytes of chunks that wait for the receiver to take them, at either end; at least one chunk does. */
  readonly windowBytes: number;
  /** Without progress for so long, a transfer is given up. */
  readonly stallMs: number;
  /** How often a transfer is resumed without progress in between. */
  readonly resumesMax: number;
  /** How long a receiver keeps a broken transfer for its sender. */
  readonly resumeMs: number;
}

/** What is used where nothing else is said. */
export const DEFAULT_TRANSPORT_OPTIONS: TransportOptions = {
  queueBytesMax: 32 << 20,
  queueMessagesMax: 16_384,
  frameBytesMax: 1 << 20,
  inflightBytesMax: 4 << 20,
  backoffMinMs: 50,
  backoffMaxMs: 2000,
  greetingTimeoutMs: 3000,
  idleMs: 300_000,
  keepaliveMs: 5000,
  keepaliveTimeoutMs: 5000,
  roundTripEveryMs: 1000,
  receiveBytesMax: 64 << 20,
  snapshot: {
    bytesPerSecond: 256 << 20,
    windowBytes: 4 << 20,
    stallMs: 30_000,
    resumesMax: 5,
    resumeMs: 15_000,
  },
};

/** Settings of a gRPC client or server, by name. */
export type ChannelOptions = Readonly<Record<string, number | string>>;

/** How a client of grpc-js is set up that asks a peer a single thing. It has a connection of its own. */
export const clientOptions = (options: TransportOptions): ChannelOptions => ({
  'grpc.use_local_subchannel_pool': 1,
  // Members are known by role, see `credentials.ts`; an IP address would be no name for TLS.
  'grpc.ssl_target_name_override': 'robustmq-peer',
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.keepalive_time_ms': options.keepaliveMs,
  'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs,
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': options.receiveBytesMax,
});
