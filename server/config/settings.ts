/** Every setting of a member: its key in the file, what it may be, what it is by default, and what it does. */
import {
  address,
  choice,
  count,
  destination,
  duration,
  durationWithin,
  flag,
  listOf,
  path,
  size,
  sizeWithin,
} from './kinds.ts';
import type { Kind } from './kinds.ts';

/** One row of the table. Without `standard`, a setting that nobody sets is undefined. */
export interface Setting<Value> {
  readonly kind: Kind<Value>;
  readonly about: string;
  readonly standard?: Value;
}

type Required<Value> = Setting<Value> & { readonly standard: Value };

const by = <Value>(standard: Value, kind: Kind<Value>, about: string): Required<Value> => ({
  kind,
  about,
  standard,
});
const maybe = <Value>(kind: Kind<Value>, about: string): Setting<Value> => ({ kind, about });

const MIB = 1 << 20;
const ANY_HOST = '0.0.0.0';
const LOOPBACK = '127.0.0.1';

export const SETTINGS = {
  data_dir: by('./data', path, 'Directory of this member. An empty one makes a new member.'),

  bootstrap: by(
    false,
    flag,
    'Make an empty directory the first voter of a new cluster, unless one of `peers` is in a cluster already. Nothing happens on a used directory.',
  ),
  join: by(
    [],
    listOf(address),
    'Peer addresses of a cluster that an empty directory joins, first as a learner, then as a voter.',
  ),
  peers: by(
    [],
    listOf(address),
    'Peer addresses to ask who is there. Needed only when all members come back on new addresses at once, and with `bootstrap`.',
  ),
  insecure_peers: by(
    false,
    flag,
    'Allow the peer port without TLS on an address that others can reach.',
  ),

  'listen.client': by(
    { host: ANY_HOST, port: 1228 },
    address,
    'For brokers: the MetaService API, without TLS, as brokers of v0.4.11 speak it.',
  ),
  'listen.client_tls': maybe(
    address,
    'For clients that speak TLS, beside `listen.client`: the same API. Needs `tls.client`. Redirects name `advertise.client` to them too.',
  ),
  'listen.peer': by(
    { host: LOOPBACK, port: 1230 },
    address,
    'For other members and the admin API.',
  ),
  'listen.http': by(
    { host: ANY_HOST, port: 58_081 },
    address,
    'Metrics, health and the status page.',
  ),
  'advertise.client': maybe(
    destination,
    'How brokers reach this member. Default: where it listens, and the host name in place of a wildcard.',
  ),
  'advertise.peer': maybe(destination, 'How other members reach this one. Default: as above.'),

  'tls.peer.certificate': maybe(
    path,
    'PEM file. With key and authority: mutual TLS on the peer port.',
  ),
  'tls.peer.key': maybe(path, 'PEM file.'),
  'tls.peer.authority': maybe(path, 'PEM file: who signs the certificates of peers and operators.'),
  'tls.client.certificate': maybe(path, 'PEM file, for `listen.client_tls`.'),
  'tls.client.key': maybe(path, 'PEM file.'),
  'tls.client.authority': maybe(
    path,
    'PEM file. When set, clients must show a certificate that it signed.',
  ),

  'raft.election_timeout': by(
    1_000,
    durationWithin({ min: '100ms' }),
    'A follower campaigns after this long without a leader, plus up to half as much again.',
  ),
  'raft.heartbeat_interval': by(
    100,
    durationWithin({ min: '10ms' }),
    'How often a leader lets itself be heard; at most a third of the election timeout.',
  ),
  'raft.storage_stall': by(
    1_000,
    durationWithin({ min: '10ms' }),
    'A leader whose log takes longer to write hands leadership over.',
  ),
  'raft.lease_margin': by(
    200,
    duration,
    'Only with leases: how much earlier than the election timeout a lease ends.',
  ),
  'raft.uncommitted_max': by(
    64 * MIB,
    sizeWithin({ min: '64KiB' }),
    'Writes are refused while this much of the log is uncommitted.',
  ),

  'storage.flush_interval': by(
    100,
    durationWithin({ min: '1ms' }),
    'Applied rows go to disk after this long …',
  ),
  'storage.flush_bytes': by(
    4 * MIB,
    sizeWithin({ min: '1KiB' }),
    '… or when this much has gathered.',
  ),
  'storage.log_max': by(
    256 * MIB,
    sizeWithin({ min: '4KiB' }),
    'The log is compacted down to this.',
  ),
  'storage.log_held_max': by(
    1024 * MIB,
    size,
    'While a snapshot is on its way the log may grow to this.',
  ),
  'storage.free_min': by(512 * MIB, size, 'Writes are refused while the disk has less free space.'),
  'storage.scrub_interval': by(
    3_600_000,
    durationWithin({ min: '100ms' }),
    'The whole state on disk is read and checked again after this long.',
  ),
  'storage.scrub_rate': by(
    8 * MIB,
    sizeWithin({ min: '1KiB' }),
    'Bytes per second that are read for it.',
  ),
  'storage.compare_interval': by(
    60_000,
    durationWithin({ min: '100ms' }),
    'The leader lets all members compare their states this often.',
  ),
  'storage.reopen_pause': by(
    1_000,
    durationWithin({ min: '10ms' }),
    'Pause before storage that failed is opened again.',
  ),
  'snapshot.rate_max': by(
    128 * MIB,
    sizeWithin({ min: '64KiB' }),
    'Bytes per second of a snapshot that is sent.',
  ),

  'limits.key': by(
    4096,
    sizeWithin({ min: '1B', max: '64KiB' }),
    'Longest key. Names of sessions and of groups of offsets, which clients of brokers make, may have 256 KiB in any case.',
  ),
  'limits.value': by(2 * MIB, sizeWithin({ min: '1B', max: '32MiB' }), 'Longest value.'),
  'limits.message': by(
    8 * MIB,
    sizeWithin({ min: '1KiB', max: '48MiB' }),
    'Longest message of a client. A broker saves the offsets of all its groups in one: room for some 50,000 of MQTT clients. What is longer is lost; raise it with limits.request_bytes and the memory of members.',
  ),
  'limits.requests': by(16_384, count(1, 1_000_000), 'Requests of clients in work at once.'),
  'limits.request_bytes': by(
    16 * MIB,
    size,
    'What they may hold together; an entry of a list counts for 32 bytes more than it says.',
  ),
  'limits.connections': by(
    4_096,
    count(1, 1_000_000),
    'Connections of clients; more are closed at once.',
  ),
  'limits.connection_bytes': by(
    32 * MIB,
    size,
    'What they may hold together: requests that have not come whole, replies that were not taken. Beyond it, large ones are refused, and those that hold the most are ended.',
  ),

  'timeout.request': by(
    5_000,
    durationWithin({ min: '10ms' }),
    'A write or read without an outcome is given up after this.',
  ),
  'timeout.leader': by(
    3_000,
    durationWithin({ max: '3s' }),
    'A request waits this long for a leader. No longer, so that its client can try elsewhere while it waits itself.',
  ),
  'timeout.stall': by(
    10_000,
    durationWithin({ min: '100ms' }),
    'A connection whose client does not send the rest of a request, or take a reply, for this long is ended.',
  ),
  'timeout.drain': by(10_000, duration, 'On SIGTERM, requests in work get this long.'),

  'brokers.heartbeat_timeout': by(
    30_000,
    duration,
    'A broker, or a connector, that the leader has not heard for this long is given up.',
  ),

  'brokers.rebalance_interval': by(
    60_000,
    duration,
    'Segments are led again by the replicas that were given first, this often …',
  ),
  'brokers.rebalance_moves': by(50, count(1, 1_000), '… and so many at a time.'),
  'brokers.offsets_expire': by(
    7 * 24 * 3_600_000,
    duration,
    'Offsets of a group that saved none for this long are deleted, unless `cluster/MetaRuntime` says another time.',
  ),

  'log.level': by(
    'info',
    choice('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
    'Least severe lines that are logged.',
  ),
  'log.format': by(
    'auto',
    choice('auto', 'json', 'pretty'),
    'auto: pretty on a terminal, JSON elsewhere.',
  ),
} as const;

/** The keys of all settings. */
export type Key = keyof typeof SETTINGS;

/** A value for each key. */
export type Config = {
  readonly [K in Key]: (typeof SETTINGS)[K] extends Required<infer Value>
    ? Value
    : (typeof SETTINGS)[K] extends Setting<infer Value>
      ? Value | undefined
      : never;
};
