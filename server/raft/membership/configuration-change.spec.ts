import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeConfiguration, leaveJoint } from './configuration-change.ts';
import type { Change, Configuration, Member, Standing, TimingTrust } from './configuration.ts';
import { checkConfiguration, isJoint, votersOf } from './configuration.ts';
import type { MemberId } from '../ids.ts';
import { toMemberId } from '../ids.ts';
import { tally } from './quorum.ts';

/*
 * Configurations are written as text. `v1 v2^5 l3 x4 | out 1,2,4 | next 9 | lease` has the voters 1
 * and 2, the latter of priority 5, the learner 3 and the leaving member 4, of directories d1 to d4.
 */

const add = (directory: string, priority = 0): Change => ({
  kind: 'add',
  directory,
  priority,
});
const promote = (id: number): Change => ({ kind: 'promote', id: toMemberId(id) });
const demote = (id: number): Change => ({ kind: 'demote', id: toMemberId(id) });
const remove = (id: number): Change => ({ kind: 'remove', id: id as MemberId });
const prioritize = (id: number, priority: number): Change => ({
  kind: 'prioritize',
  id: toMemberId(id),
  priority,
});
const trust = (value: TimingTrust): Change => ({ kind: 'trust', trust: value });

const THREE = 'v1 v2 v3 | next 4';
const MIXED = 'v1 v2 v3 l4 l5 | next 9';
const SEVEN = 'v1 v2 v3 v4 v5 v6 v7 | next 8';
const SIX_LEARNERS = 'v1 l2 l3 l4 l5 l6 l7 | next 8';
const SEVEN_LEARNERS = 'v1 l2 l3 l4 l5 l6 l7 l8 | next 9';
const JOINT = 'v1 v2 x3 v4 | out 1,2,3 | next 5';

describe('changeConfiguration', () => {
  describe('changes at once', () => {
    table([
      ['a new learner gets the next id', THREE, [add('d4', 7)], 'v1 v2 v3 l4^7 | next 5'],
      ['ids are not given twice', MIXED, [add('d9')], 'v1 v2 v3 l4 l5 l9 | next 10'],
      ['a removed learner just goes', MIXED, [remove(4)], 'v1 v2 v3 l5 | next 9'],
      ['a seventh learner', SIX_LEARNERS, [add('d8')], SEVEN_LEARNERS],
      ['priorities', MIXED, [prioritize(2, 5), prioritize(4, 1)], 'v1 v2^5 v3 l4^1 l5 | next 9'],
      ['trust', THREE, [trust('lease')], 'v1 v2 v3 | next 4 | lease'],
      [
        'a voter demoted and promoted again',
        THREE,
        [demote(2), promote(2), prioritize(2, 1)],
        'v1 v2^1 v3 | next 4',
      ],
      [
        'several at once',
        MIXED,
        [remove(5), add('d9'), prioritize(1, 2), trust('neither')],
        'v1^2 v2 v3 l4 l9 | next 10 | neither',
      ],
    ]);
  });

  describe('changes voters by way of a joint configuration', () => {
    table([
      ['one for another', MIXED, [promote(4), remove(3)], 'v1 v2 x3 v4 l5 | out 1,2,3 | next 9'],
      [
        'the only voter for another',
        'v1 l2 | next 3',
        [remove(1), promote(2)],
        'x1 v2 | out 1 | next 3',
      ],
      ['a learner is promoted', MIXED, [promote(4)], 'v1 v2 v3 v4 l5 | out 1,2,3 | next 9'],
      ['a voter is demoted', THREE, [demote(2)], 'v1 l2 v3 | out 1,2,3 | next 4'],
      ['a removed voter stays as leaving', THREE, [remove(2)], 'v1 x2 v3 | out 1,2,3 | next 4'],
      [
        'a demoted and removed one too',
        THREE,
        [demote(2), remove(2)],
        'v1 x2 v3 | out 1,2,3 | next 4',
      ],
      [
        'all of them at once, and the rest too',
        MIXED,
        [remove(1), demote(2), promote(4), remove(5), prioritize(3, 6), trust('lease')],
        'x1 l2 v3^6 v4 | out 1,2,3 | next 9 | lease',
      ],
    ]);
  });

  describe('changes nothing', () => {
    unchanged([
      ['no wishes', THREE, []],
      ['no wishes, no cluster', '| next 1', []],
      ['a voter is promoted', THREE, [promote(2)]],
      ['a learner is demoted', MIXED, [demote(4)]],
      ['a learner and a voter are added', MIXED, [add('d4'), add('d1')]],
      ['a member is added with another priority', THREE, [add('d1', 9)]],
      ['a member of old is removed', MIXED, [remove(6), remove(8)]],
      ['a priority stays', 'v1^3 | next 2', [prioritize(1, 3)]],
      ['trust stays', THREE, [trust('earlyCampaign')]],
      ['there and back', THREE, [demote(2), promote(2), trust('lease'), trust('earlyCampaign')]],
    ]);
  });

  describe('refuses', () => {
    problems([
      [
        'a second change of voters',
        JOINT,
        [],
        'The previous change of voters is not finished yet.',
      ],
      [
        'promotion of a member that the change adds',
        THREE,
        [add('d4'), promote(4)],
        'Member 4 is new: it can be promoted once it has joined as a learner.',
      ],
      [
        'an eighth voter',
        SEVEN.replace(' |', ' l8 |').replace('next 8', 'next 9'),
        [promote(8)],
        'There would be 8 voters, but at most 7 are possible.',
      ],
      ['promotion of a stranger', THREE, [promote(4)], 'There is no member 4.'],
      ['promotion of a member of old', MIXED, [promote(6)], 'There is no member 6.'],
      ['demotion of a stranger', THREE, [demote(4)], 'There is no member 4.'],
      ['priority for a stranger', THREE, [prioritize(4, 1)], 'There is no member 4.'],
      ['a removed one has no standing', MIXED, [remove(4), promote(4)], 'There is no member 4.'],
      ['removal of one that never was', THREE, [remove(4)], 'There is no member 4, and never was.'],
      ['removal of no id', THREE, [remove(0)], 'There is no member 0, and never was.'],
      ['removal of half an id', THREE, [remove(1.5)], 'There is no member 1.5, and never was.'],
      ['a directory twice', THREE, [add('d4'), add('d4')], 'Directory d4 is added twice.'],
      [
        'a directory that is still in use',
        THREE,
        [remove(2), add('d2')],
        'Directory d2 belongs to member 2, which this change removes.',
      ],
      [
        'a directory without a name',
        THREE,
        [add('')],
        'Directory "" is not 1 to 64 printable ASCII characters.',
      ],
      [
        'a new member of broken priority',
        THREE,
        [add('d4', 0.5)],
        'Priority 0.5 is not a non-negative safe integer.',
      ],
      [
        'a broken priority',
        THREE,
        [prioritize(1, -1)],
        'Priority -1 is not a non-negative safe integer.',
      ],
      [
        'removal of the last voter',
        'v1 l2 | next 3',
        [remove(1)],
        'A cluster needs a voter, and this change leaves none of 1.',
      ],
      [
        'demotion and removal of all voters',
        THREE,
        [demote(1), remove(2), remove(3)],
        'A cluster needs a voter, and this change leaves none of 1, 2, 3.',
      ],
      [
        'an eighth learner',
        SEVEN_LEARNERS,
        [add('d9')],
        'There would be 8 learners, but at most 7 are possible.',
      ],
      ['all for one', THREE, [add('d4'), promote(9)], 'There is no member 9.'],
    ]);
  });

  it('leaves the configuration it was given alone', () => {
    const before = parse(MIXED);
    changeConfiguration(before, [remove(1), demote(2), promote(4), add('d9')]);
    assert.equal(show(before), MIXED);
  });
});

