/** Elections: pre-votes, votes, and who may win them (paper §5.2, §5.4.1; dissertation §4.2.3, §9.6). */
import { isVoter } from '../membership/configuration.ts';
import { send, sendOnceDurable, setHardState } from '../emit.ts';
import { isUpToDate, nextTerm, ORIGIN } from '../ids.ts';
import { lastOf } from '../log/log.ts';
import type { PreVote, PreVoteReply, TimeoutNow, Vote, VoteReply } from '../message.ts';
import { tally } from '../membership/quorum.ts';
import { configurationOf, otherVoters, termOf, type Raft } from '../raft.ts';
import { becomeFollower, becomeLeader } from './roles.ts';
import { campaignDelayMs, electionDelayMs, upholdsLeader } from './timing.ts';

/** The wait for a leader, or for votes, is over: asks whether an election could be won. */
export function onElectionTimeout(raft: Raft, suspect: boolean): void {
  if (!mayCampaign(raft)) {
    becomeFollower(raft, termOf(raft), undefined);
    if (!isVoterSomewhere(raft)) inquire(raft);
    return;
  }
  raft.role = {
    kind: 'preCandidate',
    grants: new Set([raft.id]),
    refusals: new Set(),
    suspect,
    deadlineMs: raft.nowMs + campaignDelayMs(raft, suspect),
  };
  const last = lastOf(raft.log);
  const term = nextTerm(termOf(raft));
  for (const to of otherVoters(raft))
    send(raft, { kind: 'preVote', from: raft.id, to, term, last });
  countPreVotes(raft);
}

/**
 * Asks the voters for nothing, with a log that nobody would vote for: one that was removed while it
 * was away hears so in answer.
 */
function inquire(raft: Raft): void {
  const term = nextTerm(termOf(raft));
  for (const to of otherVoters(raft)) {
    send(raft, { kind: 'preVote', from: raft.id, to, term, last: ORIGIN });
  }
}

/** Stands for election in the next term. `transfer`: the leader asked for it. */
function campaign(raft: Raft, suspect: boolean, transfer: boolean): void {
  const term = nextTerm(termOf(raft));
  setHardState(raft, { term, vote: raft.id });
  raft.role = {
    kind: 'candidate',
    grants: new Set(),
    refusals: new Set(),
    suspect,
    deadlineMs: raft.nowMs + campaignDelayMs(raft, suspect),
  };
  const last = lastOf(raft.log);
  for (const to of otherVoters(raft)) {
    sendOnceDurable(raft, { kind: 'vote', from: raft.id, to, term, last, transfer });
  }
}

const isVoterSomewhere = (raft: Raft): boolean =>
  raft.configurations.some(({ configuration }) => isVoter(configuration, raft.id));

/**
 * A voter, not in the middle of a snapshot install, and bound by no promise to a leader.
 *
 * A voter of the last committed configuration still counts, though a later one may be without it:
 * it can be the only one whose log is long enough to finish that very change (dissertation §4.2.2).
 */
const mayCampaign = (raft: Raft): boolean =>
  isVoterSomewhere(raft) && raft.installing === undefined && raft.nowMs >= raft.promisedUntilMs;

/** The leader hands over: campaign past all leases (dissertation §3.10). */
export function onTimeoutNow(raft: Raft, message: TimeoutNow): void {
  if (raft.role.kind !== 'follower' || raft.role.leader !== message.from) return;
  raft.promisedUntilMs = raft.nowMs;
  if (mayCampaign(raft)) campaign(raft, true, true);
}

/** Would this member vote so? Says so and changes nothing, but that it lets a stronger rival go first. */
export function onPreVote(raft: Raft, message: PreVote): void {
  const last = lastOf(raft.log);
  const granted =
    message.term > termOf(raft) && isUpToDate(message.last, last) && !upholdsLeader(raft);
  const term = granted ? message.term : termOf(raft);
  send(raft, { kind: 'preVoteReply', from: raft.id, to: message.from, term, granted });
  const { role } = raft;
  if (!granted || role.kind !== 'preCandidate') return;
  const stronger = !isUpToDate(last, message.last) || message.from > raft.id;
  if (stronger) becomeFollower(raft, termOf(raft), undefined, role.suspect);
}

/** Counts an answer, while this member asks: it campaigns, or waits again, as soon as that is decided. */
export function onPreVoteReply(raft: Raft, message: PreVoteReply): void {
  if (raft.role.kind !== 'preCandidate') return;
  if (message.granted && message.term !== termOf(raft) + 1) return;
  (message.granted ? raft.role.grants : raft.role.refusals).add(message.from);
  countPreVotes(raft);
}

/**
 * Votes, at most once per term and only once the vote is on disk; for nobody while a leader is
 * upheld, unless that leader itself asked for the election.
 *
 * Called before the message's term is adopted.
 */
export function onVote(raft: Raft, message: Vote): void {
  if (!message.transfer && upholdsLeader(raft)) return;
  if (message.term > termOf(raft)) becomeFollower(raft, message.term, undefined);
  const { vote } = raft.hardState;
  const granted =
    message.term === termOf(raft) &&
    (vote === undefined || vote === message.from) &&
    isUpToDate(message.last, lastOf(raft.log));
  const reply: VoteReply = {
    kind: 'voteReply',
    from: raft.id,
    to: message.from,
    term: termOf(raft),
    granted,
  };
  if (!granted) {
    send(raft, reply);
    return;
  }
  if (vote === undefined) setHardState(raft, { term: termOf(raft), vote: message.from });
  if (raft.role.kind === 'follower')
    raft.role.deadlineMs = raft.nowMs + electionDelayMs(raft, false);
  sendOnceDurable(raft, reply);
}

/** Counts a vote of this term (paper §5.2): the candidate leads, or gives up, as soon as it is decided. */
export function onVoteReply(raft: Raft, message: VoteReply): void {
  if (raft.role.kind !== 'candidate') return;
  (message.granted ? raft.role.grants : raft.role.refusals).add(message.from);
  countVotes(raft);
}

/** The candidate's own vote is on disk. */
export function onOwnVoteDurable(raft: Raft): void {
  if (raft.role.kind !== 'candidate') return;
  raft.role.grants.add(raft.id);
  countVotes(raft);
}

function countPreVotes(raft: Raft): void {
  const { role } = raft;
  if (role.kind !== 'preCandidate') return;
  const result = tally(configurationOf(raft), role.grants, role.refusals);
  if (result === 'won') campaign(raft, role.suspect, false);
  if (result === 'lost') becomeFollower(raft, termOf(raft), undefined);
}

function countVotes(raft: Raft): void {
  const { role } = raft;
  if (role.kind !== 'candidate') return;
  const result = tally(configurationOf(raft), role.grants, role.refusals);
  if (result === 'won') becomeLeader(raft);
  if (result === 'lost') becomeFollower(raft, termOf(raft), undefined, role.suspect);
}
