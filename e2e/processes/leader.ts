/** Who of several members leads. */
import { Role } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { statusesOf } from './admin.ts';
import { until } from './until.ts';

/** Where a member can be asked. */
interface Asked {
  readonly place: { readonly peer: string };
}

export interface Leader<Member> {
  /** Its place among those that were asked. */
  readonly at: number;
  readonly member: Member;
  readonly status: Status;
}

/** Who leads: of several who believe so, the one in the latest term. A place in `statuses`. */
export function leaderAmong(statuses: readonly (Status | undefined)[]): number | undefined {
  const leading = statuses
    .flatMap((status, at) => (status?.role === Role.LEADER ? [{ at, term: status.term }] : []))
    .sort((one, other) => other.term - one.term);
  return leading[0]?.at;
}

/** Asks each once. @param askMs how long each has to answer. @returns undefined when nobody leads. */
export async function findLeader<Member extends Asked>(
  members: readonly Member[],
  askMs?: number,
): Promise<Leader<Member> | undefined> {
  const statuses = await statusesOf(
    members.map(({ place }) => place.peer),
    askMs,
  );
  const at = leaderAmong(statuses) ?? -1;
  const [member, status] = [members[at], statuses[at]];
  return member === undefined || status === undefined ? undefined : { at, member, status };
}

/** Asks until one leads. Rejects when that takes longer than `limitMs`. */
export const awaitLeader = <Member extends Asked>(
  members: readonly Member[],
  limitMs: number,
  askMs?: number,
): Promise<Leader<Member>> => until('somebody leads', limitMs, () => findLeader(members, askMs));
