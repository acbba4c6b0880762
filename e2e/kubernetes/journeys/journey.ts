/** A journey: what is done to a cluster while it is used, and what must hold. */
import type { ConditionType, Reason } from '../../../operator/api/condition.ts';

export type Whose = 'leader' | 'follower';

/** What a person or an accident does. Nothing here waits for the operator but `await` and `settle`. */
export type Step =
  | { readonly does: 'scale'; readonly to: number }
  | { readonly does: 'configure'; readonly settings: Readonly<Record<string, string>> }
  | { readonly does: 'use-image'; readonly image: string }
  | { readonly does: 'pause' | 'resume' }
  | { readonly does: 'delete-pod'; readonly whose: Whose }
  /** SIGKILL to the process in its container. */
  | { readonly does: 'kill'; readonly whose: Whose }
  /** Pod and volume claim are deleted. */
  | { readonly does: 'lose-volume'; readonly whose: Whose }
  | { readonly does: 'delete-children' }
  /** Until the resource gives this reason in one of its conditions. */
  | { readonly does: 'await'; readonly reason: Reason }
  /** Until all is as the spec says. */
  | { readonly does: 'settle' }
  /** Nothing is done, and so much is written. */
  | { readonly does: 'write'; readonly writes: number };

export interface Journey {
  readonly name: string;
  /** Short, and run by CI too. */
  readonly inCi: boolean;
  /** How many members it begins with; recorders know the addresses of `replicasMax`. */
  readonly replicas: number;
  readonly replicasMax: number;
  /** After the cluster has been created. */
  readonly steps: readonly Step[];
  readonly expected: Expected;
}

export interface Expected {
  /** Reasons that must be given, in this order; others may be between them. */
  readonly reasons: readonly Reason[];
  /** Conditions that must not become True. */
  readonly never: readonly ConditionType[];
  /** How many identities come, and how many go for good, after the cluster was created. */
  readonly joins: number;
  readonly leaves: number;
  /** The longest time without an acknowledged write, in either way. */
  readonly gapMsMax: number;
}

/** A step in a few words. */
export function wordsOf(step: Step): string {
  switch (step.does) {
    case 'scale':
      return `scale to ${step.to}`;
    case 'configure':
      return `configure ${Object.entries(step.settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')}`;
    case 'use-image':
      return `image ${step.image}`;
    case 'pause':
    case 'resume':
      return step.does;
    case 'delete-pod':
      return `delete the pod of ${article(step.whose)}`;
    case 'kill':
      return `kill the process of ${article(step.whose)}`;
    case 'lose-volume':
      return `delete pod and volume of ${article(step.whose)}`;
    case 'delete-children':
      return 'delete Services and PodDisruptionBudget';
    case 'await':
      return `until ${step.reason}`;
    case 'settle':
      return 'until all is well';
    case 'write':
      return `${step.writes} writes`;
  }
}

const article = (whose: Whose): string => (whose === 'leader' ? 'the leader' : 'a follower');
