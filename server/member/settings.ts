/** From the settings of people to the options of the parts. */
import type { Config } from '../config/settings.ts';
import type { PushOptions } from '../controllers/pushes/push-controller.ts';
import type { NodeOptions } from '../node/node.ts';
import type { LimitFacts } from '../observe/metrics/sources.ts';
import { DEFAULT_OPTIONS } from '../raft/options.ts';
import { encodeCommand } from '../state/command-codec.ts';
import { COMMAND_VERSION_MAX } from '../state/command-kinds.ts';
import type { Limits } from '../services/limits.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from '../transport/grpc/options.ts';
import type { TransportOptions } from '../transport/grpc/options.ts';

/** How often the core is told the time: pauses before a campaign are a few of these. */
export const TICK_MS = 10;

/** How often the leader's loops look at members … */
export const PASS_MS = 500;

/** … and at brokers: a will that is due is to be published soon. */
export const BROKERS_PASS_MS = 100;

/** How often the files of certificates are looked at. */
export const CERTIFICATES_REFRESH_MS = 10_000;

/** What a command takes beyond key and value. */
const COMMAND_OVERHEAD_BYTES = 1024;

/**
 * @param directory UUID of the data directory.
 * @param seed another one at every start of the process.
 */
export const nodeOptions = (config: Config, directory: string, seed: number): NodeOptions => ({
  core: {
    ...DEFAULT_OPTIONS,
    electionTimeoutMs: config['raft.election_timeout'],
    heartbeatIntervalMs: config['raft.heartbeat_interval'],
    leaseMarginMs: config['raft.lease_margin'],
    storageStallMs: config['raft.storage_stall'],
    uncommittedBytesMax: config['raft.uncommitted_max'],
    commandBytesMax: config['limits.key'] + config['limits.value'] + COMMAND_OVERHEAD_BYTES,
  },
  directory,
  founding: foundingCommands(directory),
  seed,
  flushIntervalMs: config['storage.flush_interval'],
  flushBytesMax: config['storage.flush_bytes'],
  logBytesMax: config['storage.log_max'],
  logBytesHeldMax: config['storage.log_held_max'],
  scrubIntervalMs: config['storage.scrub_interval'],
  scrubBytesPerSecond: config['storage.scrub_rate'],
  requestTimeoutMs: config['timeout.request'],
  reopenPauseMs: config['storage.reopen_pause'],
});

/**
 * A cluster begins with the newest version: its first member can apply it, and others must before they
 * join. Where it is found it says when it knows.
 */
function foundingCommands(directory: string): readonly Uint8Array[] {
  const announcement = {
    directory,
    peerAddress: '',
    clientAddress: '',
    commandVersionMax: COMMAND_VERSION_MAX,
  };
  return [
    encodeCommand({ kind: 'announce', timeMs: 0, announcement }),
    encodeCommand({
      kind: 'raiseVersion',
      timeMs: 0,
      version: COMMAND_VERSION_MAX,
      directories: [directory],
    }),
  ];
}

/** Pauses and bounds of what brokers are told. */
export const pushOptions = (config: Config): PushOptions => ({
  // As many as the original sends at once.
  batch: { recordsMax: 100, bytesMax: 1 << 20 },
  outboxBytesMax: 32 << 20,
  flyingBytesMax: 32 << 20,
  confirmedMs: config['raft.election_timeout'],
  pauseMs: 50,
  pauseMsMax: 1_000,
  cursorsMs: 1_000,
  marginMs: 60_000,
});

export const serviceLimits = (config: Config): Limits => ({
  keyBytesMax: config['limits.key'],
  valueBytesMax: config['limits.value'],
  messageBytesMax: config['limits.message'],
  requestsMax: config['limits.requests'],
  requestBytesMax: config['limits.request_bytes'],
});

/** Settings in bytes beside which gauges are read. */
const SHOWN_BYTES = [
  ...(['limits.key', 'limits.value', 'limits.message'] as const),
  ...(['limits.request_bytes', 'limits.connection_bytes', 'raft.uncommitted_max'] as const),
  ...(['storage.log_max', 'storage.log_held_max', 'storage.free_min'] as const),
];

export const limitFacts = (config: Config): LimitFacts => ({
  bytes: Object.fromEntries(SHOWN_BYTES.map((key) => [key, config[key]])),
  requests: config['limits.requests'],
  connections: config['limits.connections'],
});

export const transportOptions = (config: Config): TransportOptions => ({
  ...DEFAULT_TRANSPORT_OPTIONS,
  snapshot: {
    ...DEFAULT_TRANSPORT_OPTIONS.snapshot,
    bytesPerSecond: config['snapshot.rate_max'],
  },
});
