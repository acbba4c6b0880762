/** An observation put together: which member is in which pod, who leads, and who is healthy. */
import type { Configuration, Member, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Observation, SeenPod } from './observation.ts';
import { PHASE, ROLE, STANDING } from './words.ts';

export interface Picture {
  readonly seen: Observation;
  /** Members that are wanted. */
  readonly target: number;
  /** The pod whose member leads; undefined while nobody is known to. */
  readonly leader: PlacedPod | undefined;
  /** Of the leader; else the newest that anybody reports. */
  readonly configuration: Configuration | undefined;
  readonly members: readonly PlacedMember[];
  /** Pods whose member is in no configuration, by what they are. */
  readonly strangers: readonly Stranger[];
}

export interface PlacedPod extends SeenPod {
  readonly status: Status;
}

/** A member of the configuration. */
export interface PlacedMember {
  readonly id: number;
  readonly directory: string;
  readonly voter: boolean;
  /** Ordinal of the pod that has, or by its address had, its directory; undefined if it cannot be told. */
  readonly ordinal: number | undefined;
  /** The pod that has its directory now. */
  readonly pod: PlacedPod | undefined;
  /** Answers, runs, and the leader has it caught up. What is not known is not healthy. */
  readonly healthy: boolean;
  readonly caughtUp: boolean;
  /** The leader finds less in its log than it had acknowledged: it counts in no quorum. */
  readonly regressed: boolean;
  /** Its directory is gone for good: the pod it was in answers with another one. */
  readonly lost: boolean;
}

export interface Stranger {
  readonly pod: PlacedPod;
  /**
   * `empty`: waits for orders. `removed`: was a member, and says so; or it was to become one, and was
   * given up, of which it may never hear. `unaware`: was one, and has not heard yet that it was removed.
   * `foreign`: of another cluster. `unclear`: it cannot say, because its directory is being opened, or is
   * damaged.
   */
  readonly kind: 'empty' | 'removed' | 'unaware' | 'foreign' | 'unclear';
}

/** Puts an observation together. */
export function pictureOf(seen: Observation): Picture {
  const pods = seen.pods.filter(
    (pod): pod is PlacedPod => pod.status !== undefined && !isLeaving(seen, pod),
  );
  const own = ofCluster(seen, pods);
  const leader = furthest(own.filter(({ status }) => leads(status)));
  const configuration = leader ? leader.status.configuration : newestConfiguration(own);
  const members = (configuration?.members ?? []).map((member) =>
    place(member, pods, seen.pods, leader),
  );
  const known = new Set(members.map(({ directory }) => directory));
  const strangers = pods
    .filter(({ status }) => !known.has(status.directory))
    .map((pod) => ({ pod, kind: strangeness(seen, pod.status, leader?.status.clusterId) }));
  return {
    seen,
    target: seen.cluster.spec.meta.replicas,
    leader,
    configuration,
    members,
    strangers,
  };
}

/** Whether its volume goes with a resource of this name that is no more: its member is none of this one's. */
const isLeaving = ({ volumes }: Observation, { ordinal }: SeenPod): boolean =>
  volumes.some((volume) => volume.ordinal === ordinal && volume.leaving);

/**
 * Those of the cluster whose id is in the status. Or of the one that a recovery made of one of its members
 * just now, unless somebody leads the one that is known.
 */
function ofCluster({ cluster }: Observation, pods: readonly PlacedPod[]): readonly PlacedPod[] {
  const { clusterId, members } = cluster.status ?? {};
  const used = pods.filter(({ status }) => status.clusterId !== '');
  if (clusterId === undefined) return used;
  const known = used.filter(({ status }) => status.clusterId === clusterId);
  if (known.some(({ status }) => leads(status))) return known;
  const recovered = used.filter(
    ({ status }) =>
      status.clusterId !== clusterId &&
      members?.some(
        ({ id, directory }) => id === status.memberId && directory === status.directory,
      ),
  );
  return recovered.length > 0 ? recovered : known;
}

