import { clear, createInflight, isFull, type Inflight } from './inflight.ts';
import { advance, type Index, type MemberId } from '../ids.ts';
import type { Options } from '../options.ts';

/**
 * How a leader sends its log to one member.
 *
 *   probe ──accepted──▶ replicate     one message at a time until both logs are known to agree,
 *     ▲ ◀──rejected───────┘           then a window of messages, sent ahead of their answers
 *     │
 *     └─sent or failed── snapshot ◀── either, when what is needed is compacted away
 */
export type ProgressState = 'probe' | 'replicate' | 'snapshot';

/** What a leader knows of one member, itself included; made anew in every term. */
export interface Progress {
  state: ProgressState;
  /** The member's disk holds the leader's log up to here. Never goes back. */
  match: Index;
  /** The next entry to send; always behind `match`. */
  next: Index;
  /** `probe`: the message is out; nothing more until an answer or a heartbeat's reply. */
  paused: boolean;
  /** The entries to send next are being read from the log store. */
  fetching: boolean;
  readonly inflight: Inflight;
  /** The highest commit index it was told of. */
  sentCommit: Index;
  /** When the member answered last. */
  heardMs: number;
  /** The last heartbeat round it answered … */
  round: number;
  /** … and the last it answered with a promise to grant no vote. */
  leaseRound: number;
  /** What it had acknowledged when a round began: its answer to that round must not end before. */
  acknowledged: { readonly round: number; readonly match: Index } | undefined;
  /** Its log was found shorter than what it had acknowledged: it counts for nothing. */
  regressed: boolean;
  spaceLow: boolean;
}

/** A member about which nothing is known but that it exists. */
export function createProgress(next: Index, nowMs: number, options: Options): Progress {
  return {
    state: 'probe',
    match: 0 as Index,
    next,
    paused: false,
    fetching: false,
    inflight: createInflight(options.inflightMessagesMax, options.inflightBytesMax),
    sentCommit: 0 as Index,
    heardMs: nowMs,
    round: 0,
    leaseRound: 0,
    acknowledged: undefined,
    regressed: false,
    spaceLow: false,
  };
}

/** Whether nothing may be sent at the moment. */
export const isPaused = (progress: Progress): boolean =>
  progress.regressed ||
  progress.fetching ||
  progress.state === 'snapshot' ||
  (progress.state === 'probe' ? progress.paused : isFull(progress.inflight));

/** Starts over behind what is known to match. */
export function becomeProbe(progress: Progress, next: Index): void {
  progress.state = 'probe';
  progress.paused = false;
  progress.fetching = false;
  progress.next = next > progress.match ? next : advance(progress.match);
  clear(progress.inflight);
}

/** Both logs agree up to `match`: sends ahead from there, and what was sent before counts as lost. */
export function becomeReplicate(progress: Progress): void {
  progress.state = 'replicate';
  progress.paused = false;
  progress.next = advance(progress.match);
  clear(progress.inflight);
}

/** Sends no entries until the snapshot is delivered or has failed, or the member matches an entry that is still there. */
export function becomeSnapshot(progress: Progress): void {
  progress.state = 'snapshot';
  progress.fetching = false;
  clear(progress.inflight);
}

/** Keeps a progress for exactly the members with these ids. */
export function trackMembers(
  progress: Map<MemberId, Progress>,
  ids: ReadonlySet<MemberId>,
  create: () => Progress,
): void {
  for (const id of progress.keys()) if (!ids.has(id)) progress.delete(id);
  for (const id of ids) if (!progress.has(id)) progress.set(id, create());
}
