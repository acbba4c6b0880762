/** What one concern has to say: nothing (undefined), wait, or do this. */
import type { ClusterStatus } from '../api/cluster.ts';
import type { Reason } from '../api/condition.ts';
import type { Action } from './action.ts';

/** Parts of the status that a step wants written before it is carried out. */
export type Record = Pick<
  ClusterStatus,
  'bootstrap' | 'incident' | 'recovery' | 'replacements' | 'learnerRetries'
>;

interface Explained {
  readonly reason: Reason;
  /** What is waited for or done, for people; the same words as long as it is the same thing. */
  readonly message: string;
  readonly record?: Record;
}

export interface Wait extends Explained {
  readonly kind: 'wait';
  /**
   * `templates`: nothing may be changed that the StatefulSet makes, members may. `changes`: what takes away
   * no healthy voter may still be done. `all`: nothing may. `nothing`: all may; it is told when nothing else
   * asks for a person.
   */
  readonly holds: 'all' | 'changes' | 'templates' | 'nothing';
  /** Only a person can go on from here. */
  readonly stalled: boolean;
}

export interface Act extends Explained {
  readonly kind: 'act';
  readonly action: Action;
}

export type Step = Wait | Act;

/** Waiting for something that comes by itself. */
export const wait = (reason: Reason, message: string, holds: Wait['holds'] = 'changes'): Wait => ({
  kind: 'wait',
  reason,
  message,
  holds,
  stalled: false,
});

/** Waiting for a person. */
export const stall = (reason: Reason, message: string, record?: Record): Wait => ({
  ...wait(reason, message),
  stalled: true,
  ...(record && { record }),
});

/** Members that are lost have others in their places meanwhile. */
export const holdingTemplates = (step: Wait): Wait => ({ ...step, holds: 'templates' });

export const act = (reason: Reason, message: string, action: Action, record?: Record): Act => ({
  kind: 'act',
  reason,
  message,
  action,
  ...(record && { record }),
});