const leads = ({ role, phase, leaderId, memberId }: Status): boolean =>
  role === ROLE.LEADER && phase === PHASE.RUNNING && leaderId === memberId;

/** A leader that was cut off may think it still leads: the higher term is right. */
const furthest = (pods: readonly PlacedPod[]): PlacedPod | undefined =>
  [...pods].sort((a, b) => b.status.term - a.status.term)[0];

const newestConfiguration = (pods: readonly PlacedPod[]): Configuration | undefined =>
  pods.flatMap(({ status }) => status.configuration ?? []).sort((a, b) => b.index - a.index)[0];

function place(
  { id, directory, standing, peerAddress }: Member,
  pods: readonly PlacedPod[],
  all: readonly SeenPod[],
  leader: PlacedPod | undefined,
): PlacedMember {
  const pod = pods.find(({ status }) => status.directory === directory);
  const home = all.find((each) => each.peerAddress === peerAddress);
  const progress = leader?.status.progress.find(({ memberId }) => memberId === id);
  const isLeader = leader?.status.memberId === id;
  const caughtUp = isLeader || (progress?.caughtUp === true && progress.recent);
  const runs =
    pod?.status.phase === PHASE.RUNNING &&
    pod.status.memberId === id &&
    pod.status.clusterId === leader?.status.clusterId &&
    !pod.deleting;
  return {
    id,
    directory,
    voter: standing === STANDING.VOTER,
    ordinal: (pod ?? home)?.ordinal ?? ordinalOfAddress(peerAddress),
    pod,
    healthy: runs && caughtUp,
    caughtUp,
    regressed: progress?.regressed === true,
    lost: pod === undefined && isElsewhere(home?.status, directory),
  };
}

/**
 * Whether a process is on another directory for sure. One that is still opening its directory, or finds
 * it damaged, may be on this very one.
 */
const isElsewhere = (status: Status | undefined, directory: string): boolean =>
  status !== undefined &&
  (status.phase === PHASE.WAITING || status.phase === PHASE.RUNNING) &&
  status.directory !== '' &&
  status.directory !== directory;

/** A pod's name ends in its ordinal, and its address begins with its name. */
function ordinalOfAddress(address: string): number | undefined {
  const [, digits] = /^[a-z0-9-]*-([0-9]+)\./.exec(address) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** What a process says that holds nothing of any cluster. */
export const isEmpty = ({ phase, memberId, clusterId }: Status): boolean =>
  phase === PHASE.WAITING && memberId === 0 && clusterId === '';

function strangeness(
  { cluster }: Observation,
  status: Status,
  clusterId: string | undefined,
): Stranger['kind'] {
  const givenUp = cluster.status?.learnerRetries ?? [];
  if (givenUp.some(({ directory }) => directory === status.directory)) return 'removed';
  if (isEmpty(status)) return 'empty';
  if (clusterId !== undefined && status.clusterId === clusterId) {
    return status.role === ROLE.REMOVED ? 'removed' : 'unaware';
  }
  return status.phase === PHASE.RUNNING ? 'foreign' : 'unclear';
}

export const votersOf = ({ members }: Picture): readonly PlacedMember[] =>
  members.filter(({ voter }) => voter);

export const learnersOf = ({ configuration, members }: Picture): readonly PlacedMember[] => {
  const learning = new Set(
    configuration?.members
      .filter(({ standing }) => standing === STANDING.LEARNER)
      .map(({ id }) => id),
  );
  return members.filter(({ id }) => learning.has(id));
};

/** Whether the voters are being changed right now. */
export const isJoint = ({ configuration }: Picture): boolean =>
  (configuration?.outgoingVoterIds.length ?? 0) > 0;

export const quorumOf = (voters: number): number => Math.floor(voters / 2) + 1;
