/** Everything that was seen of one cluster, at one time, as plain data. */
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Bootstrap, RobustMQCluster } from '../api/cluster.ts';

export interface Observation {
  readonly now: { readonly ms: number; /** RFC 3339. */ readonly text: string };
  readonly cluster: RobustMQCluster;
  /** Who looks: namespace and name of this installation of the operator. */
  readonly operator: string;
  /** All children but the StatefulSet, in the order to apply them. */
  readonly children: readonly SeenChild[];
  readonly statefulSet?: SeenStatefulSet;
  /** Why the API server takes no StatefulSet such as the spec makes, in its words. */
  readonly statefulSetRefusal?: string;
  /** Why the API server did not take a change, in its words, by the key of the change. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly pods: readonly SeenPod[];
  readonly volumes: readonly SeenVolume[];
  /** Undefined where TLS is disabled. */
  readonly tls?: SeenTls;
  /** By directory: how long a learner has received nothing, in ms. */
  readonly learnerIdleMs: Readonly<Record<string, number>>;
}

/**
 * `leaving`: of a resource of this name that is no more, so that Kubernetes takes it away. `foreign`:
 * somebody else has the name.
 */
export type Ownership = 'ours' | 'leaving' | 'foreign';

/**
 * How a child compares to what the spec makes of it, or whose it is if it is not ours. `unwanted`:
 * neither the spec nor any pod needs it.
 */
export type ChildState =
  'current' | 'missing' | 'differs' | 'unwanted' | Exclude<Ownership, 'ours'>;

export interface SeenChild {
  readonly kind: string;
  readonly name: string;
  readonly state: ChildState;
  /** Why the API server does not take it as the spec makes it, in its words. */
  readonly refusal?: string;
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
  /** What it runs, as its spec names it. */
  readonly image: string;
  readonly deleting: boolean;
  /** As kubelet says, or the node controller when it does not hear from kubelet. */
  readonly ready: boolean;
  /** As kubelet said last. */
  readonly containersReady: boolean;
  /** Why it does not run, for people. */
  readonly problem?: string;
  /** `host:port` of its peer port, by the name that stays the same. */
  readonly peerAddress: string;
  /** What its member says; undefined when it did not answer. */
  readonly status?: Status;
}

/** The Secrets with certificates. */
export interface SeenTls {
  /** The operator's own; undefined where certificates are given. */
  readonly authority?: SeenSecret;
  /** What members prove themselves with. */
  readonly peer: SeenSecret;
  /** What the operator proves itself with. */
  readonly operator: SeenSecret;
}

export interface SeenSecret {
  readonly name: string;
  /** Undefined while it is missing. */
  readonly resourceVersion?: string;
  readonly ownership: Ownership;
  /** Why it cannot be used, for people. */
  readonly problem?: string;
  /** Undefined when there is a problem. */
  readonly certificate?: SeenCertificate;
  /** Whom its holder believes, by fingerprint. */
  readonly authorities: readonly string[];
}

/** What is known of a certificate; of its key, nothing. */
export interface SeenCertificate {
  /** SHA-256, in hexadecimal digits. */
  readonly fingerprint: string;
  /** Unix time in ms. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Fingerprint of the authority that signed it; undefined if nobody knows that one. */
  readonly signedBy?: string;
  /** Of that authority: nobody believes a certificate before. */
  readonly signerNotBeforeMs?: number;
}

export interface SeenVolume {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly ordinal: number;
  readonly deleting: boolean;
  /** Whether it is older than the resource. */
  readonly predates: boolean;
  /** Whether it is not older than the StatefulSet that is there. */
  readonly fresh: boolean;
  /** `current`: also of one that is not bound yet, and cannot grow before. */
  readonly size: 'current' | 'small' | 'growing' | 'not-expandable';
  /** Whether it is deleted with the resource. */
  readonly owned: boolean;
  /** Whether it goes with a resource of this name that is no more. */
  readonly leaving: boolean;
  /** Whether there is anything behind it: one that is not bound has never held a member. */
  readonly bound: boolean;
  /** Whether it can be used only on a node that is gone. */
  readonly nodeLost: boolean;
}
