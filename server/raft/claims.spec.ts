/*
 * The claims of the Raft paper (Ongaro and Ousterhout, extended version) and of Ongaro's dissertation
 * (marked "diss."), one test each, named after the sentence that makes it.
 */
import assert from 'node:assert/strict';
import type { Effect } from './effect.ts';
import { ORIGIN } from './ids.ts';
import type { Message } from './message.ts';
import { became, commit, send } from './testing/expected.ts';
import { play, stationOf } from './testing/play.ts';
import * as subject from './testing/subject.ts';
import {
  aCandidate,
  aFollower,
  aLeader,
  aNewLeader,
  aPreCandidate,
  aStart,
} from './testing/subject.ts';
import { at, cluster, command, configured, logOf, noop } from './testing/value.ts';

const append = {
  kind: 'append',
  from: 2,
  term: 1,
  previous: at(0, 0),
  entries: [],
  commit: 0,
} as const;
const ask = { kind: 'vote', from: 3, term: 2, last: at(0, 0), transfer: false } as const;
const lonely = { leader: undefined } as const;

/** What leaves a member, now or once its disk has it. */
const sentBy = (effects: readonly Effect[]): readonly Message[] =>
  effects.flatMap((effect) =>
    effect.kind === 'send' ? [effect.message] : effect.kind === 'persist' ? effect.thenSend : [],
  );
const sent = (effects: readonly Effect[], kind: Message['kind']): readonly Message[] =>
  sentBy(effects).filter((message) => message.kind === kind);
const granted = (effects: readonly Effect[]): boolean =>
  sentBy(effects).some((message) => message.kind === 'voteReply' && message.granted);
const terms = (world: ReturnType<typeof play>, id: number): readonly number[] =>
  stationOf(world, id).disk.entries.map((entry) => entry.term);
const roleOf = (world: ReturnType<typeof play>, id: number): string | undefined =>
  stationOf(world, id).raft?.role.kind;

describe('claims: §5.1 Raft basics', () => {
  it('§5.1 a server that receives a request with a stale term rejects it', () => {
    const follower = aFollower({ term: 3, log: logOf([1]) });
    assert.deepEqual(subject.receive(follower, { ...append, term: 2, entries: [command(1, 2)] }), [
      send({ kind: 'appendRejected', to: 2, term: 3, previous: 0, hint: ORIGIN, last: 1 }),
    ]);
    assert.equal(granted(subject.receive(aFollower({ ...lonely, term: 3 }), ask)), false);
  });

  it('§5.1 if one server’s current term is smaller than the other’s, it updates to the larger value', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, from: 3, term: 7 });
    assert.equal(subject.standing(follower).term, 7);
  });

  it('§5.1 a candidate or leader that discovers that its term is out of date reverts to follower', () => {
    for (const member of [aPreCandidate(), aCandidate(), aNewLeader(), aLeader()]) {
      subject.receive(member, { kind: 'voteReply', from: 3, term: 9, granted: false });
      assert.deepEqual(subject.standing(member), { role: 'follower', term: 9, leader: undefined });
    }
  });

  it('Figure 2: the term is on stable storage before anything that depends on it is answered', () => {
    const [first] = subject.receive(aFollower(), {
      ...append,
      from: 3,
      term: 4,
      entries: [noop(1, 4)],
    });
    assert.ok(first?.kind === 'persist');
    assert.deepEqual(first.hardState, { term: 4, vote: undefined });
    assert.deepEqual(
      first.thenSend.map(({ kind }) => kind),
      ['appendAccepted'],
    );
  });
});

