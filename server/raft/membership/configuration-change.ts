/**
 * From one configuration to the next: several wishes at once, by way of a joint one when they touch
 * the voters (paper §6; as one step, so that a member can be replaced without losing redundancy).
 *
 *   simple ──changeConfiguration──▶ simple            learners, priorities, trust
 *   simple ──changeConfiguration──▶ joint ──leaveJoint──▶ simple       voters
 */
import type { Change, Configuration, Member, Standing, TimingTrust } from './configuration.ts';
import {
  checkConfiguration,
  isDirectory,
  isJoint,
  isPriority,
  LEARNERS_MAX,
  VOTERS_MAX,
  votersOf,
} from './configuration.ts';
import { toMemberId } from '../ids.ts';
import type { MemberId } from '../ids.ts';
import { invariant } from '../invariant.ts';

/** The next configuration; or why there is none, as a sentence for the person who asked. */
export type ChangeResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly changed: boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * Carries out `changes` on a simple configuration, in order, all or none of them.
 *
 * A wish that is fulfilled already is no problem, so that a change may be asked for again; when
 * that goes for all of them, `changed` is false and the configuration the very same. If the set of
 * voters changes the result is joint: its voters so far are outgoing, and those of them that are
 * removed stay as `leaving`.
 *
 * A new member is a learner first. Its id is allocated here, and a change that is not committed in
 * the end gives it to another directory in the next one: therefore nobody may speak under an id
 * before the change that brought it is committed, and no voter may be needed to commit it.
 */
export function changeConfiguration(
  configuration: Configuration,
  changes: readonly Change[],
): ChangeResult {
  if (isJoint(configuration)) {
    return refuse('The previous change of voters is not finished yet.');
  }
  const draft: Draft = {
    before: configuration,
    members: new Map(configuration.members.map((member) => [member.id, member])),
    added: new Set(),
    nextMemberId: configuration.nextMemberId,
    trust: configuration.trust,
  };
  for (const change of changes) {
    const problem = carryOut(draft, change);
    if (problem !== undefined) return refuse(problem);
  }
  if (!isChanged(draft)) return { ok: true, configuration, changed: false };
  const problem = findProblem(draft);
  return problem === undefined
    ? { ok: true, configuration: finish(draft), changed: true }
    : refuse(problem);
}

/** What a joint configuration becomes once it is committed: the incoming one, by itself. */
export function leaveJoint(configuration: Configuration): Configuration {
  invariant(isJoint(configuration), 'only a joint configuration is left', { configuration });
  return checked({
    ...configuration,
    members: configuration.members.filter((member) => member.standing !== 'leaving'),
    outgoing: [],
  });
}

/** The incoming configuration in the making. */
interface Draft {
  readonly before: Configuration;
  /** By id; ids only grow, so insertion order is sorted order. */
  readonly members: Map<MemberId, Member>;
  /** Directories of the additions so far. */
  readonly added: Set<string>;
  nextMemberId: MemberId;
  trust: TimingTrust;
}

const refuse = (problem: string): ChangeResult => ({ ok: false, problem });

/** Returns the problem, if any. */
function carryOut(draft: Draft, change: Change): string | undefined {
  switch (change.kind) {
    case 'add':
      return addMember(draft, change);
    case 'promote':
      return draft.added.has(draft.members.get(change.id)?.directory ?? '')
        ? `Member ${change.id} is new: it can be promoted once it has joined as a learner.`
        : updateMember(draft, change.id, { standing: 'voter' });
    case 'demote':
      return updateMember(draft, change.id, { standing: 'learner' });
    case 'remove':
      return removeMember(draft, change.id);
    case 'prioritize':
      return isPriority(change.priority)
        ? updateMember(draft, change.id, { priority: change.priority })
        : priorityProblem(change.priority);
    case 'trust':
      draft.trust = change.trust;
      return undefined;
  }
}

function addMember(
  draft: Draft,
  { directory, priority }: Extract<Change, { readonly kind: 'add' }>,
): string | undefined {
  if (!isDirectory(directory)) {
    return `Directory ${JSON.stringify(directory)} is not 1 to 64 printable ASCII characters.`;
  }
  if (!isPriority(priority)) return priorityProblem(priority);
  if (draft.added.has(directory)) return `Directory ${directory} is added twice.`;

  const owner = draft.before.members.find((member) => member.directory === directory);
  if (owner !== undefined) {
    return draft.members.has(owner.id)
      ? undefined
      : `Directory ${directory} belongs to member ${owner.id}, which this change removes.`;
  }
  draft.added.add(directory);
  const id = draft.nextMemberId;
  draft.nextMemberId = toMemberId(id + 1);
  draft.members.set(id, { id, directory, priority, standing: 'learner' });
  return undefined;
}

function updateMember(
  draft: Draft,
  id: MemberId,
  update: { readonly standing: Standing } | { readonly priority: number },
): string | undefined {
  const member = draft.members.get(id);
  if (member === undefined) return `There is no member ${id}.`;
  draft.members.set(id, { ...member, ...update });
  return undefined;
}

function removeMember(draft: Draft, id: MemberId): string | undefined {
  // Ids are never given twice: one below the next one that is no member's was removed before.
  const existed = Number.isSafeInteger(id) && id > 0 && id < draft.nextMemberId;
  if (!existed) return `There is no member ${id}, and never was.`;
  draft.members.delete(id);
  return undefined;
}

const priorityProblem = (priority: number): string =>
  `Priority ${priority} is not a non-negative safe integer.`;

function isChanged({ before, members, nextMemberId, trust }: Draft): boolean {
  return (
    nextMemberId !== before.nextMemberId ||
    trust !== before.trust ||
    before.members.some(({ id, standing, priority }) => {
      const now = members.get(id);
      return now?.standing !== standing || now.priority !== priority;
    })
  );
}

/** What is wrong with the draft as a whole. */
function findProblem({ before, members }: Draft): string | undefined {
  const count = (standing: Standing): number =>
    [...members.values()].filter((member) => member.standing === standing).length;
  if (count('voter') === 0) {
    return `A cluster needs a voter, and this change leaves none of ${votersOf(before).join(', ')}.`;
  }
  if (count('voter') > VOTERS_MAX) {
    return `There would be ${count('voter')} voters, but at most ${VOTERS_MAX} are possible.`;
  }
  if (count('learner') > LEARNERS_MAX) {
    return `There would be ${count('learner')} learners, but at most ${LEARNERS_MAX} are possible.`;
  }
  return undefined;
}

function finish({ before, members, nextMemberId, trust }: Draft): Configuration {
  const incoming: Configuration = {
    members: [...members.values()],
    outgoing: [],
    nextMemberId,
    trust,
  };
  const outgoing = votersOf(before);
  if (isSame(outgoing, votersOf(incoming))) return checked(incoming);
  const leaving = before.members
    .filter((member) => member.standing === 'voter' && !members.has(member.id))
    .map((member): Member => ({ ...member, standing: 'leaving' }));
  return checked({
    ...incoming,
    members: [...incoming.members, ...leaving].sort((a, b) => a.id - b.id),
    outgoing,
  });
}

const isSame = (a: readonly MemberId[], b: readonly MemberId[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

function checked(configuration: Configuration): Configuration {
  checkConfiguration(configuration);
  return configuration;
}