describe('leaveJoint', () => {
  const cases: readonly [string, string, string][] = [
    ['leaving members are gone', JOINT, 'v1 v2 v4 | next 5'],
    ['demoted ones are learners', 'v1 l2 v3 | out 1,2,3 | next 4', 'v1 l2 v3 | next 4'],
    ['the rest stays', 'x1 l2 v3^6 | out 1,3 | next 9 | lease', 'l2 v3^6 | next 9 | lease'],
  ];
  for (const [name, before, after] of cases) {
    it(name, () => assert.equal(show(leaveJoint(parse(before))), after));
  }

  it('is for joint configurations only', () => {
    assert.throws(() => leaveJoint(parse(THREE)), /only a joint configuration is left/);
  });
});

describe('any sequence of changes', () => {
  it('gives valid configurations, each with quorums that overlap those of the one before', () => {
    fc.assert(
      fc.property(fc.array(anyChanges, { maxLength: 20 }), (steps) => {
        let current = parse('v1 | next 2');
        for (const changes of steps) {
          const result = changeConfiguration(current, changes);
          if (!result.ok) {
            assert.match(result.problem, /^[A-Z].*\.$/);
            continue;
          }
          assert.equal(result.changed, result.configuration !== current);
          current = proceed(current, result.configuration);
          if (isJoint(current)) current = proceed(current, leaveJoint(current));
        }
      }),
    );
  });

  it('a wish that is fulfilled changes nothing when asked for again', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 20 }), (wishes) => {
        let current = parse('v1 v2 l3 | next 4');
        for (const wish of wishes) {
          const result = changeConfiguration(current, [wish]);
          if (!result.ok) continue;
          current = isJoint(result.configuration)
            ? leaveJoint(result.configuration)
            : result.configuration;
          assert.equal(isFulfilled(current, wish), true);
          assert.deepEqual(changeConfiguration(current, [wish]), {
            ok: true,
            configuration: current,
            changed: false,
          });
        }
      }),
    );
  });
});

