/** How brokers of a run live: thirty times faster than real ones. */

/** Share of the seeds that have brokers: what is kept for them makes states and snapshots larger. */
export const SEEDS_SHARE = 0.3;
export const BROKERS = 3;

export const BEAT_MS = 300;
export const HEARTBEAT_TIMEOUT_MS = 3_000;
/** How often leaders look after them. */
export const LOOK_MS = 100;

export const TENANT = 't';

/** Unix time at the beginning of a run. */
export const EPOCH_MS = 1_700_000_000_000;
