/** From the settings of people to the options of the parts. */
import type { Config } from '../config/settings.ts';
import type { NodeOptions } from '../node/node.ts';
import { DEFAULT_OPTIONS } from '../raft/options.ts';
import type { Limits } from '../services/limits.ts';
import { DEFAULT_TRANSPORT_OPTIONS } from '../transport/grpc/options.ts';
import type { TransportOptions } from '../transport/grpc/options.ts';

/** How often the core is told the time: pauses before a campaign are a few of these. */
export const TICK_MS = 10;

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

export const serviceLimits = (config: Config): Limits => ({
  keyBytesMax: config['limits.key'],
  valueBytesMax: config['limits.value'],
  messageBytesMax: config['limits.message'],
  requestsMax: config['limits.requests'],
  requestBytesMax: config['limits.request_bytes'],
});

export const transportOptions = (config: Config): TransportOptions => ({
  ...DEFAULT_TRANSPORT_OPTIONS,
  snapshot: {
    ...DEFAULT_TRANSPORT_OPTIONS.snapshot,
    bytesPerSecond: config['snapshot.rate_max'],
  },
});
