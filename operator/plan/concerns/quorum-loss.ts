import type { Incident } from '../../api/cluster.ts';
import { brokenMember } from '../broken.ts';
import { incidentOf } from '../incident.ts';
import { otherCluster } from '../other-cluster.ts';
import { isEmpty, quorumOf, votersOf } from '../picture.ts';
import type { Picture, PlacedMember } from '../picture.ts';
import { silentOrdinals } from '../silence.ts';
import { act, stall, wait } from '../step.ts';
import type { Step } from '../step.ts';
import { wipeLost } from '../wipe.ts';
import { PHASE } from '../words.ts';

/** Reports a lost quorum, and does nothing about it unless the spec names the incident. */
export function quorumLoss(picture: Picture): Step | undefined {
  const { leader, seen } = picture;
  if (leader) return undefined;
  const other = otherCluster(picture);
  if (other?.led) return other.stalls;
  if (picture.configuration === undefined) {
    if (!hasBegun(picture)) return undefined;
    // More pods come when somebody leads, not before: those that are wanted as well are none to wait for.
    const silent = silentOrdinals(picture, seen.statefulSet?.replicas ?? 0);
    if (silent !== undefined) return wait('WaitingForPods', silent);
    return (
      brokenMember(picture) ??
      other?.stalls ??
      stall('QuorumLost', 'no pod holds a member of the cluster any more')
    );
  }
  if (!electoratesOf(picture).some(isBeyondQuorum(picture))) {
    return wait('NoLeader', describeVoters(votersOf(picture)));
  }
  const incident = incidentOf(picture);
  const { recovery } = seen.cluster.spec.meta;
  if (recovery === undefined) return stall('QuorumLost', describe(picture, incident), { incident });
  return recover(picture, incident, recovery);
}

/** What was never begun has no quorum to lose: who is to begin it is written down before, and may not have. */
function hasBegun({ seen: { cluster, statefulSet, pods } }: Picture): boolean {
  if (cluster.status?.clusterId !== undefined) return true;
  const founder = statefulSet?.bootstrap?.directory;
  if (founder === undefined) return false;
  return !pods.some(({ status }) => status?.directory === founder && isEmpty(status));
}

/** Who has to agree: the voters, and while they are being changed those before, too. */
function electoratesOf(picture: Picture): readonly (readonly PlacedMember[])[] {
  const outgoing = new Set(picture.configuration?.outgoingVoterIds);
  return [votersOf(picture), picture.members.filter(({ id }) => outgoing.has(id))];
}

const isBeyondQuorum =
  (picture: Picture) =>
  (voters: readonly PlacedMember[]): boolean =>
    voters.length > 0 &&
    voters.filter((voter) => !isLost(picture)(voter)).length < quorumOf(voters.length);

/**
 * Those of an electorate who may lead without the chosen one. While voters are being changed, whoever has
 * not heard of it needs only those of before, and they vote for him even when they have.
 */
const quorumWithout =
  (picture: Picture, chosen: number) =>
  (voters: readonly PlacedMember[]): readonly PlacedMember[] => {
    const others = voters.filter((voter) => voter.id !== chosen && !isLost(picture)(voter));
    const isAware = ({ pod }: PlacedMember): boolean =>
      pod?.status.configuration?.index === picture.configuration?.index;
    return others.length >= quorumOf(voters.length) && !others.every(isAware) ? others : [];
  };

/**
 * For good: another directory is where its own was, or there is none, or it is where nothing reaches it.
 * One that nobody can place, since a member that has just started knows no addresses, may be on any volume
 * whose pod has not said what is on it.
 */
const isLost =
  ({ seen }: Picture) =>
  ({ lost, pod, ordinal }: PlacedMember): boolean => {
    if (lost || pod !== undefined) return lost;
    const known = seen.pods.filter(({ status }) => (status?.directory ?? '') !== '');
    const isHome = (at: number): boolean =>
      ordinal === undefined ? known.every((each) => each.ordinal !== at) : at === ordinal;
    return !seen.volumes.some((volume) => {
      return isHome(volume.ordinal) && volume.bound && !volume.nodeLost;
    });
  };