const someId = fc.integer({ min: 1, max: 9 });
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(someId, fc.nat({ max: 2 }))
    .map(([directory, priority]) => add(`d${directory}`, priority)),
  someId.map(promote),
  someId.map(demote),
  someId.map(remove),
  fc.tuple(someId, fc.nat({ max: 2 })).map(([id, priority]) => prioritize(id, priority)),
  fc.constantFrom<TimingTrust>('earlyCampaign', 'lease', 'neither').map(trust),
);
const anyChanges = fc.array(anyChange, { maxLength: 4 });

/** Checks the step from one configuration to the next. */
function proceed(before: Configuration, after: Configuration): Configuration {
  checkConfiguration(after);
  assert.ok(after.nextMemberId >= before.nextMemberId);
  assert.deepEqual(parse(show(after)).outgoing, after.outgoing);
  if (isJoint(after)) assert.deepEqual(after.outgoing, votersOf(before));
  const voters = [before, after].flatMap((each) => [...votersOf(each), ...each.outgoing]);
  const everyone = [...new Set(voters)];
  for (let bits = 0; bits < 2 ** everyone.length; bits += 1) {
    const some = new Set(everyone.filter((_id, at) => (bits >> at) % 2 === 1));
    const others = new Set(everyone.filter((id) => !some.has(id)));
    const bothWin = hasQuorum(before, some) && hasQuorum(after, others);
    assert.equal(bothWin, false, `${show(before)} and ${show(after)} have quorums apart`);
  }
  return after;
}

const hasQuorum = (configuration: Configuration, ids: ReadonlySet<MemberId>): boolean =>
  tally(configuration, ids, new Set()) === 'won';

function isFulfilled({ members, trust: trusted }: Configuration, wish: Change): boolean {
  const member = members.find((each) =>
    wish.kind === 'add' ? each.directory === wish.directory : 'id' in wish && each.id === wish.id,
  );
  switch (wish.kind) {
    case 'add':
      return member !== undefined;
    case 'promote':
      return member?.standing === 'voter';
    case 'demote':
      return member?.standing === 'learner';
    case 'remove':
      return member === undefined;
    case 'prioritize':
      return member?.priority === wish.priority;
    case 'trust':
      return trusted === wish.trust;
  }
}

function table(cases: readonly [string, string, Change[], string][]): void {
  for (const [name, before, changes, after] of cases) {
    it(name, () => {
      const result = changeConfiguration(parse(before), changes);
      assert.equal(result.ok ? show(result.configuration) : result.problem, after);
      assert.equal(result.ok && result.changed, true);
    });
  }
}

function unchanged(cases: readonly [string, string, Change[]][]): void {
  for (const [name, text, changes] of cases) {
    it(name, () => {
      const configuration = parse(text);
      const result = changeConfiguration(configuration, changes);
      assert.ok(result.ok && result.configuration === configuration, 'the very same');
      assert.equal(result.changed, false);
    });
  }
}

function problems(cases: readonly [string, string, Change[], string][]): void {
  for (const [name, before, changes, problem] of cases) {
    it(name, () => {
      assert.deepEqual(changeConfiguration(parse(before), changes), { ok: false, problem });
    });
  }
}

const STANDINGS = { v: 'voter', l: 'learner', x: 'leaving' } as const;

function parse(text: string): Configuration {
  const parts = text.split('|').map((part) => part.trim());
  const value = (name: string): string | undefined =>
    parts.find((part) => part.startsWith(`${name} `))?.slice(name.length + 1);
  const configuration: Configuration = {
    members: parts[0]!.split(' ').filter(Boolean).map(parseMember),
    outgoing: (value('out')?.split(',') ?? []).map((id) => toMemberId(Number(id))),
    nextMemberId: toMemberId(Number(value('next'))),
    trust: parts.find((part) => part === 'lease' || part === 'neither') ?? 'earlyCampaign',
  };
  checkConfiguration(configuration);
  return configuration;
}

function parseMember(text: string): Member {
  const [id, priority] = text.slice(1).split('^').map(Number);
  const standing: Standing = STANDINGS[text[0] as keyof typeof STANDINGS];
  return { id: toMemberId(id!), directory: `d${id}`, priority: priority ?? 0, standing };
}

function show({ members, outgoing, nextMemberId, trust: trusted }: Configuration): string {
  const shown = members.map(({ id, priority, standing }) => {
    const letter = standing === 'leaving' ? 'x' : standing[0];
    return `${letter}${id}${priority === 0 ? '' : `^${priority}`}`;
  });
  return [
    shown.join(' '),
    ...(outgoing.length === 0 ? [] : [`out ${outgoing.join(',')}`]),
    `next ${nextMemberId}`,
    ...(trusted === 'earlyCampaign' ? [] : [trusted]),
  ]
    .join(' | ')
    .trim();
}
