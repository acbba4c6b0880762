/** Clusters worth looking at, as a member would tell of them. */
import type { Overview, OverviewMember } from '../../server/observe/overview.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const HOUR_MS = 3_600_000;

type Changes = Partial<OverviewMember>;

/** A member that is well; member 2 leads unless the changes say otherwise. */
function member(id: number, changes: Changes = {}): OverviewMember {
  const at = 1_284_310;
  return {
    id,
    standing: 'voter',
    self: id === 1,
    answered: true,
    peerAddress: `meta-${id - 1}.meta.broker:1230`,
    clientAddress: `meta-${id - 1}.meta.broker:1228`,
    phase: 'running',
    role: id === 2 ? 'leader' : 'follower',
    term: 7,
    leader: 2,
    commit: at,
    applied: at,
    durable: at - 214,
    lastLog: at + 3,
    logBytes: 183 * MIB,
    diskFreeBytes: (31 + id) * GIB,
    diskSizeBytes: 50 * GIB,
    version: '0.1.0',
    uptimeMs: 27 * HOUR_MS + id * 411_000,
    match: at + 3,
    progress: id === 2 ? undefined : 'replicate',
    recent: true,
    regressed: false,
    ...changes,
  };
}

/** What is shown of a member that does not answer: what the others know. */
const silent: Changes = {
  answered: false,
  phase: undefined,
  role: undefined,
  term: undefined,
  leader: undefined,
  commit: undefined,
  applied: undefined,
  durable: undefined,
  lastLog: undefined,
  logBytes: undefined,
  diskFreeBytes: undefined,
  diskSizeBytes: undefined,
  version: undefined,
  uptimeMs: undefined,
  match: undefined,
  progress: undefined,
  recent: undefined,
  regressed: undefined,
};

const members = (count: number): OverviewMember[] =>
  Array.from({ length: count }, (_, at) => member(at + 1));

const WELL: Overview = {
  atMs: 0,
  cluster: '7f1c9a52-5d0e-4f83-9e1b-2c4a1d60b7aa',
  phase: 'running',
  error: undefined,
  member: 1,
  version: '0.1.0',
  clientAddress: 'meta-0.meta.broker:1228',
  term: 7,
  leader: 2,
  commit: 1_284_310,
  applied: 1_284_310,
  durable: 1_284_096,
  lastLog: 1_284_313,
  outgoing: [],
  writesTotal: 0,
  readsTotal: 0,
  members: members(3),
  alarms: [],
};

const learner = member(4, {
  standing: 'learner',
  applied: 412_880,
  durable: 412_880,
  lastLog: 412_902,
  match: 412_902,
  version: '0.2.0',
  logBytes: 64 * MIB,
  uptimeMs: 74_000,
});

const snapshotted = member(5, {
  standing: 'learner',
  applied: 0,
  durable: 0,
  lastLog: 0,
  match: 0,
  progress: 'snapshot',
  logBytes: 0,
  version: '0.2.0',
  uptimeMs: 9_000,
});

const leaderless: Changes = { role: 'preCandidate', leader: undefined, match: undefined };

/** By name, as in the names of the screenshots. */
export const OVERVIEWS = {
  normal: WELL,
  'leader-lost': {
    ...WELL,
    term: 8,
    leader: undefined,
    members: [
      member(1, { ...leaderless, progress: undefined, recent: undefined }),
      member(2, silent),
      member(3, silent),
    ],
  },
  'learner-catching-up': { ...WELL, members: [...members(3), learner, snapshotted] },
  alarm: {
    ...WELL,
    members: [
      member(1),
      member(2, { diskFreeBytes: 0.4 * GIB }),
      member(3, { regressed: true, match: 1_190_000, applied: 1_190_000, durable: 1_190_000 }),
    ],
    alarms: [
      {
        name: 'member_regressed',
        severity: 'critical',
        member: 3,
        message:
          'Its log ends before entries that it had acknowledged: an older copy of its directory was put back.',
        advice: 'Remove member 3, and add an empty directory in its place.',
      },
      {
        name: 'disk_space',
        severity: 'warning',
        member: 2,
        message: 'Less than 512 MiB are free where its data directory is; writes are refused.',
        advice: 'Free space on its disk, or make it larger. The alarm ends by itself.',
      },
    ],
  },
  degraded: { ...WELL, members: [member(1), member(2), member(3, silent)] },
  'one-member': {
    ...WELL,
    leader: 1,
    members: [member(1, { role: 'leader', leader: 1, progress: undefined })],
  },
  'seven-and-learners': {
    ...WELL,
    outgoing: [1, 2, 3, 4, 5],
    members: [
      ...members(7),
      { ...learner, id: 8, version: '0.1.0' },
      { ...snapshotted, id: 9, version: '0.1.0' },
    ],
  },
  waiting: {
    ...WELL,
    cluster: undefined,
    phase: 'waiting',
    member: undefined,
    leader: undefined,
    term: 0,
    commit: 0,
    applied: 0,
    durable: 0,
    lastLog: 0,
    writesTotal: undefined,
    readsTotal: undefined,
    members: [],
  },
} satisfies Readonly<Record<string, Overview>>;

export type OverviewName = keyof typeof OVERVIEWS;
