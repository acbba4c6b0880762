/**
 * One round for one cluster: look, decide, do at most one thing. What cannot be taken back is decided
 * twice, and the second time on objects as they are, not as the cache had them.
 */
import { act } from '../act/act.ts';
import { AdminError } from '../admin/admin-error.ts';
import type { Members } from '../admin/members.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import type { Reason } from '../api/condition.ts';
import type { Kubernetes, Place, Reader } from '../kube/api.ts';
import { KubeError } from '../kube/kube-error.ts';
import { noteRefusal } from '../observe/drift.ts';
import { observe } from '../observe/observe.ts';
import type { Memory, Observed } from '../observe/observe.ts';
import { forgetRefusal, noteRefusedChange } from '../observe/refusals.ts';
import type { Action } from '../plan/action.ts';
import { newsOf, newsOfOther, refused, unanswered } from '../plan/news.ts';
import type { News } from '../plan/news.ts';
import { plan } from '../plan/plan.ts';
import type { Decision } from '../plan/plan.ts';
import { sameData } from '../plan/same-data.ts';
import { childKind } from '../resources/kinds.ts';
import type { Installation } from '../resources/context.ts';
import type { Certificates } from '../tls/certificates.ts';

/** What a round works with. */
export interface Parts {
  /** Objects as of a moment ago; of kinds that are not watched, as they are. */
  readonly cache: Reader;
  readonly kubernetes: Kubernetes;
  readonly members: Members;
  readonly certificates: Certificates;
  readonly installation: Installation;
  /** Namespace and name of this installation: no other one has its clusters. */
  readonly operator: string;
  /** Unix time in ms. */
  readonly nowMs: () => number;
  /** In ms since some time; nobody puts it ahead or back. */
  readonly steadyMs: () => number;
  /** Throws when another process may have taken over. */
  readonly requireLeadership: () => void;
  /** Tells people what was done, and when they are needed. */
  readonly tell: (cluster: RobustMQCluster, news: News) => void;
}

export type Outcome =
  /** There is no such cluster. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'settled' }
  | { readonly kind: 'waiting'; readonly reason: Reason; readonly message: string }
  | { readonly kind: 'acted'; readonly action: Action }
  /** The cache was behind: as things are, something else is to be done. */
  | { readonly kind: 'behind' };

/**
 * Whether an action is decided twice. Those that are not can do no harm: they carry the version that
 * they change, or only bring an object to what the spec says.
 */
const DECIDED_TWICE: Readonly<Record<Action['kind'], boolean>> = {
  'write-status': false,
  'apply-child': false,
  'grow-volume': false,
  'own-volume': false,
  'disown-volume': false,
  // Twice at once would be two authorities.
  'issue-authority': true,
  'issue-certificate': true,
  'delete-child': true,
  'apply-stateful-set': true,
  'orphan-stateful-set': true,
  'delete-pod': true,
  'delete-volume': true,
  bootstrap: true,
  'change-membership': true,
  transfer: true,
  recover: true,
};

/**
 * Fails with a KubeError or an AdminError; whatever was done, the next round sees. What may have been done
 * is told as well.
 */
export async function reconcile(
  parts: Parts,
  memory: Memory,
  place: Place & { readonly namespace: string },
): Promise<Outcome> {
  const { kubernetes, cache, members, certificates } = parts;
  const look = (reader: Reader): Promise<Observed | undefined> =>
    observe({ ...parts, reader, writer: kubernetes }, memory, place);
  let seen = await look(cache);
  if (seen === undefined) return { kind: 'gone' };
  const decision = plan(seen.observation);
  tellOfOther(parts, memory, seen.objects.cluster, decision);
  if (decision.kind !== 'act') return restOf(decision);
  const { action, reason, message } = decision;
  if (DECIDED_TWICE[action.kind]) {
    seen = await look(kubernetes);
    if (seen === undefined) return { kind: 'gone' };
    const again = plan(seen.observation);
    if (again.kind !== 'act' || !sameData(again.action, action)) return { kind: 'behind' };
  }
  parts.requireLeadership();
  const { cluster } = seen.objects;
  const news = newsOf(cluster.status, action, reason, message);
  try {
    await act({ writer: kubernetes, members, certificates }, seen, action);
  } catch (error) {
    // If it was done, no later round does it, nor tells it.
    if (news !== undefined && isUnanswered(error)) parts.tell(cluster, unanswered(action, news));
    const refusal = error instanceof KubeError ? error.refusal : undefined;
    if (news !== undefined && refusal !== undefined) parts.tell(cluster, refused(news, refusal));
    if (refusal !== undefined) noteRefused(parts, memory, cluster, action, refusal);
    throw error;
  }
  forgetRefusal(memory.refusals, action);
  if (news !== undefined) parts.tell(cluster, news);
  return { kind: 'acted', action };
}

/** The status is to say so: what cannot be made is looked at as refused, until it is not. */
function noteRefused(
  { steadyMs }: Parts,
  { drift, refusals }: Memory,
  { metadata: { namespace, generation } }: RobustMQCluster,
  action: Action,
  refusal: string,
): void {
  const noting = { memory: drift, steadyMs: steadyMs() };
  if (action.kind === 'apply-child') {
    const at = { namespace, name: action.name };
    noteRefusal(noting, childKind(action.child), at, refusal);
  }
  noteRefusedChange({ ...noting, memory: refusals }, generation, action, refusal);
}

const isUnanswered = (error: unknown): boolean =>
  (error instanceof KubeError || error instanceof AdminError) && error.code === 'unknown';

/** Once, for as long as it is the same one. */
function tellOfOther(
  { tell }: Parts,
  memory: Memory,
  cluster: RobustMQCluster,
  decision: Decision,
): void {
  const news = decision.kind === 'wait' ? newsOfOther(decision) : undefined;
  if (news !== undefined && news.message !== memory.other) tell(cluster, news);
  memory.other = news?.message;
}

const restOf = (decision: Exclude<Decision, { readonly kind: 'act' }>): Outcome =>
  decision.kind === 'settled'
    ? decision
    : { kind: 'waiting', reason: decision.reason, message: decision.message };
