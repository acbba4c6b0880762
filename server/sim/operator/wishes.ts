/** Works out the changes that bring a wish about, from the configuration the operator has seen. */
import type { Change, Configuration, Member } from '../../raft/membership/configuration.ts';
import { VOTERS_MAX } from '../../raft/membership/configuration.ts';
import type { MemberId } from '../../raft/ids.ts';
import type { Wish } from '../faults/action.ts';
import type { Host } from '../world/host.ts';
import type { Settings } from '../plan/settings.ts';

/** New members to be promoted once they have caught up, by directory; and who is to go then. */
export type Aspirants = Map<string, MemberId | undefined>;

/** What changes are worked out from. */
export interface Draft {
  readonly settings: Settings;
  readonly configuration: Configuration;
  /** Taken off the list as they are used. */
  readonly spares: Host[];
  /** Gains those to whom the changes of a wish are only the beginning. */
  readonly aspirants: Aspirants;
}

/** The changes of a wish; none when there is nobody it could apply to. */
export function changesFor(draft: Draft, wish: Wish): readonly Change[] {
  const { configuration } = draft;
  const { members } = configuration;
  const voters = having(configuration, 'voter');
  const learners = having(configuration, 'learner');
  const { mayGrow, mayShrink } = judgeSize(draft, voters.length);
  switch (wish.kind) {
    case 'addVoter':
      return mayGrow ? addVoter(draft, wish.priority, undefined) : [];
    case 'addLearner':
      return add(draft, wish.priority);
    case 'promote':
      return mayGrow ? about(learners, wish.nth, promote) : [];
    case 'demote':
      return mayShrink ? about(voters, wish.nth, demote) : [];
    case 'remove':
      return about(mayShrink ? members : learners, wish.nth, remove);
    case 'swap':
      return addVoter(draft, 0, voters[wish.nth % voters.length]?.id);
    case 'prioritize':
      return about(members, wish.nth, (id) => ({
        kind: 'prioritize',
        id,
        priority: wish.priority,
      }));
    case 'trust':
      return [{ kind: 'trust', trust: wish.trust }];
    case 'invalid':
      return [{ kind: 'promote', id: NOBODY }];
  }
}

/** The change that brings a member that is to become a voter, in the place of another if one is named. */
export function addVoter(
  draft: Draft,
  priority: number,
  replaces: MemberId | undefined,
): readonly Change[] {
  const directory = draft.spares[0]?.directory.name;
  if (directory === undefined) return [];
  draft.aspirants.set(directory, replaces);
  return add(draft, priority);
}

/** The change that brings a learner. */
export function add(draft: Draft, priority: number): readonly Change[] {
  const host = draft.spares.shift();
  return host === undefined ? [] : [{ kind: 'add', directory: host.directory.name, priority }];
}

/** The change that lets a member go. */
export const remove = (id: MemberId): Change => ({ kind: 'remove', id });
/** The change that makes a voter of a learner. */
export const promote = (id: MemberId): Change => ({ kind: 'promote', id });
const demote = (id: MemberId): Change => ({ kind: 'demote', id });

const NOBODY = 999_999 as MemberId;

/** Clusters stay about as large as they began, so that a run is what it says it is. */
const judgeSize = (
  { settings: { members } }: Draft,
  voters: number,
): { readonly mayGrow: boolean; readonly mayShrink: boolean } => ({
  mayGrow: voters < Math.min(VOTERS_MAX, members + 2),
  mayShrink: voters > Math.max(1, members - 2),
});

const having = ({ members }: Configuration, standing: Member['standing']): readonly Member[] =>
  members.filter((member) => member.standing === standing);

function about(
  members: readonly Member[],
  nth: number,
  change: (id: MemberId) => Change,
): readonly Change[] {
  const member = members[nth % members.length];
  return member === undefined ? [] : [change(member.id)];
}
