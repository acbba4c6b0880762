import assert from 'node:assert/strict';
import { InvariantError } from './invariant.ts';
import type { Message } from './message.ts';
import { became, message, persist, send } from './testing/expected.ts';
import type { Plain, Without } from './testing/plain.ts';
import * as subject from './testing/subject.ts';
import { aCandidate, aFollower, aLeader, aPreCandidate } from './testing/subject.ts';
import { at, cluster, command, configured } from './testing/value.ts';

type Incoming = Plain<Without<Message, 'to'>>;
type Kind = Message['kind'];

/** A message of each kind, of member 2. */
const messageOf = (term: number): Readonly<Record<Kind, Incoming>> => ({
  preVote: { kind: 'preVote', from: 2, term, last: at(0, 0) },
  preVoteReply: { kind: 'preVoteReply', from: 2, term, granted: false },
  vote: { kind: 'vote', from: 2, term, last: at(0, 0), transfer: false },
  voteReply: { kind: 'voteReply', from: 2, term, granted: false },
  append: { kind: 'append', from: 2, term, previous: at(0, 0), entries: [], commit: 0 },
  committed: { kind: 'committed', from: 2, term, commit: at(0, 0) },
  appendAccepted: { kind: 'appendAccepted', from: 2, term, match: 0 },
  appendRejected: { kind: 'appendRejected', from: 2, term, previous: 0, hint: at(0, 0), last: 0 },
  heartbeat: { kind: 'heartbeat', from: 2, term, round: 1, commit: at(0, 0) },
  heartbeatReply: {
    kind: 'heartbeatReply',
    from: 2,
    term,
    round: 0,
    lease: false,
    last: 9,
    spaceLow: false,
  },
  snapshot: {
    kind: 'snapshot',
    from: 2,
    term,
    snapshot: { index: 0, term: 0, configuration: cluster(), configurationIndex: 0 },
  },
  timeoutNow: { kind: 'timeoutNow', from: 2, term },
  resigned: { kind: 'resigned', from: 2, term },
  readRequest: { kind: 'readRequest', from: 2, term, context: 5 },
  readReply: { kind: 'readReply', from: 2, term, context: 5, index: 1 },
  removed: { kind: 'removed', from: 2, term },
});
const KINDS = Object.keys(messageOf(0)) as readonly Kind[];

/** Each in term 2, but for the pre-candidate and the follower: started in it. */
const ROLES = {
  follower: () => aFollower({ term: 2, leader: undefined }),
  preCandidate: () => aPreCandidate({ term: 2, leader: undefined }),
  candidate: () => aCandidate(),
  leader: () => aLeader(),
} as const;
type Role = keyof typeof ROLES;

describe('receive: of an earlier term', () => {
  const isLeaders = (kind: Kind): boolean =>
    ['append', 'committed', 'heartbeat', 'snapshot', 'timeoutNow'].includes(kind);
  for (const role of Object.keys(ROLES) as readonly Role[]) {
    for (const kind of KINDS) {
      if (kind === 'removed') continue;
      it(`${kind} to a ${role}`, () => {
        const member = ROLES[role]();
        const { last } = subject.extent(member);
        const expected = isLeaders(kind)
          ? [send({ kind: 'appendRejected', to: 2, term: 2, previous: 0, hint: at(0, 0), last })]
          : kind === 'preVote'
            ? [send({ kind: 'preVoteReply', to: 2, term: 2, granted: false })]
            : kind === 'vote' && role !== 'leader'
              ? [send({ kind: 'voteReply', to: 2, term: 2, granted: false })]
              : [];
        assert.deepEqual(subject.receive(member, messageOf(1)[kind]), expected);
      });
    }
  }
});

describe('receive: of a later term', () => {
  // Whatever says that a later term has begun ends every role in this one, but for three kinds.
  const keepsTerm = (kind: Kind, role: Role): boolean =>
    kind === 'preVote' || kind === 'removed' || (kind === 'vote' && role === 'leader');
  for (const role of Object.keys(ROLES) as readonly Role[]) {
    for (const kind of KINDS) {
      it(`${kind} to a ${role}`, () => {
        const member = ROLES[role]();
        const effects = subject.receive(member, messageOf(5)[kind]);
        const { term } = subject.standing(member);
        if (keepsTerm(kind, role)) {
          assert.equal(term, 2);
          assert.equal(
            effects.some((effect) => effect.kind === 'persist'),
            false,
          );
          return;
        }
        const first = effects[0];
        assert.ok(first?.kind === 'persist');
        const voted = kind === 'vote' && role !== 'leader';
        assert.deepEqual(
          first.hardState,
          kind === 'timeoutNow' ? { term: 6, vote: 1 } : { term: 5, vote: voted ? 2 : undefined },
        );
        assert.equal(
          subject.standing(member).role,
          kind === 'timeoutNow' ? 'candidate' : 'follower',
        );
      });
    }
  }
});

