import assert from 'node:assert/strict';
import type { Boot } from './boot.ts';
import { EMPTY_CONFIGURATION } from './membership/configuration.ts';
import { start } from './core.ts';
import { InvariantError } from './invariant.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { became, commit, message, persist, refuse, send } from './testing/expected.ts';
import type { Plain } from './testing/plain.ts';
import * as subject from './testing/subject.ts';
import { aFollower, aStart } from './testing/subject.ts';
import { at, cluster, command, configured, logOf } from './testing/value.ts';

describe('restore', () => {
  it('a follower that knows of no leader, in the term it was in', () => {
    const member = aStart({ term: 4, vote: 3, log: logOf([1, 4]) });
    assert.deepEqual(subject.standing(member), { role: 'follower', term: 4, leader: undefined });
    assert.deepEqual(subject.extent(member), { last: 2, stable: 2, commit: 0, applied: 0 });
  });

  it('its vote stands', () => {
    const member = aFollower({ term: 4, vote: 3, leader: undefined });
    assert.deepEqual(
      subject.receive(member, { kind: 'vote', from: 2, term: 4, last: at(9, 4), transfer: false }),
      [send({ kind: 'voteReply', to: 2, term: 4, granted: false })],
    );
  });

  it('what is committed is learned anew, and handed out from behind the state on', () => {
    const member = aFollower({ state: at(2, 1), log: logOf([1, 1], 3) });
    assert.deepEqual(
      subject.receive(member, { kind: 'committed', from: 2, term: 1, commit: at(3, 1) }),
      [commit(command(3, 1))],
    );
  });

  it('the configuration in force is the last one in the log', () => {
    const log = [
      command(1, 1),
      configured(2, 1, cluster({ voters: [1, 4], leaving: [2, 3], outgoing: [1, 2, 3] })),
      configured(3, 1, cluster({ voters: [1, 4] })),
    ];
    assert.deepEqual(subject.others(aStart({ log })), [4]);
  });

  it('asks soon under early campaigning: no live leader is disturbed, and without one it saves the wait', () => {
    assert.deepEqual(subject.wait(aStart(), 50).at(-1), became('preCandidate', 1));
  });

  it('waits a whole election timeout otherwise', () => {
    for (const trust of ['lease', 'neither'] as const) {
      const member = aStart({ configuration: cluster({ trust }) });
      assert.deepEqual(subject.wait(member, 999), [became('follower', 1)]);
      assert.deepEqual(subject.wait(member, 1_001).at(-1), became('preCandidate', 1));
    }
  });

  it('before there is a cluster it waits for whoever comes', () => {
    const member = aFollower({ term: 0, configuration: EMPTY_CONFIGURATION, leader: undefined });
    assert.deepEqual(subject.wait(member, 100_000), []);
    assert.deepEqual(subject.proposed(member, 1, 'a'), [
      refuse('propose', 1, { reason: 'notLeader', leader: undefined }),
    ]);
    assert.deepEqual(
      subject.receive(member, {
        kind: 'append',
        from: 2,
        term: 1,
        previous: at(0, 0),
        entries: [command(1, 1)],
        commit: 0,
      }),
      [
        persist(1, 1, at(1, 1), {
          hardState: { term: 1, vote: undefined },
          entries: [command(1, 1)],
          thenSend: [message({ kind: 'appendAccepted', to: 2, term: 1, match: 1 })],
        }),
        became('follower', 1, 2),
      ],
    );
  });

  it('removed while it was down: silent from the first step on', () => {
    assert.deepEqual(
      subject.give(aStart({ configuration: cluster({ voters: [2, 3] }) }), { kind: 'tick' }),
      [became('removed', 1)],
    );
  });
});