/**
 * Who answers and has not opened its directory, for people; undefined when there is nobody. What it has
 * acknowledged may be more than what all survivors hold.
 */
function unopened(picture: Picture): string | undefined {
  const names = electoratesOf(picture)
    .flat()
    .flatMap(({ id, pod }) =>
      pod === undefined || OPENED.includes(pod.status.phase) ? [] : [`member ${id} in ${pod.name}`],
    );
  if (names.length === 0) return undefined;
  return `${[...new Set(names)].join(', ')} has yet to say what it holds`;
}

/** Whose directory may be where it was, and who says nothing, for people; undefined when there is nobody. */
function silentOf(picture: Picture): string | undefined {
  const silent = electoratesOf(picture)
    .flat()
    .filter((member) => member.pod === undefined && !isLost(picture)(member));
  if (silent.length === 0) return undefined;
  const ids = [...new Set(silent.map(({ id }) => id))].join(', ');
  return `silent, and on volumes that are there, are members ${ids}`;
}

/** They know all that there is to know of their directory. */
const OPENED: readonly number[] = [PHASE.WAITING, PHASE.RUNNING];

/**
 * A survivor goes on once nobody can lead without it: who is lost comes back on no directory of the old
 * cluster, and who may come back is no quorum. Nor before all who answer have said how far they are.
 */
function recover(
  picture: Picture,
  incident: Incident,
  { incident: id, member }: { readonly incident: string; readonly member: number },
): Step {
  const { seen, members } = picture;
  const chosen = members.find((each) => each.id === member);
  const isAsked = seen.cluster.status?.incident?.id === id;
  if (isAsked && chosen?.pod === undefined && chosen !== undefined && !isLost(picture)(chosen)) {
    return wait('Recovering', `member ${member} does not answer, and may have gone on already`);
  }
  const unknown = isAsked || id === incident.id ? unopened(picture) : undefined;
  if (unknown !== undefined) return wait('Recovering', unknown);
  const [furthest] = incident.survivors;
  const done = seen.cluster.status?.recovery?.incident === id;
  const pod = chosen?.pod;
  if (
    done ||
    furthest === undefined ||
    pod === undefined ||
    id !== incident.id ||
    member !== furthest.member
  ) {
    const why = done
      ? 'was recovered from already'
      : 'is not this incident and its furthest survivor';
    const message = `${describe(picture, incident)}; spec.meta.recovery ${why}`;
    return stall('RecoveryRefused', message, { incident });
  }
  const others = electoratesOf(picture).flatMap(quorumWithout(picture, member));
  if (others.length > 0) {
    const ids = others.map((each) => each.id).join(', ');
    return wait('NoLeader', `members ${ids} may come to lead without member ${member}`);
  }
  const before = wipeLost(picture, { incident });
  if (before) return before;
  return act(
    'Recovering',
    `member ${member} in ${pod.name} begins a new cluster with what it holds`,
    {
      kind: 'recover',
      pod: pod.name,
      incidentId: id,
      memberId: member,
      lastLogTerm: furthest.lastLogTerm,
      lastLogIndex: furthest.lastLogIndex,
    },
    { incident },
  );
}

function describeVoters(voters: readonly PlacedMember[]): string {
  const silent = voters.filter(({ pod }) => pod === undefined);
  const there = voters.length - silent.length;
  const needed = quorumOf(voters.length);
  const message = `${there} of ${voters.length} voters answer and nobody leads; ${needed} are needed`;
  if (there >= needed) return message;
  const named = silent.map(({ id }) => id).join(', ');
  return `${message}: silent are members ${named}; delete the Node of one whose machine never comes back`;
}

function describe(picture: Picture, { id, survivors }: Incident): string {
  const [furthest] = survivors;
  const rest = [unopened(picture), silentOf(picture)]
    .map((each) => (each === undefined ? '' : `; ${each}`))
    .join('');
  if (furthest === undefined) return `incident ${id}: no member is left${rest}`;
  return `incident ${id}: the quorum is lost; of ${survivors.length} survivors, member ${furthest.member} is the furthest${rest}`;
}