describe('receive: of this term', () => {
  it('preVote', () => {
    for (const make of Object.values(ROLES))
      assert.deepEqual(subject.receive(make(), messageOf(2).preVote), [
        send({ kind: 'preVoteReply', to: 2, term: 2, granted: false }),
      ]);
  });
  it('vote to who has not voted yet', () => {
    assert.deepEqual(subject.receive(ROLES.follower(), messageOf(2).vote), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 2 },
        thenSend: [message({ kind: 'voteReply', to: 2, term: 2, granted: true })],
      }),
    ]);
    assert.deepEqual(subject.receive(ROLES.preCandidate(), messageOf(2).vote), [
      persist(1, 2, at(0, 0), {
        hardState: { term: 2, vote: 2 },
        thenSend: [message({ kind: 'voteReply', to: 2, term: 2, granted: true })],
      }),
    ]);
  });
  it('vote to who has', () => {
    assert.deepEqual(subject.receive(ROLES.candidate(), messageOf(2).vote), [
      send({ kind: 'voteReply', to: 2, term: 2, granted: false }),
    ]);
    assert.deepEqual(subject.receive(ROLES.leader(), messageOf(2).vote), []);
  });
  for (const kind of ['append', 'committed', 'heartbeat', 'snapshot'] as const) {
    it(`${kind} makes a follower of everyone but the leader`, () => {
      for (const role of ['follower', 'preCandidate', 'candidate'] as const) {
        const member = ROLES[role]();
        assert.deepEqual(
          subject.receive(member, messageOf(2)[kind]).at(-1),
          became('follower', 2, 2),
        );
      }
    });
  }
  for (const kind of ['append', 'committed', 'heartbeat', 'snapshot', 'timeoutNow'] as const) {
    it(`${kind} to its leader breaks an invariant`, () => {
      assert.throws(
        () => subject.receive(aLeader(), messageOf(2)[kind]),
        new InvariantError('a term has one leader', { term: 2, one: 1, other: 2 }),
      );
    });
  }
  for (const kind of [
    'preVoteReply',
    'voteReply',
    'appendAccepted',
    'appendRejected',
    'heartbeatReply',
    'readRequest',
  ] as const) {
    it(`${kind} to a follower means nothing`, () => {
      assert.deepEqual(subject.receive(aFollower({ term: 2, leader: 3 }), messageOf(2)[kind]), []);
    });
  }
  for (const role of Object.keys(ROLES) as readonly Role[]) {
    it(`removed silences a ${role}, whatever its term`, () => {
      for (const term of [1, 2, 5])
        assert.deepEqual(subject.receive(ROLES[role](), messageOf(term).removed), [
          became('removed', 2),
        ]);
    });
  }
});