describe('claims: §5.2 leader election', () => {
  it('§5.2 when servers start up, they begin as followers', () => {
    assert.deepEqual(subject.standing(aStart()), { role: 'follower', term: 1, leader: undefined });
  });

  it('§5.2 a server remains a follower as long as it receives valid RPCs from a leader', () => {
    const follower = aFollower();
    for (let round = 2; round < 50; round++) {
      subject.wait(follower, 500);
      subject.hearFrom(follower, 2, round);
    }
    assert.equal(subject.standing(follower).role, 'follower');
  });

  it('§5.2 leaders send periodic heartbeats to all followers to maintain their authority', () => {
    const leader = aLeader();
    for (let round = 1; round <= 3; round++)
      assert.deepEqual(
        sent(subject.wait(leader, 100), 'heartbeat').map(({ to }) => to),
        [2, 3],
      );
  });

  it('§5.2 a follower that receives no communication over the election timeout begins an election', () => {
    assert.deepEqual(subject.wait(aFollower(), 2_000).at(-1), became('preCandidate', 1));
  });

  it('§5.2 to begin an election, a follower increments its term, votes for itself and asks all others', () => {
    const candidate = aPreCandidate();
    const effects = subject.receive(candidate, {
      kind: 'preVoteReply',
      from: 2,
      term: 2,
      granted: true,
    });
    assert.ok(effects[0]?.kind === 'persist');
    assert.deepEqual(effects[0].hardState, { term: 2, vote: 1 });
    assert.deepEqual(
      sent(effects, 'vote').map(({ to, term }) => [to, term]),
      [
        [2, 2],
        [3, 2],
      ],
    );
  });

  it('§5.2 a candidate wins if it receives votes from a majority of the servers for the same term', () => {
    const candidate = aCandidate({ configuration: cluster({ voters: [1, 2, 3, 4, 5] }) });
    subject.persisted(candidate);
    subject.receive(candidate, { kind: 'voteReply', from: 2, term: 2, granted: true });
    subject.receive(candidate, { kind: 'voteReply', from: 3, term: 1, granted: true });
    assert.equal(subject.standing(candidate).role, 'candidate');
    subject.receive(candidate, { kind: 'voteReply', from: 3, term: 2, granted: true });
    assert.equal(subject.standing(candidate).role, 'leader');
  });

  it('§5.2 each server votes for at most one candidate in a given term, on a first-come-first-served basis', () => {
    const follower = aFollower(lonely);
    assert.equal(granted(subject.receive(follower, ask)), true);
    assert.equal(granted(subject.receive(follower, { ...ask, from: 2, last: at(9, 1) })), false);
    assert.equal(granted(subject.receive(follower, ask)), true);
  });

  it('Figure 2: a vote outlives a crash', () => {
    assert.equal(granted(subject.receive(aFollower({ ...lonely, term: 2, vote: 2 }), ask)), false);
    const world = play(
      'members 3',
      'hold-disk 3',
      'campaign 1',
      'deliver 1>3',
      'deliver 3>1',
      'deliver 1>3',
      'persist 3',
      'crash 3',
      'restart 3',
    );
    assert.deepEqual(stationOf(world, 3).raft?.hardState, { term: 1, vote: 1 });
  });

  it('Figure 3, Election Safety: at most one leader can be elected in a given term', () => {
    const world = play(
      'members 5',
      'campaign 1',
      'deliver 1>2 2>1 1>3 3>1',
      'campaign 5',
      'deliver 5>4 4>5 5>3 3>5',
      'deliver',
    );
    const leaders = [1, 2, 3, 4, 5].filter((id) => roleOf(world, id) === 'leader');
    assert.equal(leaders.length, 1);
  });

  it('§5.2 a candidate that hears from a leader whose term is at least as large recognizes it as legitimate', () => {
    const candidate = aCandidate();
    assert.deepEqual(
      subject.receive(candidate, { ...append, from: 3, term: 2 }).at(-1),
      became('follower', 2, 3),
    );
  });

  it('§5.2 if the term is smaller than its own, it rejects the RPC and continues in candidate state', () => {
    const candidate = aCandidate();
    assert.equal(sent(subject.receive(candidate, append), 'appendRejected').length, 1);
    assert.equal(subject.standing(candidate).role, 'candidate');
  });

  it('§5.2 if votes are split, each candidate times out and starts a new election in the next term', () => {
    const candidate = aCandidate();
    assert.deepEqual(
      sent(subject.timeOut(candidate), 'preVote').map(({ term }) => term),
      [3, 3],
    );
    subject.receive(candidate, { kind: 'preVoteReply', from: 2, term: 3, granted: true });
    assert.deepEqual(subject.standing(candidate), {
      role: 'candidate',
      term: 3,
      leader: undefined,
    });
  });

  it('§5.2 election timeouts are chosen randomly from a fixed interval', () => {
    const follower = aFollower();
    const waits = Array.from({ length: 200 }, () => {
      subject.hearFrom(follower, 2);
      return 'deadlineMs' in follower.raft.role
        ? follower.raft.role.deadlineMs - follower.nowMs
        : 0;
    });
    assert.ok(waits.every((ms) => ms >= 1_000 && ms < 1_500));
    assert.ok(new Set(waits.map((ms) => Math.floor(ms / 50))).size >= 8);
  });
});

