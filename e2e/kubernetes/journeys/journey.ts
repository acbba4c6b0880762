/** A journey: what is done to a cluster while it is used, and what must hold. */
import type { Reason } from '../../../operator/api/condition.ts';
import type { Step } from './steps.ts';

export interface Journey {
  readonly name: string;
  /** Short, and run by CI too. */
  readonly inCi?: true;
  /** How many members it begins with; 3 if not set. */
  readonly replicas?: number;
  /** Of the resource, where it is not that of the sample. */
  readonly storage?: { readonly onDelete?: 'Retain'; readonly class?: 'pinned' };
  /** Managed if not set. Secret: a step gives certificates out. */
  readonly tls?: 'Managed' | 'Secret' | 'Disabled';
  /** While the cluster is created. */
  readonly whileCreated?: readonly Step[];
  /** After the cluster has been created. */
  readonly steps: readonly Step[];
  readonly expected: Expected;
}

export interface Expected {
  /** Reasons that must be given, in this order; others may be between them. */
  readonly reasons: readonly Reason[];
  /** Reasons that must not be given at any time. */
  readonly never?: readonly Reason[];
  /**
   * Whether Available stays True, or must become False. Not set: that is told by luck, as while somebody
   * is elected.
   */
  readonly available?: 'throughout' | 'interrupted';
  /** A person is needed: else Stalled must not become True. */
  readonly stalls?: true;
  /** How many identities come, and how many go for good, after the cluster was created; 0 if not set. */
  readonly joins?: number;
  readonly leaves?: number;
  /** As many may come and go again besides, which depends on how soon a step follows another. */
  readonly passing?: number;
  /** The longest time without an acknowledged write, in either way. */
  readonly gapMsMax: number;
  /** No write fails for good: what fails for a moment, the attempts of a broker find whole again. */
  readonly faultless?: true;
  /** By the Service, if that takes longer. */
  readonly serviceGapMsMax?: number;
}

const REPLICAS = 3;

export const replicasOf = ({ replicas = REPLICAS }: Pick<Journey, 'replicas'>): number => replicas;

/** The most members that there are to be at any time. */
export const replicasMaxOf = (journey: Journey): number =>
  Math.max(
    replicasOf(journey),
    ...journey.steps.flatMap((step) => (step.does === 'scale' ? step.to : [])),
  );
