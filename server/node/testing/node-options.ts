import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import type { NodeOptions } from '../node.ts';

/** How nodes run in specs: at the pace of a real cluster, with so short a log that it is compacted. */
export const NODE_OPTIONS = {
  core: DEFAULT_OPTIONS,
  flushIntervalMs: 100,
  flushBytesMax: 1 << 20,
  logBytesMax: 1 << 20,
  logBytesHeldMax: 2 << 20,
  scrubIntervalMs: 3_600_000,
  scrubBytesPerSecond: 1 << 20,
  requestTimeoutMs: 5_000,
  reopenPauseMs: 200,
} satisfies Omit<NodeOptions, 'directory' | 'seed'>;