describe('claims: §5.3 log replication', () => {
  it('§5.3 the leader appends a command to its log, then replicates it in parallel', () => {
    const effects = subject.proposed(aLeader(), 7, 'a');
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ['persist', 'accepted', 'send', 'send'],
    );
  });

  it('§5.3 an entry is applied when it has been safely replicated, and not before', () => {
    const leader = aLeader();
    subject.proposed(leader, 7, 'a');
    assert.deepEqual(subject.persisted(leader), []);
    assert.deepEqual(subject.accepted(leader, 2).at(-1), commit(command(2, 2, 'a')));
  });

  it('§5.3 the leader retries indefinitely until all followers store all entries', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'crash 3',
      'propose 1 a',
      'propose 1 b',
      'run 5000',
      'restart 3',
      'run 300',
    );
    assert.deepEqual(stationOf(world, 3).state.commands, ['a', 'b']);
  });

  it('§5.3 a command completes as soon as a majority has responded: one slow server has no impact', () => {
    const world = play(
      'members 5',
      'campaign 1',
      'deliver',
      'crash 4',
      'hold-disk 5',
      'propose 1 a',
      'deliver',
    );
    assert.deepEqual(stationOf(world, 1).state.commands, ['a']);
  });

  it('§5.3 the leader includes the highest index it knows to be committed in future AppendEntries', () => {
    const leader = aLeader();
    const [first] = sent(subject.proposed(leader, 7, 'a'), 'append');
    assert.equal(first?.kind === 'append' && first.commit, 1);
  });

  it('§5.3 a follower applies entries, in log order, once it learns that they are committed', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    assert.deepEqual(
      subject.receive(follower, { ...append, previous: at(3, 1), commit: 2 }).at(-1),
      commit(command(1, 1), command(2, 1)),
    );
  });

  it('§5.3 a follower that finds no entry with the preceding index and term refuses the new entries', () => {
    for (const previous of [at(2, 1), at(1, 2)]) {
      const follower = aFollower({ term: 2, log: logOf([1]) });
      const effects = subject.receive(follower, {
        ...append,
        term: 2,
        previous,
        entries: [command(previous.index + 1, 2)],
      });
      assert.equal(sent(effects, 'appendRejected').length, 1);
      assert.equal(subject.extent(follower).last, 1);
    }
  });

  it('§5.3 conflicting entries in follower logs are overwritten with entries from the leader’s log', () => {
    const world = play(
      'members 3\n1 term 3 log 1 3\n2 term 2 log 1 2 2 2\n3 term 3 log 1',
      'campaign 1',
      'deliver',
    );
    for (const id of [1, 2, 3]) assert.deepEqual(terms(world, id), [1, 3, 4]);
  });

  it('Figure 3, Leader Append-Only: a leader never overwrites or deletes entries in its log', () => {
    const leader = aLeader({ log: logOf([1, 1]) });
    subject.receive(leader, {
      kind: 'appendRejected',
      from: 3,
      term: 2,
      previous: 3,
      hint: ORIGIN,
      last: 9,
    });
    const [first] = subject.proposed(leader, 7, 'a');
    assert.ok(first?.kind === 'persist');
    assert.deepEqual(first.entries, [command(4, 2, 'a')]);
  });

  it('§5.3 nextIndex starts just behind the last entry of the leader’s log', () => {
    const candidate = aCandidate({ log: logOf([1, 1]) });
    subject.persisted(candidate);
    const won = subject.receive(candidate, { kind: 'voteReply', from: 2, term: 2, granted: true });
    assert.deepEqual(
      sent(won, 'append').map((message) => message.kind === 'append' && message.previous),
      [at(2, 1), at(2, 1)],
    );
  });

  it('§5.3 after a rejection the leader bypasses all conflicting entries of a term at once', () => {
    const leader = aNewLeader({ term: 6, log: logOf([1, 5, 5, 5, 5]) });
    const [retry] = sent(
      subject.receive(leader, {
        kind: 'appendRejected',
        from: 2,
        term: 7,
        previous: 5,
        hint: at(5, 3),
        last: 9,
      }),
      'append',
    );
    assert.deepEqual(retry?.kind === 'append' && retry.previous, at(1, 1));
  });

  it('Figure 3, Log Matching: whatever followers had, they end with the leader’s log', () => {
    const world = play(
      'members 7\n1 term 7 log 1 1 1 4 4 5 5 6 6 6\n2 term 7 log 1 1 1 4 4 5 5 6 6\n3 term 7 log 1 1 1 4\n4 term 7 log 1 1 1 4 4 5 5 6 6 6 6\n5 term 7 log 1 1 1 4 4 5 5 6 6 6 7 7\n6 term 7 log 1 1 1 4 4 4 4\n7 term 7 log 1 1 1 2 2 2 3 3 3 3 3',
      'campaign 1',
      'deliver',
    );
    for (const id of [2, 3, 4, 5, 6, 7]) assert.deepEqual(terms(world, id), terms(world, 1));
  });

  it('§5.5 an AppendEntries that includes entries already present is harmless', () => {
    const follower = aFollower({ log: logOf([1, 1, 1]) });
    subject.receive(follower, { ...append, entries: logOf([1, 1]) });
    assert.equal(subject.extent(follower).last, 3);
  });
});

