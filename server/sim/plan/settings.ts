/**
 * What a run is like from beginning to end, drawn from its seed. Each seed enables some faults and
 * limits and leaves others out ("swarm testing", Groce et al. 2012): what never happens beside
 * something else hides in runs where everything happens at once.
 */
import type { Options } from '../../raft/options.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import type { ActionKind } from '../faults/action.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';

/** Most hosts a run has: members, those yet to be, and those that were. */
const HOSTS_MAX = 10;

/** How many members a run may begin with. */
export const MEMBERS_MAX = 7;

/** Limits of the driver; see `NodeOptions`. */
export interface NodeSettings {
  readonly flushIntervalMs: number;
  readonly flushBytesMax: number;
  readonly logBytesMax: number;
  readonly logBytesHeldMax: number;
  readonly scrubIntervalMs: number;
  readonly scrubBytesPerSecond: number;
  readonly requestTimeoutMs: number;
  readonly reopenPauseMs: number;
}

export interface Settings {
  /** Voters at the beginning. */
  readonly members: number;
  readonly hosts: number;
  /** Faults happen in this time … */
  readonly faultsMs: number;
  /** … and within this, afterwards, the cluster must have converged. */
  readonly healMs: number;
  readonly clients: number;
  readonly keys: number;
  /** Mean pause of a client between operations. */
  readonly thinkMs: number;
  /** A client that got no answer for this long gives up. */
  readonly patienceMs: number;
  readonly latencyUsMin: number;
  readonly latencyUsMax: number;
  /** Share of messages lost at any time. */
  readonly loss: number;
  readonly syncUsMin: number;
  readonly syncUsMax: number;
  readonly chunkBytesMax: number;
  /** Clocks run at 1 ± this at most. */
  readonly driftMax: number;
  /** Whether the cluster may trust leases at times. */
  readonly lease: boolean;
  /** Whether it does so from the beginning. */
  readonly leaseFromStart: boolean;
  /** How often members compare their states, where states may rot. */
  readonly compareMs: number | undefined;
  readonly operatorPeriodMs: number;
  /** How many actions of each kind to expect per minute. */
  readonly perMinute: Readonly<Record<ActionKind, number>>;
  readonly core: Options;
  readonly node: NodeSettings;
}

/** The settings of a seed; `members` as given, or drawn too. */
export function drawSettings(seed: number, members: number | undefined): Settings {
  const prng = createPrng(seed, 'settings');
  const drawn = prng.pick([1, 2, 3, 3, 4, 5, 5, 5, 6, 7]);
  const voters = members ?? drawn;
  const lease = prng.chance(0.4);
  const core = drawCore(prng);
  // Of its own sequence: what else a seed does stays as it is.
  const rots = createPrng(seed, 'rot');
  const compareMs = rots.chance(0.4) ? rots.spread(300, 3_000) : undefined;
  return {
    members: voters,
    hosts: Math.min(HOSTS_MAX, voters + prng.between(1, 3)),
    faultsMs: prng.between(125_000, 145_000),
    healMs: 20 * core.electionTimeoutMs,
    clients: prng.between(3, 6),
    keys: prng.between(2, 10),
    thinkMs: prng.between(50, 130),
    patienceMs: prng.spread(1_000, 8_000),
    latencyUsMin: prng.between(100, 1_000),
    latencyUsMax: prng.between(1_500, 5_000),
    loss: prng.chance(0.3) ? 0.01 * prng.fraction() : 0,
    syncUsMin: prng.between(200, 1_000),
    syncUsMax: drawSyncUsMax(prng, core),
    chunkBytesMax: prng.spread(32, 1_000),
    driftMax: lease ? leaseDriftMax(core) : 0.3 * prng.fraction(),
    lease,
    leaseFromStart: lease && prng.chance(0.6),
    compareMs,
    operatorPeriodMs: prng.between(100, 500),
    perMinute: {
      ...drawIntensities(prng),
      rot: compareMs === undefined ? 0 : 4,
      usurp: lease ? 2 : 0,
    },
    core,
    node: drawNode(prng),
  };
}

/**
 * In some runs disks are so slow that writes gather while one is under way; not so slow, though,
 * that every leader takes itself for stalled.
 */
