/** The leader's side of AppendEntries (paper §5.3), with a window of messages in flight per member. */
import { emit, send } from '../emit.ts';
import { entryBytes, type Entry } from '../entry.ts';
import { advance, ORIGIN, type Index, type LogPosition, type MemberId } from '../ids.ts';
import { acknowledge, add } from './inflight.ts';
import type { Input } from '../input.ts';
import { invariant } from '../invariant.ts';
import { entriesAfter, highestAtOrBelow, lastIndexOf, termAt } from '../log/log.ts';
import type { AppendAccepted, AppendRejected } from '../message.ts';
import {
  becomeProbe,
  becomeReplicate,
  becomeSnapshot,
  isPaused,
  type Progress,
} from './progress.ts';
import { termOf, type Leader, type Raft } from '../raft.ts';

/** Sends every member what it lacks, as far as its window allows. */
export function replicate(raft: Raft, role: Leader): void {
  // Without pairs: this runs in every step of a leader.
  role.progress.forEach((progress, id) => {
    if (id !== raft.id) replicateTo(raft, id, progress);
  });
}

function replicateTo(raft: Raft, to: MemberId, progress: Progress): void {
  while (!isPaused(progress)) {
    const after = advance(progress.next, -1);
    if (termAt(raft.log, after) === undefined) {
      becomeSnapshot(progress);
      emit(raft, { kind: 'sendSnapshot', to, term: termOf(raft) });
      return;
    }
    if (after === lastIndexOf(raft.log) && progress.state === 'replicate') return;
    const entries = entriesAfter(raft.log, after, raft.options.appendBytesMax);
    if (entries === undefined) {
      progress.fetching = true;
      emit(raft, {
        kind: 'fetch',
        to,
        term: termOf(raft),
        after,
        bytesMax: raft.options.appendBytesMax,
      });
      return;
    }
    sendAppend(raft, to, progress, entries);
  }
}

/** Sends one append, ahead of its answer when replicating. */
function sendAppend(raft: Raft, to: MemberId, progress: Progress, entries: readonly Entry[]): void {
  const previous = advance(progress.next, -1);
  const term = termAt(raft.log, previous);
  invariant(term !== undefined, 'an append begins behind an entry whose term is known', {
    to,
    previous,
  });
  send(raft, {
    kind: 'append',
    from: raft.id,
    to,
    term: termOf(raft),
    previous: { index: previous, term },
    entries,
    commit: raft.commit,
  });
  progress.sentCommit = Math.min(raft.commit, previous + entries.length) as Index;
  if (progress.state === 'probe') {
    progress.paused = true;
    return;
  }
  const last = entries.at(-1);
  if (last === undefined) return;
  progress.next = advance(last.index);
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(entry);
  add(progress.inflight, last.index, bytes);
}

/**
 * Tells members of commits that no append has carried to them. Not at once but when time passes:
 * under load the next append says it, and a message for each commit would cost as much as it.
 */
export function tellCommits(raft: Raft, role: Leader): void {
  for (const [id, progress] of role.progress) {
    if (id !== raft.id) tellCommit(raft, id, progress);
  }
}

/** Tells a member what is committed, if that is news to it. */
export function tellCommit(raft: Raft, to: MemberId, progress: Progress): void {
  const commit = commitOf(raft, progress);
  if (progress.state !== 'replicate' || commit.index <= progress.sentCommit) return;
  progress.sentCommit = commit.index;
  send(raft, { kind: 'committed', from: raft.id, to, term: termOf(raft), commit });
}

/** What is committed, as far as a member is known to have it. */
export function commitOf(raft: Raft, progress: Progress): LogPosition {
  const index = raft.commit < progress.match ? raft.commit : progress.match;
  const term = termAt(raft.log, index);
  return term === undefined ? ORIGIN : { index, term };
}

/**
 * Finds out whether messages were lost: an answer to an append without entries shows where the
 * member stands. Sent once per heartbeat, past a full window too.
 */
export function nudge(raft: Raft, to: MemberId, progress: Progress): void {
  if (progress.regressed || progress.fetching) return;
  if (progress.state === 'probe') progress.paused = false;
  if (progress.state !== 'replicate' || progress.match >= lastIndexOf(raft.log)) return;
  if (termAt(raft.log, advance(progress.next, -1)) === undefined)
    becomeProbe(progress, progress.next);
  else sendAppend(raft, to, progress, []);
}

/** A member's disk holds the log up to `match`. */
export function onAppendAccepted(raft: Raft, progress: Progress, message: AppendAccepted): void {
  invariant(
    message.match <= lastIndexOf(raft.log),
    'a member matches no more than the leader has',
    {
      from: message.from,
      match: message.match,
      last: lastIndexOf(raft.log),
    },
  );
  if (message.match < progress.match) return;
  progress.match = message.match;
  if (progress.next <= progress.match) progress.next = advance(progress.match);
  acknowledge(progress.inflight, message.match);
  const known = termAt(raft.log, progress.match) !== undefined;
  if (progress.state === 'probe' || (progress.state === 'snapshot' && known))
    becomeReplicate(progress);
}

/** The logs differ, or there is a gap: try again where they may agree. */
export function onAppendRejected(raft: Raft, progress: Progress, message: AppendRejected): void {
  if (progress.state === 'snapshot' || message.previous <= progress.match) return;
  if (progress.state === 'replicate') {
    becomeProbe(progress, advance(progress.match));
    return;
  }
  if (message.previous !== progress.next - 1) return;
  const agree = highestAtOrBelow(raft.log, message.hint.index, message.hint.term) ?? ORIGIN;
  becomeProbe(progress, advance(agree.index));
}

/** Entries that had left memory came from the log store. */
export function onFetched(
  raft: Raft,
  role: Leader,
  input: Extract<Input, { kind: 'fetched' }>,
): void {
  const progress = role.progress.get(input.to);
  if (progress === undefined || !progress.fetching || input.term !== termOf(raft)) return;
  progress.fetching = false;
  if (isPaused(progress) || input.after !== progress.next - 1 || input.entries.length === 0) return;
  if (termAt(raft.log, input.after) === undefined) return;
  invariant(
    input.entries[0]?.index === advance(input.after),
    'fetched entries follow what was asked for',
    {
      after: input.after,
      first: input.entries[0]?.index,
    },
  );
  sendAppend(raft, input.to, progress, input.entries);
}

/** A snapshot was delivered, not yet installed; or it was not. */
export function onSnapshotSent(
  raft: Raft,
  role: Leader,
  input: Extract<Input, { kind: 'snapshotSent' }>,
): void {
  const progress = role.progress.get(input.to);
  if (progress?.state !== 'snapshot' || input.term !== termOf(raft)) return;
  becomeProbe(progress, input.delivered ? advance(input.index) : progress.next);
  progress.paused = true;
}

/** The oldest index that some member in contact still needs from the log. */
export function neededFrom(raft: Raft, role: Leader): Index {
  let needed = raft.applied;
  for (const [id, progress] of role.progress) {
    if (id === raft.id || progress.heardMs + raft.options.electionTimeoutMs < raft.nowMs) continue;
    if (progress.match < needed) needed = progress.match;
  }
  return needed;
}