describe('claims: §5.4 safety', () => {
  it('§5.4.1 a voter denies its vote if its own log is more up to date: the later last term wins', () => {
    const voter = { ...lonely, term: 4, log: logOf([1, 3]) };
    assert.equal(
      granted(subject.receive(aFollower(voter), { ...ask, term: 5, last: at(9, 2) })),
      false,
    );
    assert.equal(
      granted(subject.receive(aFollower(voter), { ...ask, term: 5, last: at(1, 4) })),
      true,
    );
  });

  it('§5.4.1 if the logs end with the same term, then whichever log is longer is more up to date', () => {
    const voter = { ...lonely, log: logOf([1, 1]) };
    assert.equal(granted(subject.receive(aFollower(voter), { ...ask, last: at(1, 1) })), false);
    assert.equal(granted(subject.receive(aFollower(voter), { ...ask, last: at(2, 1) })), true);
  });

  it('§5.4.1 a candidate cannot win unless its log contains all committed entries', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'partition 1 2 | 3',
      'propose 1 a',
      'deliver',
      'crash 1',
      'heal',
      'run 6000',
    );
    assert.equal(roleOf(world, 2), 'leader');
    assert.deepEqual(stationOf(world, 3).state.commands, ['a']);
  });

  it('§5.4.2 Raft never commits log entries from previous terms by counting replicas', () => {
    const leader = aNewLeader({ log: logOf([1, 1]), options: { appendBytesMax: 32 } });
    subject.persisted(leader);
    subject.accepted(leader, 2, 2);
    subject.accepted(leader, 3, 2);
    assert.equal(subject.extent(leader).commit, 0);
  });

  it('§5.4.2 once an entry of the current term is committed, all prior entries are, indirectly', () => {
    const leader = aNewLeader({ log: logOf([1, 1]) });
    subject.persisted(leader);
    assert.deepEqual(
      subject.accepted(leader, 2).at(-1),
      commit(command(1, 1), command(2, 1), noop(3, 2)),
    );
  });

  it('§8 a leader commits a blank no-op entry at the start of its term', () => {
    const world = play('members 3', 'campaign 1', 'deliver');
    assert.deepEqual(stationOf(world, 1).disk.entries, [noop(1, 1)]);
    assert.equal(stationOf(world, 1).state.position.index, 1);
  });
});

