/** Everything that was seen of one cluster, at one time, as plain data. */
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Bootstrap, RobustMQCluster } from '../api/cluster.ts';

export interface Observation {
  readonly now: { readonly ms: number; /** RFC 3339. */ readonly text: string };
  readonly cluster: RobustMQCluster;
  /** All children but the StatefulSet, in the order to apply them. */
  readonly children: readonly SeenChild[];
  readonly statefulSet?: SeenStatefulSet;
  readonly pods: readonly SeenPod[];
  readonly volumes: readonly SeenVolume[];
  /** By pod: how long the learner in it has received nothing, in ms. */
  readonly learnerIdleMs: Readonly<Record<string, number>>;
}

/**
 * How a child compares to what the spec makes of it. `foreign`: its name is taken by others.
 * `unwanted`: it is ours, and neither the spec nor any pod needs it.
 */
export type ChildState = 'current' | 'missing' | 'differs' | 'foreign' | 'unwanted';

export interface SeenChild {
  readonly kind: string;
  readonly name: string;
  readonly state: ChildState;
  /** Undefined while it is missing. */
  readonly uid?: string;
}

export interface SeenStatefulSet {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Other than `replicas`, which is decided. */
  readonly state: Exclude<ChildState, 'missing' | 'unwanted'>;
  readonly replicas: number;
  /** Revision of pods as they would be made now; undefined until the controller has looked. */
  readonly updateRevision?: string;
  /** Written down before the cluster was begun. */
  readonly bootstrap?: Bootstrap;
  /** Whether new volumes would be as large as the spec says. */
  readonly volumeSizeCurrent: boolean;
}

export interface SeenPod {
  readonly name: string;
  readonly uid: string;
  readonly ordinal: number;
  readonly revision: string;
  readonly deleting: boolean;
  /** As kubelet says. */
  readonly ready: boolean;
  /** Why it does not run, for people. */
  readonly problem?: string;
  /** `host:port` of its peer port, by the name that stays the same. */
  readonly peerAddress: string;
  /** What its member says; undefined when it did not answer. */
  readonly status?: Status;
}

export interface SeenVolume {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly ordinal: number;
  readonly deleting: boolean;
  /** Whether it is older than the resource. */
  readonly predates: boolean;
  readonly size: 'current' | 'small' | 'growing' | 'not-expandable';
  /** Whether it is deleted with the resource. */
  readonly owned: boolean;
  /** Whether it can be used only on a node that is gone. */
  readonly nodeLost: boolean;
}
