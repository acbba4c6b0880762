/** What a simulated broker has the cluster do, by chance. */
import type { ShareGroupMember } from '../../codec/robustmq/share-group.ts';
import type { Prng } from '../prng.ts';
import type { Cluster } from './cluster.ts';

/** Whose errands they are, and what there is of them. */
export interface ErrandsOf {
  readonly cluster: Cluster;
  readonly id: number;
  /** Counts its processes, so that no two name anything alike. */
  readonly life: number;
  /** When this one started, in Unix seconds. */
  readonly startS: bigint;
  /** As it was given when it registered last. */
  readonly epoch: () => bigint;
  readonly prng: Prng;
  readonly clients: string[];
  readonly topics: string[];
  readonly consumers: ShareGroupMember[];
  readonly newName: (kind: string) => string;
}

/** Those of one process. */
export function createErrands(
  of: Pick<ErrandsOf, 'cluster' | 'epoch' | 'id' | 'life' | 'prng' | 'startS'>,
): ErrandsOf {
  let names = 0;
  const newName = (kind: string): string => `${kind}${of.id}.${of.life}.${(names += 1)}`;
  return { ...of, clients: [], topics: [], consumers: [], newName };
}
