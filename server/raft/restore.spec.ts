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

  it('an entry that is no configuration', () => {
    const broken = { ...configured(3, 3, cluster()), data: Uint8Array.of(9) };
    assert.throws(
      () => begin({ ...good, entries: [broken, command(4, 3)] }),
      new InvariantError('the format of a configuration is known', { version: 9 }),
    );
  });
});
