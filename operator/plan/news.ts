/** What people are told, as Events: each thing that is done, and when a person is needed, or no more. */
import type { ClusterStatus } from '../api/cluster.ts';
import type { Reason } from '../api/condition.ts';
import type { Action } from './action.ts';

export interface News {
  readonly type: 'Normal' | 'Warning';
  readonly reason: Reason;
  /** What was done, in CamelCase. */
  readonly action: string;
  readonly message: string;
}

/** The news of an action that was carried out; undefined for a status in which no stall begins or ends. */
export function newsOf(
  before: ClusterStatus | undefined,
  action: Action,
  reason: Reason,
  message: string,
): News | undefined {
  if (action.kind !== 'write-status') {
    return { type: 'Normal', reason, action: camelCase(action.kind), message };
  }
  const [was, is] = [stallIn(before), stallIn(action.status)];
  if (is === was) return undefined;
  return is === undefined
    ? {
        type: 'Normal',
        reason,
        action: 'GoOn',
        message: `no person is needed any more; ${message}`,
      }
    : { type: 'Warning', reason, action: 'Stall', message };
}

/**
 * The news of an action of which nobody knows yet whether it was carried out. That a person is needed is
 * so whether or not it was written down.
 */
export const unanswered = ({ kind }: Action, news: News): News =>
  kind === 'write-status'
    ? news
    : { ...news, message: `${news.message}; no answer came, and it may not have been done` };

/** That the API server, or who it asks, takes no such change: it is tried again. */
export const refused = (news: News, refusal: string): News => ({
  ...news,
  type: 'Warning',
  message: `${news.message}; the API server refuses it: ${refusal}`,
});

/** That another operator has the cluster: in its status this one may not say so. */
export const newsOfOther = ({
  reason,
  message,
}: Pick<News, 'reason' | 'message'>): News | undefined =>
  reason === 'OtherOperator'
    ? { type: 'Warning', reason, action: 'LeaveAlone', message }
    : undefined;

/** Why a person is needed; undefined if nobody is. */
function stallIn(status: ClusterStatus | undefined): string | undefined {
  const stalled = status?.conditions?.find(({ type }) => type === 'Stalled');
  return stalled?.status === 'True' ? `${stalled.reason}: ${stalled.message}` : undefined;
}

const camelCase = (kind: string): string =>
  kind.replace(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
