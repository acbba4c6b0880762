/** What a caller wants the membership to be like, one member or setting at a time. */
import { Trust } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Change as ChangeMessage } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type {
  Change,
  Configuration,
  Member,
  TimingTrust,
} from '../../raft/membership/configuration.ts';
import { AdminError } from './admin-error.ts';
import * as fields from './fields.ts';

/** See the head of this file. Ids are those of the caller: there may be no such member. */
export type Wish =
  | { readonly kind: 'add'; readonly directory: string; readonly peerAddress: string }
  | { readonly kind: 'promote' | 'demote' | 'remove'; readonly member: number }
  | { readonly kind: 'prioritize'; readonly member: number; readonly priority: number }
  | { readonly kind: 'trust'; readonly trust: TimingTrust };

const WISHES_MAX = 32;

const TRUSTS = {
  [Trust.UNSPECIFIED]: undefined,
  [Trust.NEITHER]: 'neither',
  [Trust.LEASE]: 'lease',
  [Trust.EARLY_CAMPAIGN]: 'earlyCampaign',
} as const satisfies Record<Trust, TimingTrust | undefined>;

/** The wishes of a request that may have several; throws INVALID_ARGUMENT. */
export function wishesOf(changes: readonly ChangeMessage[]): readonly Wish[] {
  if (changes.length === 0 || changes.length > WISHES_MAX) {
    throw new AdminError(
      'invalidArgument',
      `changes must be 1 to ${WISHES_MAX} changes, not ${changes.length}.`,
    );
  }
  const wishes = changes.map(wishOf);
  const seen = new Set<string>();
  wishes.forEach((wish, at) => {
    for (const subject of subjectsOf(wish)) {
      if (seen.has(subject)) {
        const problem = `changes[${at}] decides ${subject} again: each may be decided once.`;
        throw new AdminError('invalidArgument', problem);
      }
      seen.add(subject);
    }
  });
  return wishes;
}

function wishOf({ kind }: ChangeMessage, at: number): Wish {
  const field = `changes[${at}]`;
  switch (kind?.$case) {
    case undefined:
      throw new AdminError('invalidArgument', `${field} must say what to change.`);
    case 'addLearner':
      return {
        kind: 'add',
        directory: fields.directory(`${field}.add_learner.directory`, kind.value.directory),
        peerAddress: fields.address(`${field}.add_learner.peer_address`, kind.value.peerAddress),
      };
    case 'promote':
    case 'demote':
    case 'remove':
      return {
        kind: kind.$case,
        member: fields.memberId(`${field}.${kind.$case}.member_id`, kind.value.memberId),
      };
    case 'setPriority':
      return {
        kind: 'prioritize',
        member: fields.memberId(`${field}.set_priority.member_id`, kind.value.memberId),
        priority: fields.priority(`${field}.set_priority.priority`, kind.value.priority),
      };
    case 'setTrust':
      return { kind: 'trust', trust: trustOf(`${field}.set_trust.trust`, kind.value.trust) };
  }
}

/** The caller may be newer than this member: then it knows values that the type does not. */
function trustOf(field: string, value: Trust): TimingTrust {
  const trust = (TRUSTS as Partial<Record<number, TimingTrust>>)[value];
  if (trust !== undefined) return trust;
  throw fields.invalid(field, 'TRUST_NEITHER, TRUST_LEASE or TRUST_EARLY_CAMPAIGN', value);
}

/** What a wish decides. Two wishes of one request must not decide the same. */
function subjectsOf(wish: Wish): readonly string[] {
  switch (wish.kind) {
    case 'add':
      return [`directory ${wish.directory}`];
    case 'promote':
    case 'demote':
      return [`the standing of member ${wish.member}`];
    case 'remove':
      return [`the standing of member ${wish.member}`, `the priority of member ${wish.member}`];
    case 'prioritize':
      return [`the priority of member ${wish.member}`];
    case 'trust':
      return ['trust'];
  }
}

/** The member with this id, leaving ones included. */
export const memberOf = (configuration: Configuration, id: number): Member | undefined =>
  configuration.members.find((member) => member.id === id);

/** Whether the cluster ever had a member with this id. */
export const existed = (configuration: Configuration, id: number): boolean =>
  id < configuration.nextMemberId;

/** Whether the configuration is what the wish asks for. */
export function isFulfilled(configuration: Configuration, wish: Wish): boolean {
  switch (wish.kind) {
    case 'add':
      return configuration.members.some(({ directory }) => directory === wish.directory);
    case 'promote':
      return memberOf(configuration, wish.member)?.standing === 'voter';
    case 'demote':
      return memberOf(configuration, wish.member)?.standing === 'learner';
    case 'remove':
      return existed(configuration, wish.member) && !memberOf(configuration, wish.member);
    case 'prioritize':
      return memberOf(configuration, wish.member)?.priority === wish.priority;
    case 'trust':
      return configuration.trust === wish.trust;
  }
}

/** The wish as the core takes it; undefined when the member it speaks of is none. */
export function changeOf(configuration: Configuration, wish: Wish): Change | undefined {
  switch (wish.kind) {
    case 'add':
      return { kind: 'add', directory: wish.directory, priority: 0 };
    case 'promote':
    case 'demote':
    case 'remove': {
      const member = memberOf(configuration, wish.member);
      return member && { kind: wish.kind, id: member.id };
    }
    case 'prioritize': {
      const member = memberOf(configuration, wish.member);
      return member && { kind: wish.kind, id: member.id, priority: wish.priority };
    }
    case 'trust':
      return wish;
  }
}
