/** Changes of objects that the API server does not take: they are told, and what else is to be done goes on. */
import type { Action } from './action.ts';
import type { Observation } from './observation.ts';
import { holdingTemplates, stall } from './step.ts';
import type { Act, Step } from './step.ts';

/** A change of which is remembered that it was refused. */
export type Change = Extract<
  Action,
  { readonly kind: 'apply-stateful-set' | 'grow-volume' | 'own-volume' | 'disown-volume' }
>;

/** Undefined for an action that is none of those. */
export function changeOf(action: Action): Change | undefined {
  switch (action.kind) {
    case 'apply-stateful-set':
    case 'grow-volume':
    case 'own-volume':
    case 'disown-volume':
      return action;
    case 'apply-child':
    case 'issue-authority':
    case 'issue-certificate':
    case 'delete-child':
    case 'orphan-stateful-set':
    case 'delete-pod':
    case 'delete-volume':
    case 'bootstrap':
    case 'change-membership':
    case 'transfer':
    case 'recover':
    case 'write-status':
      return undefined;
  }
}

/** The same for the same change, over whatever version of the object. */
export function keyOf(change: Change): string {
  if (change.kind !== 'apply-stateful-set') return `${change.kind} ${change.volume}`;
  const { kind, replicas, bootstrap } = change;
  return `${kind} ${replicas} ${bootstrap?.clusterId ?? ''} ${bootstrap?.directory ?? ''}`;
}

/** The API server's words; undefined for what it was not asked, or may take by now. */
function whyRefused({ refusals }: Observation, action: Action): string | undefined {
  const change = changeOf(action);
  return change && refusals[keyOf(change)];
}

export const isRefused = (seen: Observation, { action }: Act): boolean =>
  whyRefused(seen, action) !== undefined;

/** The first that is not refused; if all are, the first of them. */
export const firstTaken = (seen: Observation, acts: readonly Act[]): Act | undefined =>
  acts.find((each) => !isRefused(seen, each)) ?? acts[0];

/** A step that is refused is one that waits for a person; without volumes as they are to be, all else goes on. */
export function unlessRefused(seen: Observation, step: Step | undefined): Step | undefined {
  if (step?.kind !== 'act') return step;
  const { action, message, record } = step;
  const why = whyRefused(seen, action);
  if (why === undefined) return step;
  const stalled = stall('ChildRefused', `${message}; the API server refuses it: ${why}`, record);
  if (action.kind !== 'apply-stateful-set') return { ...stalled, holds: 'nothing' };
  return seen.statefulSet === undefined ? stalled : holdingTemplates(stalled);
}
