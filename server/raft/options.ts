import { invariant } from './invariant.ts';

/** Settings of a core. All members of a cluster should have the same. */
export interface Options {
  /** A follower campaigns after this long without a leader, plus up to half as much again. */
  readonly electionTimeoutMs: number;
  /** How often a leader lets itself be heard; at most a third of the election timeout. */
  readonly heartbeatIntervalMs: number;
  /** Trust `earlyCampaign`: longest random pause before a follower campaigns against a suspect leader. */
  readonly suspectPauseMsMax: number;
  /** Trust `lease`: how much earlier than the election timeout a lease ends; covers clock drift. */
  readonly leaseMarginMs: number;
  /** A leader whose log write takes longer hands leadership over. */
  readonly storageStallMs: number;
  /** Largest command, in bytes; larger ones are refused. */
  readonly commandBytesMax: number;
  /** Commands are refused while this much of the log is uncommitted. */
  readonly uncommittedBytesMax: number;
  /** Entries per append message, in bytes; one entry is always allowed. */
  readonly appendBytesMax: number;
  /** Unacknowledged append messages per follower. */
  readonly inflightMessagesMax: number;
  /** Unacknowledged bytes per follower. */
  readonly inflightBytesMax: number;
  /** Reads that wait for confirmation; more are refused. */
  readonly pendingReadsMax: number;
  /** Applied entries kept in memory for followers that lag a little. */
  readonly cacheBytesMax: number;
}

/**
 * For round trips and disk syncs well below a heartbeat interval. A lost leader is replaced within
 * 1.5 seconds and an election, or at once when its process is seen to be gone (trust `earlyCampaign`).
 */
export const DEFAULT_OPTIONS: Options = {
  electionTimeoutMs: 1_000,
  heartbeatIntervalMs: 100,
  suspectPauseMsMax: 50,
  leaseMarginMs: 200,
  storageStallMs: 1_000,
  commandBytesMax: 4 << 20,
  uncommittedBytesMax: 64 << 20,
  appendBytesMax: 1 << 20,
  inflightMessagesMax: 256,
  inflightBytesMax: 16 << 20,
  pendingReadsMax: 65_536,
  cacheBytesMax: 8 << 20,
};

/** Refuses settings that contradict each other. */
export function checkOptions(options: Options): void {
  for (const [name, value] of Object.entries(options)) {
    invariant(Number.isSafeInteger(value) && value > 0, `option ${name} is a positive integer`, {
      value,
    });
  }
  invariant(
    options.heartbeatIntervalMs * 3 <= options.electionTimeoutMs,
    'three heartbeats fit into an election timeout',
    { ...options },
  );
  invariant(
    options.leaseMarginMs < options.electionTimeoutMs,
    'the lease margin is shorter than the election timeout',
    { ...options },
  );
}
