import { lostVolumes } from '../lost-volumes.ts';
import { addLearner, promote, remove } from '../membership.ts';
import { learnersOf, votersOf } from '../picture.ts';
import type { Picture, PlacedMember } from '../picture.ts';
import { millisecondsOf } from '../rfc3339.ts';
import { changeMembers } from '../safety.ts';
import { stall } from '../step.ts';
import type { Step } from '../step.ts';
import { givenUp, isSilent, isStuck } from '../stuck-learners.ts';
import { wipe } from '../wipe.ts';

const MINUTE_MS = 60_000;

/**
 * Replaces a voter whose directory is gone for good: the new one first learns, then both change places
 * in one step. A member that fails with its directory in place is never replaced.
 */
export function replace(picture: Picture): Step | undefined {
  const lostVolume = withLostVolume(picture);
  if (lostVolume) return lostVolume;
  const lost = votersOf(picture).filter((member) => member.lost && inTarget(picture, member));
  const swap = swapped(picture, lost);
  if (swap) return swap;
  return begun(picture, lost);
}

const messageOf = ({ id }: PlacedMember): string => `member ${id} lost its volume and is replaced`;

/** All whose successor is there change places with it at once. */
function swapped(picture: Picture, lost: readonly PlacedMember[]): Step | undefined {
  const pairs = lost.flatMap((member) => {
    const successor = picture.members.find(
      ({ id, ordinal, pod, caughtUp }) =>
        id !== member.id && ordinal === member.ordinal && pod !== undefined && caughtUp,
    );
    return successor ? [{ member, successor }] : [];
  });
  const [first] = pairs;
  if (first === undefined) return undefined;
  const changes = pairs.flatMap(({ member, successor }) =>
    successor.voter ? [remove(member)] : [promote(successor), remove(member)],
  );
  return changeMembers(picture, changes, {
    reason: 'ReplacingMember',
    message: messageOf(first.member),
  });
}

/** The first whose pod is there again, on an empty directory, begins to be replaced by it. */
function begun(picture: Picture, lost: readonly PlacedMember[]): Step | undefined {
  for (const member of lost) {
    const newcomer = picture.strangers.find(
      ({ kind, pod }) => kind === 'empty' && pod.ordinal === member.ordinal,
    );
    if (newcomer === undefined) continue;
    const learning = learnersOf(picture);
    // One that learns already becomes a voter, or is given up, before the next one begins.
    if (learning.some((learner) => !isHopeless(picture, learner))) return undefined;
    const budget = withinBudget(picture, member);
    if (budget === undefined) return spent(picture, messageOf(member));
    const [hopeless] = learning;
    if (hopeless !== undefined) return makingWay(picture, hopeless, member);
    return changeMembers(picture, [addLearner(newcomer.pod)], {
      reason: 'ReplacingMember',
      message: messageOf(member),
      record: { replacements: [...budget] },
    });
  }
  return undefined;
}

const isHopeless = (picture: Picture, learner: PlacedMember): boolean =>
  isStuck(picture, learner) || isSilent(picture, learner);

/** A voter is worth more than a learner that may never become one: that one learns again afterwards. */
const makingWay = (picture: Picture, learner: PlacedMember, lost: PlacedMember): Step =>
  changeMembers(picture, [remove(learner)], {
    reason: 'ReplacingMember',
    message: `member ${learner.id} learns nothing, and makes way for another one in the place of member ${lost.id}`,
    record: givenUp(picture, learner),
  });

const inTarget = ({ target }: Picture, { ordinal }: PlacedMember): boolean =>
  ordinal !== undefined && ordinal < target;

type Replacements = { member: number; at: string }[];

/** The replacements of the period with this one; undefined when there were too many. */
function withinBudget({ seen }: Picture, { id }: PlacedMember): Readonly<Replacements> | undefined {
  const { attempts } = seen.cluster.spec.meta.remediation;
  const recent = recentReplacements(seen);
  if (recent.some(({ member }) => member === id)) return recent;
  return recent.length < attempts ? [...recent, { member: id, at: seen.now.text }] : undefined;
}

/** Those of the status that are not older than the period. Both times are RFC 3339 in UTC. */
export function recentReplacements({ cluster, now }: Picture['seen']): Replacements {
  const periodMs = cluster.spec.meta.remediation.periodMinutes * MINUTE_MS;
  return (cluster.status?.replacements ?? []).filter(
    ({ at }) => now.ms - millisecondsOf(at) < periodMs,
  );
}

function spent({ seen }: Picture, message: string): Step {
  const { attempts, periodMinutes } = seen.cluster.spec.meta.remediation;
  return stall(
    'ReplacementBudgetSpent',
    `${message}: not now, ${attempts} were replaced within ${periodMinutes} minutes`,
  );
}

/** A volume on a node that is gone: the member is removed, then the volume, if the spec says so. */
function withLostVolume(picture: Picture): Step | undefined {
  if (!picture.seen.cluster.spec.meta.remediation.replaceLostVolume) return undefined;
  const [volume] = lostVolumes(picture);
  if (volume === undefined) return undefined;
  const message = `${volume.name} is on a node that is gone and is replaced`;
  const member = picture.members.find(({ ordinal }) => ordinal === volume.ordinal);
  if (member === undefined) return wipe(picture, volume.ordinal, 'ReplacingMember', message);
  const budget = withinBudget(picture, member);
  if (budget === undefined) return spent(picture, message);
  return changeMembers(picture, [remove(member)], {
    reason: 'ReplacingMember',
    message,
    record: { replacements: [...budget] },
  });
}
