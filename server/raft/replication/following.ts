/** The follower's side: appends and heartbeats of the term's leader (paper §5.3). */
import { appendEntry } from '../log/append-entry.ts';
import { commitTo } from '../log/commit.ts';
import { markUnsaved, send, sendOnceDurable } from '../emit.ts';
import type { Entry } from '../entry.ts';
import { advance, ORIGIN, type Index, type LogPosition, type MemberId } from '../ids.ts';
import { invariant } from '../invariant.ts';
import { contains, highestAtOrBelow, lastIndexOf, termAt, truncateFrom } from '../log/log.ts';
import type { Append, Heartbeat } from '../message.ts';
import { configurationOf, placedOf, termOf, type Raft } from '../raft.ts';
import { becomeFollower } from '../election/roles.ts';
import { electionDelayMs } from '../election/timing.ts';
import { endHandOver } from '../election/transfer.ts';

/** The leader of this term was heard: follow it, and stop doubting it. */
export function hear(raft: Raft, leader: MemberId): void {
  endHandOver(raft, leader);
  const { role } = raft;
  if (role.kind === 'leader') {
    invariant(false, 'a term has one leader', { term: termOf(raft), one: raft.id, other: leader });
  }
  if (role.kind !== 'follower') {
    becomeFollower(raft, termOf(raft), leader);
    return;
  }
  invariant(role.leader === undefined || role.leader === leader, 'a term has one leader', {
    term: termOf(raft),
    one: role.leader,
    other: leader,
  });
  role.leader = leader;
  role.heardMs = raft.nowMs;
  role.suspect = false;
  role.deadlineMs = raft.nowMs + electionDelayMs(raft, false);
}

/**
 * AppendEntries (paper §5.3): answered with what matches, once that is on disk, or with where the
 * logs may still agree. Not answered while a snapshot is installed.
 *
 * @throws InvariantError when it contradicts a committed entry.
 */
export function onAppend(raft: Raft, message: Append): void {
  if (raft.installing !== undefined) return;
  const { previous, entries } = message;
  if (previous.index < raft.commit) {
    accept(raft, message.from, raft.commit);
    return;
  }
  if (!contains(raft.log, previous)) {
    rejectAppend(raft, message);
    return;
  }
  const fresh = entries.findIndex((entry) => termAt(raft.log, entry.index) !== entry.term);
  if (fresh >= 0) takeOver(raft, entries, fresh);
  const match = advance(previous.index, entries.length);
  commitTo(raft, message.commit < match ? message.commit : match);
  accept(raft, message.from, match);
}

/** Replaces what conflicts (paper §5.3), and only that: a message that arrives late must not shorten the log. */
function takeOver(raft: Raft, entries: readonly Entry[], fresh: number): void {
  const first = entries[fresh];
  invariant(
    first !== undefined && first.index > raft.commit,
    'a committed entry is never replaced',
    {
      index: first?.index,
      commit: raft.commit,
    },
  );
  if (first.index <= lastIndexOf(raft.log)) {
    truncateFrom(raft.log, first.index);
    dropConfigurationsFrom(raft, first.index);
    markUnsaved(raft, first.index);
  }
  for (let at = fresh; at < entries.length; at++) {
    const entry = entries[at];
    if (entry !== undefined) appendEntry(raft, entry);
  }
}

function dropConfigurationsFrom(raft: Raft, index: Index): void {
  while (raft.configurations.length > 1 && placedOf(raft).index >= index) {
    raft.configurations.pop();
    raft.configurationSequence = raft.outbox.sequence + 1;
  }
}

/** Tells a leader of an older term about this one; any rejection would do. */
export function rejectStale(raft: Raft, to: MemberId): void {
  send(raft, {
    kind: 'appendRejected',
    from: raft.id,
    to,
    term: termOf(raft),
    previous: 0 as Index,
    hint: ORIGIN,
    last: lastIndexOf(raft.log),
  });
}

/** Commits what the leader names, if it is the very entry that this log has. */
export function onCommitted(raft: Raft, commit: LogPosition): void {
  if (contains(raft.log, commit)) commitTo(raft, commit.index);
}

/**
 * Confirms the leader at once: the reply says nothing about the disk. Under trust `lease` it is also
 * a promise to grant no vote for an election timeout, unless a crash could make this member forget.
 */
export function onHeartbeat(raft: Raft, message: Heartbeat): void {
  onCommitted(raft, message.commit);
  const lease = mayPromise(raft);
  if (lease) raft.promisedUntilMs = raft.nowMs + raft.options.electionTimeoutMs;
  send(raft, {
    kind: 'heartbeatReply',
    from: raft.id,
    to: message.from,
    term: termOf(raft),
    round: message.round,
    lease,
    last: lastIndexOf(raft.log),
    spaceLow: raft.spaceLow,
  });
}

/** Whether a promise would be remembered after a crash: then the disk must show that leases are trusted. */
function mayPromise(raft: Raft): boolean {
  const pending = raft.outbox.oldest?.sequence ?? Infinity;
  return (
    configurationOf(raft).trust === 'lease' &&
    raft.configurationSequence < pending &&
    raft.installing === undefined
  );
}

/** Tells `to` up to where both logs agree, once that is on disk. */
export function accept(raft: Raft, to: MemberId, match: Index): void {
  sendOnceDurable(raft, { kind: 'appendAccepted', from: raft.id, to, term: termOf(raft), match });
}

function rejectAppend(raft: Raft, message: Append): void {
  const { previous } = message;
  const last = lastIndexOf(raft.log);
  const from = previous.index < last ? previous.index : last;
  send(raft, {
    kind: 'appendRejected',
    from: raft.id,
    to: message.from,
    term: termOf(raft),
    previous: previous.index,
    hint: highestAtOrBelow(raft.log, from, previous.term) ?? ORIGIN,
    last,
  });
}
