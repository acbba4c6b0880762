import { toMemberId } from '../../raft/ids.ts';
import type { Message } from '../../raft/message.ts';
import { DEFAULT_OPTIONS } from '../../raft/options.ts';
import type { Follower } from '../../raft/raft.ts';
import { describeProperty } from './cases.contract.ts';
import { noDisruption } from './no-disruption.ts';
import {
  configuration,
  follower,
  header,
  persist,
  placed,
  position,
  received,
  send,
  stepped,
  voteReply,
} from './testing/observations.ts';

const { electionTimeoutMs } = DEFAULT_OPTIONS;
const early = [placed(0, configuration([1, 2, 3], { trust: 'earlyCampaign' }))];

const heartbeat: Message = {
  kind: 'heartbeat',
  ...header(2, 1, 5),
  round: 1,
  commit: position(0, 0),
};
const hears = stepped({ term: 5, nowMs: 1000 }, [], received(heartbeat));

const preVote: Message = { kind: 'preVote', ...header(3, 1, 6), last: position(1, 1) };
const preVoteReply: Message = { kind: 'preVoteReply', ...header(1, 3, 6), granted: true };
const grantsPreVote = (afterMs: number, configurations = early): ReturnType<typeof stepped> =>
  stepped(
    { term: 5, nowMs: 1000 + afterMs, configurations },
    [send(preVoteReply)],
    received(preVote),
  );

const vote = (transfer: boolean): Message => ({
  kind: 'vote',
  ...header(3, 1, 6),
  last: position(1, 1),
  transfer,
});
const grantsVote = (afterMs: number, transfer = false): ReturnType<typeof stepped> =>
  stepped(
    { term: 6, nowMs: 1000 + afterMs },
    [persist([], { thenSend: [voteReply(1, 3, 6)] })],
    received(vote(transfer)),
  );

const led: Follower = { ...follower, leader: toMemberId(2) };
const hint = (reachable: boolean): ReturnType<typeof stepped> =>
  stepped({ term: 5, nowMs: 1000, role: led }, [], {
    kind: 'peer',
    member: toMemberId(2),
    reachable,
  });
const givesUp = stepped({ term: 5, nowMs: 1000 });

const timeoutNow: Message = { kind: 'timeoutNow', ...header(2, 1, 5) };
const resigns = (from: number): ReturnType<typeof stepped> =>
  stepped({ term: 5, nowMs: 1000 }, [], received({ kind: 'resigned', ...header(from, 1, 5) }));
const claimsTransfer = persist([], { thenSend: [{ ...vote(true), ...header(1, 3, 6) }] });

describeProperty(noDisruption, {
  breaks: {
    'a pre-vote against a leader just heard': [hears, grantsPreVote(100)],
    'a vote against a leader just heard': [hears, grantsVote(electionTimeoutMs - 1)],
    'a hint believed against the rules': [
      hears,
      hint(false),
      grantsPreVote(100, [placed(0, configuration([1, 2, 3]))]),
    ],
    'a hint believed after the process answered': [
      hears,
      hint(false),
      hint(true),
      grantsPreVote(1),
    ],
    'a hint believed after the leader was heard again': [
      hears,
      hint(false),
      hears,
      grantsPreVote(100),
    ],
    'a leader of which another says that it resigned': [hears, resigns(3), grantsPreVote(100)],
    'a leader that was heard again': [hears, resigns(2), hears, grantsPreVote(100)],
    'a candidate that claims a transfer': [stepped({ term: 6 }, [claimsTransfer])],
  },
  holds: {
    'a pre-vote after an election timeout': [hears, grantsPreVote(electionTimeoutMs)],
    'a vote that the leader asked for': [hears, grantsVote(1, true)],
    'a leader whose process is gone': [hears, hint(false), grantsPreVote(1)],
    'a leader given up after its process was gone': [
      hears,
      hint(false),
      givesUp,
      hint(true),
      grantsPreVote(1),
    ],
    'a leader that has resigned': [hears, resigns(2), grantsPreVote(1)],
    'no leader in this term': [hears, stepped({ term: 6, nowMs: 1000 }), grantsVote(1)],
    'no leader after a restart': [
      hears,
      stepped({ term: 5, incarnation: 2 }),
      { ...grantsVote(1), actor: { directory: 'd1', incarnation: 2 } },
    ],
    'a member that has begun to campaign itself': [
      hears,
      stepped({
        term: 5,
        nowMs: 1000,
        role: {
          kind: 'preCandidate',
          grants: new Set(),
          refusals: new Set(),
          suspect: false,
          deadlineMs: 0,
        },
      }),
      grantsPreVote(1),
    ],
    'a candidate that the leader has asked to be one': [
      hears,
      stepped({ term: 6 }, [claimsTransfer], received(timeoutNow)),
    ],
  },
});