const drawSyncUsMax = (prng: Prng, { storageStallMs }: Options): number =>
  prng.chance(0.25) ? prng.spread(3_000, 250 * storageStallMs) : prng.between(1_000, 3_000);

/**
 * How far clocks may be off while leases are trusted. A leader's clock that is slow by d holds a
 * lease of E − m for (E − m) / (1 − d); the promise behind it lasts E / (1 + d) on a clock that is
 * fast by d. The former ends first while d < m / (2E − m).
 */
const leaseDriftMax = ({ electionTimeoutMs, leaseMarginMs }: Options): number =>
  Math.min(0.3, (0.9 * leaseMarginMs) / (2 * electionTimeoutMs - leaseMarginMs));

function drawCore(prng: Prng): Options {
  const small = (chance: number, low: number, high: number, usual: number): number => {
    const value = prng.spread(low, high);
    return prng.chance(chance) ? value : usual;
  };
  const usual = DEFAULT_OPTIONS;
  return {
    electionTimeoutMs: small(0.2, 400, 1_000, usual.electionTimeoutMs),
    heartbeatIntervalMs: small(0.2, 50, 100, usual.heartbeatIntervalMs),
    suspectPauseMsMax: small(0.3, 1, 200, usual.suspectPauseMsMax),
    leaseMarginMs: small(0.3, 50, 300, usual.leaseMarginMs),
    storageStallMs: small(0.3, 100, 1_000, usual.storageStallMs),
    commandBytesMax: small(0.4, 500, 2_000, usual.commandBytesMax),
    uncommittedBytesMax: small(0.5, 600, 3_000, usual.uncommittedBytesMax),
    appendBytesMax: small(0.5, 64, 4_096, usual.appendBytesMax),
    inflightMessagesMax: small(0.5, 1, 8, usual.inflightMessagesMax),
    inflightBytesMax: small(0.5, 100, 10_000, usual.inflightBytesMax),
    pendingReadsMax: small(0.5, 1, 4, usual.pendingReadsMax),
    cacheBytesMax: small(0.6, 100, 5_000, usual.cacheBytesMax),
  };
}

function drawNode(prng: Prng): NodeSettings {
  const logBytesMax = prng.spread(1_000, 30_000);
  return {
    flushIntervalMs: prng.spread(10, 300),
    flushBytesMax: prng.spread(200, 10_000),
    logBytesMax,
    logBytesHeldMax: logBytesMax * prng.between(1, 4),
    requestTimeoutMs: prng.spread(1_000, 5_000),
    reopenPauseMs: prng.spread(50, 1_000),
    scrubIntervalMs: prng.spread(500, 2_000),
    scrubBytesPerSecond: prng.spread(10_000, 1_000_000),
  };
}

/** In some runs everything that happens happens so much more often. */
const STORM = 3;

/** How often something happens in a minute when it is as frequent as it gets; see {@link drawIntensities}. */
const PER_MINUTE_MAX: Readonly<Record<ActionKind, number>> = {
  crash: 12,
  blackout: 1.5,
  stop: 3,
  pause: 6,
  jump: 5,
  drift: 4,
  degrade: 6,
  partition: 5,
  cutLinks: 5,
  isolate: 4,
  strand: 4,
  flap: 2,
  falseHint: 8,
  slowDisk: 4,
  stuckDisk: 3,
  failWrites: 4,
  fillDisk: 3,
  putBack: 6,
  wipe: 2,
  rot: 0,
  usurp: 0,
  change: 10,
  transfer: 6,
  burst: 4,
};

function drawIntensities(prng: Prng): Readonly<Record<ActionKind, number>> {
  const intensities: Record<ActionKind, number> = { ...PER_MINUTE_MAX };
  const storm = prng.chance(0.2) ? STORM : 1;
  for (const kind of Object.keys(PER_MINUTE_MAX) as ActionKind[]) {
    if (PER_MINUTE_MAX[kind] === 0) continue;
    const enabled = prng.chance(0.6);
    const intensity = prng.spread(10, 100) / 100;
    intensities[kind] = enabled ? PER_MINUTE_MAX[kind] * intensity * storm : 0;
  }
  // Every run changes its members and its leader.
  intensities.change = Math.max(intensities.change, 2);
  intensities.transfer = Math.max(intensities.transfer, 1);
  intensities.crash = Math.max(intensities.crash, 2);
  return intensities;
}
