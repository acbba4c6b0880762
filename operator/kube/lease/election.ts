/**
 * Who leads, by a Lease (coordination.k8s.io/v1). Pure: from what is known to one thing to do.
 *
 * Clocks of others are not trusted: a lease has ended when it was seen unchanged for as long as it says,
 * by the own clock. Whoever holds it stops to lead by itself, earlier than anybody else may begin.
 */

export interface LeaseTimings {
  /** Another one may lead when the holder was not heard of for so long. */
  readonly leaseMs: number;
  /** The holder leads no more when it could not renew for so long; shorter. */
  readonly renewMs: number;
  /** Between two attempts. */
  readonly retryMs: number;
}

/** The part of a Lease that decides. */
export interface LeaseRecord {
  /** Empty: nobody. */
  readonly holder: string;
  /** Changes with every renewal. */
  readonly renewTime: string;
  /** Counts holders. */
  readonly transitions: number;
  readonly leaseSeconds: number;
  readonly resourceVersion: string;
}

/** What one candidate knows; times are of its own monotonic clock, in ms. */
export interface Candidate {
  readonly identity: string;
  readonly seen: LeaseRecord | undefined;
  /** When `seen` was seen first. */
  readonly seenAtMs: number;
  /** It leads until then, unless it renews; undefined: it does not lead. */
  readonly leadsUntilMs: number | undefined;
}

export const newCandidate = (identity: string): Candidate => ({
  identity,
  seen: undefined,
  seenAtMs: 0,
  leadsUntilMs: undefined,
});

/** After the Lease was read. A holder that is somebody else ends the own leadership. */
export function afterRead(
  candidate: Candidate,
  record: LeaseRecord | undefined,
  nowMs: number,
): Candidate {
  const mine = record?.holder === candidate.identity;
  const same =
    record !== undefined &&
    candidate.seen?.renewTime === record.renewTime &&
    candidate.seen.holder === record.holder;
  return {
    ...candidate,
    seen: record,
    seenAtMs: same ? candidate.seenAtMs : nowMs,
    leadsUntilMs: mine ? candidate.leadsUntilMs : undefined,
  };
}

/** After it was written under the own name; it holds from before the write was begun. */
export const afterWrite = (
  candidate: Candidate,
  record: LeaseRecord,
  begunMs: number,
  { renewMs }: LeaseTimings,
): Candidate => ({
  ...candidate,
  seen: record,
  seenAtMs: begunMs,
  leadsUntilMs: begunMs + renewMs,
});

/** Whether to write the Lease under the own name. One that leads renews, and takes nothing by force. */
export function mayWrite({ identity, seen, seenAtMs }: Candidate, nowMs: number): boolean {
  if (seen === undefined || seen.holder === '' || seen.holder === identity) return true;
  return nowMs - seenAtMs >= seen.leaseSeconds * 1000;
}

export const leads = ({ leadsUntilMs }: Candidate, nowMs: number): boolean =>
  leadsUntilMs !== undefined && nowMs < leadsUntilMs;
