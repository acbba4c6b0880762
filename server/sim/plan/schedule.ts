import type { Effect } from '../../raft/effect.ts';
import type { Action, ActionKind, ActionOf, CutOff, Target, Wish } from '../faults/action.ts';
import type { Prng } from '../prng.ts';
import { createPrng } from '../prng.ts';
import type { Settings } from './settings.ts';
import { drawSettings } from './settings.ts';

/** Everything a run follows from. Two runs of equal plans are equal, byte for byte. */
export interface Plan {
  readonly seed: number;
  readonly settings: Settings;
  /** Sorted by time. */
  readonly actions: readonly Action[];
}

/** Before this the cluster is left alone to be formed. */
const QUIET_MS = 2_000;

/** The plan of a seed; `members` voters at the beginning, or as many as the seed says. */
export function drawPlan(seed: number, members: number | undefined): Plan {
  const settings = drawSettings(seed, members);
  const actions: Action[] = [];
  for (const kind of Object.keys(DRAW) as ActionKind[]) {
    const prng = createPrng(seed, `schedule ${kind}`);
    const perMs = settings.perMinute[kind] / 60_000;
    if (perMs === 0) continue;
    const next = (): number => Math.ceil(-Math.log(1 - prng.fraction()) / perMs);
    for (let atMs = QUIET_MS + next(); atMs < settings.faultsMs; atMs += next()) {
      actions.push({ atMs, ...DRAW[kind](prng, settings) });
    }
  }
  if (settings.leaseFromStart) {
    const wishes = [{ kind: 'trust', trust: 'lease' }] as const;
    actions.push({ atMs: QUIET_MS, kind: 'change', wishes, stale: false, cutOff: undefined });
  }
  actions.sort((a, b) => a.atMs - b.atMs);
  return { seed, settings, actions };
}

/** What is left of an action without its time. */
type Body<Kind extends ActionKind> = Omit<ActionOf<Kind>, 'atMs'>;

type Draw = {
  readonly [Kind in ActionKind]: (prng: Prng, settings: Settings) => Body<Kind>;
};

const DRAW: Draw = {
  crash: (prng) => ({
    kind: 'crash',
    target: drawTarget(prng),
    mode: prng.chance(0.5) ? 'kill' : 'power',
    moment: prng.chance(0.5) ? 'now' : prng.pick(MOMENTS),
    stuckMs: prng.chance(0.5) ? 0 : prng.spread(50, 1_000),
    afterCalls: prng.chance(0.5) ? 0 : prng.between(1, 12),
    keepSeed: prng.below(2 ** 32),
    downMs: prng.spread(10, 8_000),
  }),
  blackout: (prng) => ({
    kind: 'blackout',
    stuckMs: prng.chance(0.5) ? 0 : prng.spread(20, 500),
    keepSeed: prng.below(2 ** 32),
    downMs: prng.spread(10, 3_000),
  }),
  stop: (prng) => ({ kind: 'stop', target: drawTarget(prng), downMs: prng.spread(10, 4_000) }),
  pause: (prng) => ({ kind: 'pause', target: drawTarget(prng), forMs: prng.spread(100, 5_000) }),
  jump: (prng) => ({ kind: 'jump', target: drawTarget(prng), byMs: prng.spread(50, 10_000) }),
  drift: (prng) => ({
    kind: 'drift',
    target: drawTarget(prng),
    drift: Math.round(2_000 * prng.fraction() - 1_000) / 1_000,
  }),
  degrade: (prng) => ({
    kind: 'degrade',
    fault: prng.pick(['loss', 'delay', 'duplicate', 'reorder']),
    share: prng.spread(2, 60) / 100,
    linkPercent: prng.pick([20, 50, 100]),
    linkSeed: prng.below(2 ** 32),
    forMs: prng.spread(500, 15_000),
  }),
  partition: (prng, { hosts }) => ({
    kind: 'partition',
    group: prng.between(1, 2 ** hosts - 2),
    oneWay: prng.chance(0.3),
    forMs: prng.spread(100, 8_000),
  }),
  cutLinks: (prng) => ({
    kind: 'cutLinks',
    linkPercent: prng.pick([10, 25, 50]),
    linkSeed: prng.below(2 ** 32),
    oneWay: prng.chance(0.5),
    forMs: prng.spread(300, 10_000),
  }),
  isolate: (prng) => ({
    kind: 'isolate',
    target: drawTarget(prng),
    direction: prng.pick(['both', 'in', 'out']),
    forMs: prng.spread(100, 8_000),
  }),
  // Long enough that the others elect a leader that writes something.
  strand: (prng) => ({
    kind: 'strand',
    nth: prng.below(16),
    forMs: prng.spread(1_000, 6_000),
    stuckOnMs: prng.spread(50, 2_000),
  }),
  usurp: (prng, { core: { electionTimeoutMs } }) => ({
    kind: 'usurp',
    nth: prng.below(16),
    deafMs: prng.between(electionTimeoutMs, 2 * electionTimeoutMs),
    keepSeed: prng.below(2 ** 32),
    downMs: prng.spread(1, 100),
    forMs: prng.between(100, 2 * electionTimeoutMs),
  }),
  flap: (prng) => ({
    kind: 'flap',
    target: drawTarget(prng),
    direction: prng.pick(['both', 'in', 'out']),
    periodMs: prng.spread(20, 1_000),
    forMs: prng.spread(1_000, 8_000),
  }),
  falseHint: (prng) => ({
    kind: 'falseHint',
    target: drawTarget(prng),
    reachable: prng.chance(0.3),
  }),
  slowDisk: (prng) => ({
    kind: 'slowDisk',
    target: prng.chance(0.3) ? 'all' : drawTarget(prng),
    factor: prng.spread(2, 100),
    forMs: prng.spread(500, 15_000),
  }),
  stuckDisk: (prng) => ({
    kind: 'stuckDisk',
    target: prng.chance(0.2) ? 'all' : drawTarget(prng),
    forMs: prng.spread(200, 6_000),
  }),
  failWrites: (prng) => ({
    kind: 'failWrites',
    target: drawTarget(prng),
    count: prng.between(1, 3),
    written: prng.chance(0.5),
  }),
  fillDisk: (prng) => ({
    kind: 'fillDisk',
    target: drawTarget(prng),
    fullAfterMs: prng.spread(50, 5_000),
    forMs: prng.spread(500, 8_000),
  }),
  putBack: (prng) => ({
    kind: 'putBack',
    target: drawTarget(prng),
    ageMs: prng.spread(20, 20_000),
    downMs: prng.spread(10, 2_000),
  }),
  rot: (prng) => ({
    kind: 'rot',
    target: { role: 'voter', nth: prng.below(16) },
    nth: prng.below(16),
    how: prng.pick(['checksum', 'row', 'hashToo']),
  }),
  wipe: (prng) => ({ kind: 'wipe', target: drawTarget(prng), downMs: prng.spread(10, 4_000) }),
  change: (prng, settings) => ({
    kind: 'change',
    wishes: drawWishes(prng, settings),
    stale: prng.chance(0.15),
    cutOff: drawCutOff(prng),
  }),
  transfer: (prng) => ({
    kind: 'transfer',
    target: { role: prng.chance(0.85) ? 'leader' : 'any', nth: prng.below(16) },
    to: prng.chance(0.4) ? 'best' : prng.chance(0.1) ? 'nobody' : drawHeir(prng),
    mishap: prng.pick(['none', 'none', 'askedCrashes', 'heirCutOff', 'heirStuck']),
    headStartMs: prng.pick([0, 20, 100, 300]),
  }),
  burst: (prng) => ({ kind: 'burst', operations: prng.spread(4, 60) }),
};

