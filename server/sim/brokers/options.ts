/** How brokers of a run live: thirty times faster than real ones, or ten. */
import type { PushOptions } from '../../controllers/pushes/push-controller.ts';
import { createPrng } from '../prng.ts';
import type { Prng } from '../prng.ts';

/** Share of the seeds that have brokers: what is kept for them makes states and snapshots larger. */
export const SEEDS_SHARE = 0.3;
export const BROKERS = 3;

export const BEAT_MS = 300;
export const HEARTBEAT_TIMEOUT_MS = 3_000;
/** Of the processes of brokers, so many are heard by no member after a while, and live by what they answer. */
export const MUTE_SHARE = 0.5;
/** By then nobody who gives one up can say that it decided so before it was there. */
export const MUTE_AFTER_MS = 15_000;
/** What brokers are asked has ended after this, their answers lost or not. */
export const ASK_MS_MAX = 1_100;
/** How often leaders look after them. */
export const LOOK_MS = 100;

export const TENANT = 't';

/** Unix time at the beginning of a run. */
export const EPOCH_MS = 1_700_000_000_000;

/** A broker that has not acknowledged a push for so long is given up. */
export const PUSH_TIMEOUT_MS = 500;
/** How long a process that registers waits to be told. */
export const CAUGHT_UP_MS = 300;
/** What an overtaken leader has sent may be on its way for so long. */
export const OVERTAKEN_MS = 1_000;
/** Clocks of members are off by at most this … */
export const SKEW_MS_MAX = 500;
/**
 * … and what a leader proposes takes some seconds on a bad network: a process is told what was proposed
 * in more time than both together before it started.
 */
const MARGIN_MS = 10_000;

/** As much is kept of what is gone, so that snapshots stay short. */
export const GONE_BYTES_MAX = 8_000;

/** In some runs next to nothing is held of what was told. */
export const drawPushOptions = (prng: Prng): PushOptions => ({
  batch: { recordsMax: prng.spread(2, 100), bytesMax: prng.spread(500, 100_000) },
  outboxBytesMax: prng.chance(0.2) ? prng.spread(2_000, 20_000) : 1_000_000,
  flyingBytesMax: prng.chance(0.2) ? 500 : 1_000_000,
  confirmedMs: 200,
  pauseMs: 10,
  pauseMsMax: 300,
  cursorsMs: prng.spread(100, 1_000),
  marginMs: MARGIN_MS,
});

/** Whether shards of topics that stay are deleted in the run of a seed, and brokers taken out for good. */
export const hasSeldomErrands = (seed: number): boolean =>
  createPrng(seed, 'seldom errands').chance(0.4);