describe('claims: §6 cluster membership changes', () => {
  const change = (...changes: readonly object[]) =>
    ({ kind: 'change', context: 1, expected: 0, changes }) as never;
  const JOINT = cluster({ voters: [1, 4, 5], leaving: [2, 3], outgoing: [1, 2, 3] });

  it('§6 a server always uses the latest configuration in its log, whether or not it is committed', () => {
    const follower = aFollower();
    subject.receive(follower, { ...append, entries: [configured(1, 1, JOINT)] });
    assert.deepEqual(
      sent(subject.timeOut(follower), 'preVote').map(({ to }) => to),
      [2, 3, 4, 5],
    );
  });

  it('§6 agreement, for entries, requires separate majorities of the old and new configurations', () => {
    const leader = aLeader({ configuration: cluster({ learners: [4, 5] }) });
    subject.give(
      leader,
      change(
        { kind: 'remove', id: 2 },
        { kind: 'remove', id: 3 },
        { kind: 'promote', id: 4 },
        { kind: 'promote', id: 5 },
      ),
    );
    subject.persisted(leader);
    for (const from of [4, 5]) subject.accepted(leader, from);
    assert.equal(subject.extent(leader).commit, 1);
    subject.accepted(leader, 2);
    assert.equal(subject.extent(leader).commit, 2);
  });

  it('§6 agreement, for elections, requires separate majorities of the old and new configurations', () => {
    const candidate = aCandidate({ configuration: JOINT });
    subject.persisted(candidate);
    for (const from of [2, 3])
      subject.receive(candidate, { kind: 'voteReply', from, term: 2, granted: true });
    assert.equal(subject.standing(candidate).role, 'candidate');
    subject.receive(candidate, { kind: 'voteReply', from: 5, term: 2, granted: true });
    assert.equal(subject.standing(candidate).role, 'leader');
  });

  it('§6 once the joint configuration is committed, the leader creates the new one', () => {
    const world = play(
      'members 3 learners 1',
      'campaign 1',
      'deliver',
      'change 1 remove 3, promote 4',
      'deliver',
      'tick 1',
      'deliver',
    );
    assert.deepEqual(stationOf(world, 4).state.position.configuration.outgoing, []);
    assert.deepEqual(
      stationOf(world, 1).state.position.configuration.members.map(({ id }) => id),
      [1, 2, 4],
    );
  });

  it('§6 new servers join as non-voting members', () => {
    const leader = aLeader();
    subject.give(leader, change({ kind: 'add', directory: 'd4', priority: 0 }));
    subject.accepted(leader, 4);
    subject.persisted(leader);
    assert.equal(subject.extent(leader).commit, 1);
  });

  it('§6 a leader that is not in the new configuration manages the cluster without counting itself', () => {
    const leader = aLeader();
    subject.give(leader, change({ kind: 'remove', id: 1 }));
    subject.persisted(leader);
    for (const from of [2, 3]) subject.accepted(leader, from, 2);
    subject.persisted(leader);
    subject.accepted(leader, 2, 3);
    assert.equal(subject.extent(leader).commit, 2);
    subject.accepted(leader, 3, 3);
    assert.equal(subject.extent(leader).commit, 3);
  });

  it('§6 it steps down once it has committed the new configuration', () => {
    const world = play('members 3', 'campaign 1', 'deliver', 'change 1 remove 1', 'deliver');
    assert.deepEqual(
      [1, 2, 3].map((id) => roleOf(world, id)),
      ['removed', 'leader', 'follower'],
    );
  });

  it('§6 removed servers do not disrupt the cluster', () => {
    const world = play(
      'members 4',
      'campaign 1',
      'deliver',
      'partition 1 2 3 | 4',
      'change 1 remove 4',
      'deliver',
      'heal',
      'run 10000',
    );
    assert.deepEqual(
      [1, 2, 3].map((id) => stationOf(world, id).raft?.hardState.term),
      [1, 1, 1],
    );
    assert.deepEqual([roleOf(world, 1), roleOf(world, 4)], ['leader', 'removed']);
  });

  it('diss. §4.1 a server adopts no second change before the first is committed', () => {
    const leader = aLeader();
    subject.give(leader, change({ kind: 'remove', id: 3 }));
    assert.equal(subject.give(leader, change({ kind: 'remove', id: 2 }))[0]?.kind, 'refuse');
  });
});