describe('restore: a disk that contradicts itself', () => {
  const good = {
    id: 1,
    hardState: { term: 3, vote: undefined },
    state: { index: 2, term: 1, configuration: cluster(), configurationIndex: 0 },
    log: {
      base: at(1, 1),
      terms: [
        { first: 2, term: 1 },
        { first: 3, term: 3 },
      ],
      last: 4,
    },
    entries: logOf([3, 3], 3),
    seed: 1,
  } satisfies Plain<Boot>;
  const begin = (boot: Plain<Boot>): unknown => start(boot as Boot, DEFAULT_OPTIONS, 0);

  it('this one does not', () => assert.doesNotThrow(() => begin(good)));

  const base = at(1, 1);
  const table: readonly (readonly [string, Plain<Boot>, string, object])[] = [
    [
      'a state before the log',
      { ...good, state: { ...good.state, index: 0, term: 0 } },
      'the log holds, or begins at, what the state has applied',
      { state: at(0, 0), base, last: 4 },
    ],
    [
      'a state behind the log',
      { ...good, state: { ...good.state, index: 5, term: 3 } },
      'the log holds, or begins at, what the state has applied',
      { state: at(5, 3), base, last: 4 },
    ],
    [
      'a state of another term',
      { ...good, state: { ...good.state, term: 3 } },
      'the log holds, or begins at, what the state has applied',
      { state: at(2, 3), base, last: 4 },
    ],
    [
      'no entries',
      { ...good, entries: [] },
      'every entry behind the state is there',
      { first: 5, state: 2 },
    ],
    [
      'a hole behind the state',
      { ...good, entries: logOf([3], 4) },
      'every entry behind the state is there',
      { first: 4, state: 2 },
    ],
    [
      'a hole among the entries',
      { ...good, entries: [command(3, 3), command(5, 3)] },
      'entries are consecutive',
      { index: 5, first: 3, offset: 1 },
    ],
    [
      'entries that end too early',
      { ...good, entries: logOf([3], 3) },
      'the entries in memory end where the log ends',
      { entry: 3, last: 4 },
    ],
    [
      'entries of other terms',
      { ...good, entries: logOf([3, 4], 3) },
      'entries agree with the terms of the log',
      { index: 4, term: 4 },
    ],
    [
      'a term below that of the log',
      { ...good, hardState: { term: 2, vote: undefined } },
      'the term is at least that of the last entry',
      { term: 2, lastTerm: 3 },
    ],
    [
      'a log that ends before its base',
      { ...good, log: { base, terms: [], last: 0 } },
      'a log ends at or after its base',
      { base, runs: [], last: 0 },
    ],
    [
      'an impossible configuration',
      { ...good, state: { ...good.state, configuration: { ...cluster(), nextMemberId: 2 } } },
      'the next member id has never been given',
      { configuration: { ...cluster(), nextMemberId: 2 } },
    ],
  ];
  for (const [name, boot, invariant, values] of table) {
    it(name, () => assert.throws(() => begin(boot), { name: 'InvariantError', invariant, values }));
  }

  const NO_VOTE = 'a member is in a term, and has voted for a member or not at all';
  const NO_STATE = 'a state stands at an index, in a term, and has its configuration from an index';
  const NO_OUTLINE =
    'a log lies between two indexes, and every run of it has a first one and a term';
  const NO_KIND = 'an entry is of a kind that there is, and holds bytes';
  const stateWith = (part: object): object => ({ state: { ...good.state, ...part } });
  const logWith = (part: object): object => ({ log: { ...good.log, ...part } });
  const entryWith = (part: object): object => ({
    entries: [{ ...command(3, 3), ...part }, command(4, 3)],
  });
  const garbage: readonly (readonly [string, object, string])[] = [
    ['no member id', { id: 0 }, 'a member has an id'],
    ['a member id that is no number', { id: NaN }, 'a member has an id'],
    ['a seed that is no number', { seed: NaN }, 'a seed is a safe integer'],
    ['no hard state', { hardState: undefined }, NO_VOTE],
    ['half a term', { hardState: { term: 3.5, vote: undefined } }, NO_VOTE],
    ['a term past the last', { hardState: { term: 2 ** 60, vote: undefined } }, NO_VOTE],
    ['a vote for nobody that there is', { hardState: { term: 3, vote: -3 } }, NO_VOTE],
    ['no state', { state: undefined }, 'a state has a position'],
    ['a state nowhere', stateWith({ index: NaN }), NO_STATE],
    ['a state in no term', stateWith({ term: -1 }), NO_STATE],
    ['a configuration from nowhere', stateWith({ configurationIndex: NaN }), NO_STATE],
    [
      'a configuration from behind the state',
      stateWith({ configurationIndex: 3 }),
      'a state holds the entry its configuration came from',
    ],
    [
      'no configuration',
      stateWith({ configuration: undefined }),
      'a configuration lists members and outgoing voters',
    ],
    ['no log', { log: undefined }, 'a log has a base, and the terms behind it'],
    [
      'a log without a base',
      logWith({ base: undefined }),
      'a log has a base, and the terms behind it',
    ],
    [
      'a log without terms',
      logWith({ terms: undefined }),
      'a log has a base, and the terms behind it',
    ],
    ['a base nowhere', logWith({ base: { index: 0.5, term: 1 } }), NO_OUTLINE],
    ['a base in no term', logWith({ base: { index: 1, term: NaN } }), NO_OUTLINE],
    ['a log that ends nowhere', logWith({ last: Infinity }), NO_OUTLINE],
    [
      'a run from nowhere',
      logWith({ terms: [...good.log.terms, { first: 3.5, term: 4 }] }),
      NO_OUTLINE,
    ],
    ['a run in no term', logWith({ terms: [{ first: 2, term: 1.5 }] }), NO_OUTLINE],
    ['entries that are no list', { entries: undefined }, 'entries are a list'],
    ['an entry that is nothing', { entries: [null, command(4, 3)] }, 'an entry is a record'],
    ['an entry of no kind', entryWith({ kind: 'zzz' }), NO_KIND],
    ['an entry of a kind that every object has', entryWith({ kind: 'constructor' }), NO_KIND],
    ['an entry without bytes', entryWith({ data: 'text' }), NO_KIND],
    ['an entry nowhere', entryWith({ index: -1 }), 'an entry stands at an index, and has a term'],
    [
      'an entry in no term',
      entryWith({ term: NaN }),
      'an entry stands at an index, and has a term',
    ],
  ];
  for (const [name, part, invariant] of garbage) {
    it(`${name}: nothing that a core could have left there`, () =>
      assert.throws(() => begin({ ...good, ...part }), { name: 'InvariantError', invariant }));
  }

  it('an entry that is no configuration', () => {
    const broken = { ...configured(3, 3, cluster()), data: Uint8Array.of(9) };
    assert.throws(
      () => begin({ ...good, entries: [broken, command(4, 3)] }),
      new InvariantError('the format of a configuration is known', { version: 9 }),
    );
  });
});
