import { KIND } from '../api/cluster.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import type { Ownership } from '../plan/observation.ts';

export interface Owned {
  readonly metadata?:
    | {
        readonly uid?: string;
        readonly resourceVersion?: string;
        readonly ownerReferences?: readonly Owner[];
      }
    | undefined;
}

interface Owner {
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

/** Whose an object is, by who controls it. One that nobody controls was left behind, and is taken over. */
export function ownershipOf(
  { metadata: { uid, name } }: RobustMQCluster,
  { metadata }: Owned,
): Ownership {
  const others = metadata?.ownerReferences?.filter(
    (owner) => owner.controller === true && owner.uid !== uid,
  );
  if (others === undefined || others.length === 0) return 'ours';
  return others.every((owner) => owner.kind === KIND && owner.name === name)
    ? 'leaving'
    : 'foreign';
}