describe('claims: §7 log compaction', () => {
  const snapshot = {
    index: 3,
    term: 1,
    configuration: cluster({ voters: [1, 2, 4] }),
    configurationIndex: 2,
  };
  const announced = { kind: 'snapshot', from: 2, term: 1, snapshot } as const;

  it('§7 a snapshot whose information is new supersedes the entire log', () => {
    const follower = aFollower({ log: logOf([1, 1]) });
    subject.receive(follower, announced);
    subject.give(follower, { kind: 'installed', index: 3, done: true });
    assert.deepEqual(subject.extent(follower), { last: 3, stable: 3, commit: 3, applied: 3 });
  });

  it('§7 if it describes a prefix of the log, the entries following it are still valid and retained', () => {
    const follower = aFollower({ log: logOf([1, 1, 1, 1]) });
    subject.receive(follower, announced);
    assert.deepEqual(subject.extent(follower), { last: 4, stable: 4, commit: 3, applied: 3 });
  });

  it('§7 the leader sends a snapshot when it has discarded the next entry it would send', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'crash 3',
      'propose 1 a',
      'deliver',
      'compact 1',
      'restart 3',
      'run 500',
    );
    assert.deepEqual(stationOf(world, 3).state.commands, ['a']);
    assert.deepEqual(stationOf(world, 3).disk.base, at(2, 1));
  });

  it('§7 it does not while it still has that entry', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'crash 3',
      'propose 1 a',
      'deliver',
      'restart 3',
      'run 500',
    );
    assert.deepEqual(stationOf(world, 3).state.commands, ['a']);
    assert.deepEqual(stationOf(world, 3).disk.base, ORIGIN);
  });

  it('§7 a snapshot includes the latest configuration as of its last index', () => {
    const follower = aFollower();
    subject.receive(follower, announced);
    subject.give(follower, { kind: 'installed', index: 3, done: true });
    assert.deepEqual(subject.others(follower), [2, 4]);
  });

  it('§7 the consistency check works behind the snapshot: its last index and term are kept', () => {
    const follower = aFollower({ state: at(3, 1) });
    assert.equal(
      sent(
        subject.receive(follower, { ...append, previous: at(3, 1), entries: [command(4, 1)] }),
        'appendAccepted',
      ).length,
      1,
    );
  });
});

describe('claims: diss. §4.2.3 disruptive servers', () => {
  it('diss. §4.2.3 a server that hears from a leader neither updates its term nor grants its vote', () => {
    const follower = aFollower();
    follower.nowMs += 999;
    assert.deepEqual(subject.receive(follower, { ...ask, term: 9, last: at(9, 9) }), []);
    assert.equal(subject.standing(follower).term, 1);
  });

  it('diss. §4.2.3 once it has heard nothing for the minimum election timeout, it does', () => {
    const follower = aFollower();
    follower.nowMs += 1_000;
    assert.equal(granted(subject.receive(follower, { ...ask, term: 9, last: at(9, 8) })), true);
  });

  it('diss. §4.2.3 leadership transfers are exempt', () => {
    assert.equal(granted(subject.receive(aFollower(), { ...ask, transfer: true })), true);
  });

  it('diss. §4.2.3 a leader that has a quorum is not deposed by a larger term in a vote', () => {
    const leader = aLeader();
    subject.receive(leader, { ...ask, term: 9, last: at(9, 8) });
    assert.deepEqual(subject.standing(leader), { role: 'leader', term: 2, leader: 1 });
  });
});