describe('receive: what no correct member sends', () => {
  const base = { kind: 'append', from: 2, term: 3, previous: at(1, 1), commit: 0 } as const;
  const entries = 'entries are consecutive, and their terms never fall nor exceed their sender’s';
  const table: readonly (readonly [string, Incoming, string, object])[] = [
    [
      'from itself',
      { ...messageOf(1).append, from: 1 },
      'a message is from another member',
      { from: 1 },
    ],
    [
      'from nobody',
      { ...messageOf(1).append, from: 0 },
      'a message is from another member',
      { from: 0 },
    ],
    [
      'without a term',
      { ...messageOf(1).append, term: Number.NaN },
      'a message carries a term',
      { term: Number.NaN },
    ],
    [
      'with a negative term',
      { ...messageOf(1).append, term: -1 },
      'a message carries a term',
      { term: -1 },
    ],
    [
      'a gap before its entries',
      { ...base, entries: [command(3, 1)] },
      entries,
      { index: 3, term: 1, behind: 1, termBefore: 1, sent: 3 },
    ],
    [
      'a gap among its entries',
      { ...base, entries: [command(2, 1), command(4, 1)] },
      entries,
      { index: 4, term: 1, behind: 2, termBefore: 1, sent: 3 },
    ],
    [
      'terms that fall',
      { ...base, entries: [command(2, 2), command(3, 1)] },
      entries,
      { index: 3, term: 1, behind: 2, termBefore: 2, sent: 3 },
    ],
    [
      'a term beyond its own',
      { ...base, entries: [command(2, 4)] },
      entries,
      { index: 2, term: 4, behind: 1, termBefore: 1, sent: 3 },
    ],
  ];
  for (const [name, incoming, invariant, values] of table) {
    it(name, () => {
      const follower = aFollower();
      assert.throws(() => subject.receive(follower, incoming), {
        name: 'InvariantError',
        invariant,
        values,
      });
    });
  }

  const position = (messageOf(1).snapshot as Extract<Incoming, { readonly kind: 'snapshot' }>)
    .snapshot;
  const counts: readonly [Message['kind'], object][] = [
    ['append', { commit: NaN }],
    ['appendAccepted', { match: -1 }],
    ['appendRejected', { last: 0.5 }],
    ['heartbeat', { round: NaN }],
    ['heartbeatReply', { last: NaN }],
    ['committed', { commit: { index: NaN, term: 1 } }],
    ['readRequest', { context: -1 }],
    ['readReply', { index: NaN }],
    ['preVote', { last: { index: 2 ** 53, term: 1 } }],
    ['vote', { last: { index: 1, term: 1.5 } }],
    ['append', { previous: { index: 1, term: NaN } }],
    ['appendRejected', { hint: { index: -1, term: 1 } }],
    ['appendRejected', { hint: { index: 1, term: NaN } }],
    ['heartbeat', { commit: { index: 1, term: NaN } }],
    ['committed', { commit: { index: 1, term: -1 } }],
  ];
  for (const [kind, part] of counts) {
    it(`a number in ${kind} that counts nothing`, () => {
      const incoming = { ...messageOf(1)[kind], ...part };
      assert.throws(() => subject.receive(aFollower(), incoming), {
        invariant: 'every number in a message counts something',
      });
    });
  }

  const NO_PLACE = 'a place in a log is an index and a term';
  const NO_ANSWER = 'an answer in a message is yes or no';
  const NO_STATE = 'a state stands at an index, in a term, and has its configuration from an index';
  const LATER = 'a member’s log holds no later term than the member is in';
  const parts: readonly (readonly [string, Kind, object, string])[] = [
    ['no place before its entries', 'append', { previous: undefined }, NO_PLACE],
    ['no entries', 'append', { entries: undefined }, 'an append has a list of entries'],
    ['an entry that is nothing', 'append', { entries: [null] }, 'an entry is a record'],
    [
      'half a term in an entry',
      'append',
      { entries: [{ ...command(1, 1), term: 0.5 }] },
      'an entry stands at an index, and has a term',
    ],
    [
      'a place before its entries that is later than itself',
      'append',
      { previous: at(1, 2) },
      LATER,
    ],
    ['no end of its log', 'vote', { last: undefined }, NO_PLACE],
    ['an end of its log that is later than itself', 'vote', { last: at(1, 2) }, LATER],
    ['neither yes nor no to a transfer', 'vote', { transfer: undefined }, NO_ANSWER],
    ['no end of its log', 'preVote', { last: undefined }, NO_PLACE],
    ['no hint', 'appendRejected', { hint: null }, NO_PLACE],
    ['no commit', 'heartbeat', { commit: undefined }, NO_PLACE],
    ['no commit', 'committed', { commit: 7 }, NO_PLACE],
    ['neither yes nor no to space', 'heartbeatReply', { spaceLow: 'no' }, NO_ANSWER],
    ['neither yes nor no to a lease', 'heartbeatReply', { lease: undefined }, NO_ANSWER],
    ['neither yes nor no', 'voteReply', { granted: 1 }, NO_ANSWER],
    ['neither yes nor no', 'preVoteReply', { granted: undefined }, NO_ANSWER],
    ['half a sender', 'append', { from: 2.5 }, 'a message is from another member'],
    ['a term past the last', 'heartbeat', { term: 2 ** 48 + 1 }, 'a message carries a term'],
    ['no state', 'snapshot', { snapshot: undefined }, 'a state has a position'],
    ['half an index', 'snapshot', { snapshot: { ...position, index: 1.5 } }, NO_STATE],
    ['a term below all', 'snapshot', { snapshot: { ...position, term: -2 } }, NO_STATE],
    [
      'a configuration from nowhere',
      'snapshot',
      { snapshot: { ...position, configurationIndex: -5 } },
      NO_STATE,
    ],
    [
      'a configuration from behind its state',
      'snapshot',
      { snapshot: { ...position, configurationIndex: 1 } },
      'a state holds the entry its configuration came from',
    ],
    [
      'no configuration',
      'snapshot',
      { snapshot: { ...position, configuration: undefined } },
      'a configuration lists members and outgoing voters',
    ],
    [
      'an impossible configuration',
      'snapshot',
      { snapshot: { ...position, configuration: { ...cluster(), trust: 'both' } } },
      'trust in time is one of the kinds there are',
    ],
    [
      'a state newer than its sender',
      'snapshot',
      { snapshot: { ...position, term: 9 } },
      'a snapshot is no newer than its sender',
    ],
  ];
  for (const [name, kind, part, invariant] of parts) {
    it(`${kind} with ${name}, and nothing of it is taken`, () => {
      const follower = aFollower();
      const incoming = { ...messageOf(1)[kind], ...part };
      assert.throws(() => subject.receive(follower, incoming), {
        name: 'InvariantError',
        invariant,
      });
      assert.equal(subject.standing(follower).term, 1);
    });
  }

  const malformed: readonly [string, Incoming, string][] = [
    [
      'an entry of no kind',
      { ...base, entries: [{ ...command(2, 1), kind: 'zzz' as 'noop' }] },
      'an entry is of a kind that there is, and holds bytes',
    ],
    [
      'an entry without bytes',
      { ...base, entries: [{ ...command(2, 1), data: 'text' as never }] },
      'an entry is of a kind that there is, and holds bytes',
    ],
    [
      'an entry of a kind that every object has',
      { ...base, entries: [{ ...command(2, 1), kind: 'constructor' as 'noop' }] },
      'an entry is of a kind that there is, and holds bytes',
    ],
    [
      'a message of no kind',
      { ...base, entries: [], kind: 'zzz' as 'append' },
      'a message is of a kind that there is',
    ],
    [
      'a message of a kind that every object has',
      { ...base, entries: [], kind: 'constructor' as 'append' },
      'a message is of a kind that there is',
    ],
  ];
  for (const [name, incoming, invariant] of malformed) {
    it(name, () => {
      assert.throws(() => subject.receive(aFollower(), incoming), { invariant });
    });
  }

  it('to someone else', () => {
    assert.throws(
      () =>
        subject.give(aFollower(), {
          kind: 'message',
          message: { ...messageOf(1).append, to: 7 } as Plain<Message>,
        }),
      new InvariantError('a message is addressed to its receiver', { to: 7, id: 1 }),
    );
  });
});