/** Effects between which it matters most what has happened and what has not. */
const MOMENTS: readonly Effect['kind'][] = [
  'install',
  'install',
  'install',
  'compact',
  'sendSnapshot',
  'changeAccepted',
  'roleChanged',
  'accepted',
  'persist',
];

const drawCutOff = (prng: Prng): CutOff | undefined =>
  prng.chance(0.5)
    ? undefined
    : { delayMs: prng.pick([0, 0, 0, 0.5, 2]), forMs: prng.spread(600, 3_000) };

const drawTarget = (prng: Prng): Target => ({
  role: prng.pick(['leader', 'leader', 'follower', 'voter', 'learner', 'any']),
  nth: prng.below(16),
});

/** Mostly someone who can lead. */
const drawHeir = (prng: Prng): Target => ({
  role: prng.pick(['follower', 'follower', 'voter', 'voter', 'learner', 'leader']),
  nth: prng.below(16),
});

function drawWishes(prng: Prng, settings: Settings): readonly Wish[] {
  const count = prng.pick([1, 1, 2, 3]);
  return Array.from({ length: count }, () => drawWish(prng, settings));
}

function drawWish(prng: Prng, { lease }: Settings): Wish {
  const nth = prng.below(16);
  const priority = prng.chance(0.5) ? 0 : prng.between(1, 3);
  const kind = prng.pick(WISHES);
  switch (kind) {
    case 'addVoter':
    case 'addLearner':
      return { kind, priority };
    case 'promote':
    case 'demote':
    case 'remove':
    case 'swap':
      return { kind, nth };
    case 'prioritize':
      return { kind, nth, priority };
    case 'trust':
      return {
        kind,
        trust: prng.pick(
          lease ? ['earlyCampaign', 'lease', 'lease', 'neither'] : ['earlyCampaign', 'neither'],
        ),
      };
    case 'invalid':
      return { kind };
  }
}

const WISHES: readonly Wish['kind'][] = [
  'addVoter',
  'addVoter',
  'addLearner',
  'promote',
  'promote',
  'demote',
  'remove',
  'remove',
  'swap',
  'swap',
  'prioritize',
  'trust',
  'trust',
  'invalid',
];