describe('claims: diss. §6.2, §6.4 clients and reads', () => {
  const read = { kind: 'read', context: 5 } as const;
  const ready = (effects: readonly Effect[]): readonly Effect[] =>
    effects.filter(({ kind }) => kind === 'readReady');

  it('diss. §6.2 a leader steps down if an election timeout elapses without a round to a majority', () => {
    assert.deepEqual(subject.wait(aLeader(), 1_001).at(-1), became('follower', 2));
  });

  it('diss. §6.4 a leader that has not committed an entry of its term waits until it has', () => {
    const leader = aNewLeader();
    subject.give(leader, read);
    subject.wait(leader, 0);
    assert.deepEqual(ready(subject.answered(leader, 2, 1)), []);
    subject.persisted(leader);
    assert.deepEqual(ready(subject.accepted(leader, 2)), [
      { kind: 'readReady', context: 5, index: 1 },
    ]);
  });

  it('diss. §6.4 the commit index of the moment it arrived is the read index', () => {
    const leader = aLeader();
    subject.give(leader, read);
    subject.proposed(leader, 7, 'a');
    subject.persisted(leader);
    subject.accepted(leader, 2);
    assert.deepEqual(ready(subject.answered(leader, 2, 1)), [
      { kind: 'readReady', context: 5, index: 1 },
    ]);
  });

  it('diss. §6.4 a new round of heartbeats, acknowledged by a majority, shows that it still led', () => {
    const leader = aLeader({ configuration: cluster({ voters: [1, 2, 3, 4, 5] }) });
    assert.equal(sent(subject.give(leader, read), 'heartbeat').length, 4);
    assert.deepEqual(ready(subject.answered(leader, 2, 1)), []);
    assert.equal(ready(subject.answered(leader, 3, 1)).length, 1);
  });

  it('diss. §6.4 one round of heartbeats serves any number of read-only queries', () => {
    const leader = aLeader();
    subject.give(leader, read);
    let rounds = 0;
    for (let context = 6; context < 100; context++)
      rounds += subject.give(leader, { kind: 'read', context }).length;
    assert.equal(rounds, 0);
    subject.answered(leader, 2, 1);
    assert.equal(ready(subject.answered(leader, 2, 2)).length, 94);
  });

  it('diss. §6.4 followers help: they ask the leader for a read index', () => {
    const world = play('members 3', 'campaign 1', 'deliver', 'read 2', 'deliver');
    assert.ok(world.output.includes('  readReady #1 index 1'));
  });

  it('diss. §6.4 a deposed leader that does not know it gives no read', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'partition 1 | 2 3',
      'campaign 2',
      'deliver',
      'propose 2 new',
      'deliver',
      'read 1',
      'deliver',
    );
    assert.deepEqual(world.output, [
      'lost 1>2 heartbeat t1 round 1 commit 1/1',
      'lost 1>3 heartbeat t1 round 1 commit 1/1',
    ]);
  });

  it('diss. §6.4.1 a lease lasts an election timeout from the start of its round, less the clocks’ drift', () => {
    const leader = aLeader({ configuration: cluster({ trust: 'lease' }) });
    subject.wait(leader, 0);
    leader.nowMs += 500;
    subject.answered(leader, 2, 1, { lease: true });
    leader.nowMs += 299;
    assert.equal(ready(subject.give(leader, read)).length, 1);
    leader.nowMs += 1;
    assert.equal(ready(subject.give(leader, read)).length, 0);
  });
});

describe('claims: diss. §9.6 pre-vote', () => {
  it('diss. §9.6 a candidate only increments its term if a majority would be willing to vote for it', () => {
    const candidate = aPreCandidate();
    assert.equal(subject.standing(candidate).term, 1);
    subject.receive(candidate, { kind: 'preVoteReply', from: 3, term: 2, granted: true });
    assert.equal(subject.standing(candidate).term, 2);
  });

  it('diss. §9.6 servers are willing if the candidate’s log is sufficiently up to date', () => {
    const grants = (last: ReturnType<typeof at>): boolean =>
      sentBy(
        subject.receive(aFollower({ ...lonely, log: logOf([1, 1]) }), {
          kind: 'preVote',
          from: 3,
          term: 2,
          last,
        }),
      ).some((message) => message.kind === 'preVoteReply' && message.granted);
    assert.deepEqual([grants(at(1, 1)), grants(at(2, 1))], [false, true]);
  });

  it('diss. §9.6 and if they have not heard from a valid leader for at least a baseline election timeout', () => {
    const follower = aFollower();
    const reply = subject.receive(follower, { kind: 'preVote', from: 3, term: 2, last: at(9, 1) });
    assert.deepEqual(reply, [send({ kind: 'preVoteReply', to: 3, term: 1, granted: false })]);
  });

  it('diss. §9.6 answering a pre-vote changes neither term nor vote', () => {
    const follower = aFollower(lonely);
    assert.equal(
      subject
        .receive(follower, { kind: 'preVote', from: 3, term: 2, last: ORIGIN })
        .some(({ kind }) => kind === 'persist'),
      false,
    );
    assert.deepEqual(follower.raft.hardState, { term: 1, vote: undefined });
  });

  it('diss. §9.6 a server that was partitioned does not disrupt the cluster when it returns', () => {
    const world = play(
      'members 3',
      'campaign 1',
      'deliver',
      'partition 1 2 | 3',
      'run 20000',
      'heal',
      'run 3000',
    );
    assert.deepEqual(
      [1, 2, 3].map((id) => stationOf(world, id).raft?.hardState.term),
      [1, 1, 1],
    );
    assert.equal(roleOf(world, 1), 'leader');
  });
});