describe('receive: of removed members', () => {
  const configuration = cluster({ voters: [1, 3], next: 4 });
  it('what asks for something is answered with the removal, in every role', () => {
    for (const kind of ['preVote', 'vote', 'readRequest'] as const) {
      for (const member of [
        aFollower({ configuration, leader: 3 }),
        aLeader({ configuration, leader: 3 }),
      ]) {
        const { term } = subject.standing(member);
        assert.deepEqual(subject.receive(member, messageOf(9)[kind]), [
          send({ kind: 'removed', to: 2, term }),
        ]);
      }
    }
  });
  it('a member that is not known yet is no removed one', () => {
    const follower = aFollower({ configuration, leader: 3 });
    assert.deepEqual(subject.receive(follower, { ...messageOf(2).preVote, from: 4 }), [
      send({ kind: 'preVoteReply', to: 4, term: 1, granted: false }),
    ]);
  });
  it('one removed by a configuration that is not committed is not told so', () => {
    const follower = aFollower({ leader: 3 });
    subject.receive(follower, {
      kind: 'append',
      from: 3,
      term: 1,
      previous: at(0, 0),
      entries: [configured(1, 1, configuration)],
      commit: 0,
    });
    assert.equal(
      subject
        .receive(follower, messageOf(2).preVote)
        .some((effect) => effect.kind === 'send' && effect.message.kind === 'removed'),
      false,
    );
  });
});
