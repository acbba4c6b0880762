/**
 * What the operator says about a cluster: the conditions, and a closed list of reasons.
 *
 * They follow kstatus: Progressing tells that the operator is at work, Stalled that it cannot go on
 * without a person.
 */
export const CONDITION_TYPES = [
  'Ready',
  'Available',
  'Progressing',
  'Degraded',
  'Stalled',
  'Insecure',
] as const;

export type ConditionType = (typeof CONDITION_TYPES)[number];

/** Each reason, and what a person does about it; `docs/runbook.md` has an entry for each. */
export const REASONS = {
  AllMembersReady: 'Nothing to do.',
  QuorumHealthy: 'Nothing to do.',
  PeersAuthenticated: 'Nothing to do.',
  Paused: 'Set spec.paused to false when the repair is over.',
  Deleting: 'Wait: Kubernetes removes the children.',
  Observing: 'Wait: the operator has not looked at it yet.',
  OtherOperator:
    'Two operators are installed: remove one of them. If the one that is named is gone for good, delete status.operator.',

  Bootstrapping: 'Wait: the first member begins the cluster.',
  BootstrapTargetLost:
    'The volume of the first member was lost while the cluster began. Delete the resource and its volumes, and create it again.',
  BootstrapRefused:
    'Volumes hold data of members that are in no cluster. Look at them before any is deleted.',
  OtherCluster:
    'The members form another cluster than status.clusterId names. If theirs is the right one, delete status.clusterId; no volume has to be deleted.',
  ForeignMember: 'Volumes hold data of another cluster. Move it away, or delete those volumes.',

  ChangingMembers: 'Wait: members come or go, one safe step at a time.',
  ScalingOut: 'Wait: new members catch up before they vote.',
  ScalingIn: 'Wait: members are removed, then their pods and volumes.',
  ReplacingMember: 'Wait: a lost member is replaced.',
  RollingOut: 'Wait: members take the new image or configuration one at a time.',
  GrowingVolumes: 'Wait: volumes grow.',
  TransferringLeadership: 'Wait: the leader hands over before its turn.',
  IssuingCertificates: 'Wait: certificates are issued or renewed.',
  RotatingAuthority:
    'Wait: another authority signs certificates; each step waits for all members. If it lasts, look at the named pod.',
  ApplyingChildren: 'Wait: objects are brought in line with the spec.',

  NoLeader:
    'Wait for an election; if it lasts, look at the logs of the members, and delete the Node of a machine that never comes back.',
  WaitingForPods:
    'Look at the pods: kubectl describe pod says why they do not start, or cannot be scheduled.',
  WaitingForVolume: 'Look at the volumes: kubectl describe pvc says why they are not bound.',
  MemberUnhealthy: 'Look at the named member: pod, log, volume.',
  MemberBroken:
    'Its directory is damaged, foreign or an older copy. Look at its log; delete pod and volume to have it replaced.',
  UnsafeToProceed: 'Bring the named members back: another one cannot be taken away safely.',
  LearnerStuck:
    'A new member does not catch up. Look at its log and disk; delete pod and volume to try again.',
  ReplacementBudgetSpent:
    'Too many members were replaced within the period. Find out why; then wait, or raise spec.meta.remediation.attempts.',
  VolumeLost:
    'The node of a volume is gone. Delete the named volume and pod, or set spec.meta.remediation.replaceLostVolume.',
  VolumeNotExpandable:
    'The StorageClass does not let volumes grow: allow it, or delete volume and pod of one member after the other.',
  QuorumLost:
    'Most members are lost. Bring them back; if they are lost for good, copy status.incident into spec.meta.recovery.',
  RecoveryRefused:
    'spec.meta.recovery does not name this incident and its furthest survivor: compare it with status.incident.',
  Recovering: 'Wait: one survivor becomes the first member of a new cluster.',
  DowngradeRefused: 'Name a version or an image that is not older than what members run.',
  ChildNotOurs: 'An object with the name of a child belongs to somebody else: remove it.',
  ChildRefused:
    'The API server refuses an object as the spec makes it: mend what the message names, in the spec or in the webhook.',
  CertificatesInvalid:
    'The named Secret cannot be used: it needs tls.crt, tls.key and ca.crt, as the message says. Members go on with what they have.',
  TLSDisabled: 'Everybody who reaches port 1230 may change the cluster: use it for tests only.',
} as const;

export type Reason = keyof typeof REASONS;

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A condition as it is decided: without times. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  readonly reason: Reason;
  /** For people. */
  readonly message: string;
}

/** A condition as it stands in the status. */
export interface StatusCondition {
  type: string;
  status: ConditionStatus;
  observedGeneration?: number;
  lastTransitionTime: string;
  reason: string;
  message: string;
}

/**
 * The conditions to write: each keeps its time while its status is the same.
 *
 * @param now RFC 3339.
 */
export function mergeConditions(
  before: readonly StatusCondition[],
  decided: readonly Condition[],
  generation: number,
  now: string,
): StatusCondition[] {
  return decided.map((each) => {
    const old = before.find(({ type }) => type === each.type);
    return {
      ...each,
      observedGeneration: generation,
      lastTransitionTime: old?.status === each.status ? old.lastTransitionTime : now,
    };
  });
}
