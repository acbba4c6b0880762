import { KIND } from '../api/cluster.ts';
import type { RobustMQCluster } from '../api/cluster.ts';
import type { Ownership } from '../plan/observation.ts';
import { childLabels } from '../resources/metadata.ts';

export interface Owned {
  readonly metadata?:
    | {
        readonly uid?: string;
        readonly resourceVersion?: string;
        readonly labels?: Readonly<Record<string, string>>;
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

/** Labels that say who made an object, and for whom. */
const MARKS = ['app.kubernetes.io/managed-by', 'app.kubernetes.io/instance'] as const;

/**
 * Whose an object is, by who controls it. One that nobody controls was left behind by a resource of this
 * name, and is taken over, if its labels say so; any other is somebody's who needs no controller.
 */
export function ownershipOf(
  { metadata: { uid, name } }: RobustMQCluster,
  { metadata }: Owned,
): Ownership {
  const controllers = metadata?.ownerReferences?.filter(({ controller }) => controller === true);
  if (controllers === undefined || controllers.length === 0) {
    const own = childLabels(name);
    return MARKS.every((label) => metadata?.labels?.[label] === own[label]) ? 'ours' : 'foreign';
  }
  const others = controllers.filter((owner) => owner.uid !== uid);
  if (others.length === 0) return 'ours';
  return others.every((owner) => owner.kind === KIND && owner.name === name)
    ? 'leaving'
    : 'foreign';
}
