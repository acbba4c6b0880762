import assert from 'node:assert/strict';
import type { Configuration, Member } from './configuration.ts';
import {
  checkConfiguration,
  EMPTY_CONFIGURATION,
  findMember,
  isDirectory,
  isJoint,
  isVoter,
  votersOf,
} from './configuration.ts';
import { toMemberId, type MemberId } from '../ids.ts';
import { InvariantError } from '../invariant.ts';

const id = toMemberId;

const member = (of: number, standing: Member['standing'], priority = 0): Member => ({
  id: id(of),
  directory: `d${of}`,
  priority,
  standing,
});

const simple: Configuration = {
  members: [member(1, 'voter'), member(2, 'voter'), member(4, 'learner')],
  outgoing: [],
  nextMemberId: id(5),
  trust: 'lease',
};

/** 2 is demoted, 3 removed, 5 added. */
const joint: Configuration = {
  members: [
    member(1, 'voter', 7),
    member(2, 'learner'),
    member(3, 'leaving'),
    member(4, 'learner'),
    member(5, 'voter'),
  ],
  outgoing: [id(1), id(2), id(3)],
  nextMemberId: id(6),
  trust: 'earlyCampaign',
};

describe('configuration', () => {
  it('knows its incoming voters', () => {
    assert.deepEqual(votersOf(EMPTY_CONFIGURATION), []);
    assert.deepEqual(votersOf(simple), [1, 2]);
    assert.deepEqual(votersOf(joint), [1, 5]);
    assert.equal(votersOf(joint), votersOf(joint), 'picked out once');
  });

  it('counts incoming and outgoing voters as voters', () => {
    const votersAmong = (configuration: Configuration): readonly number[] =>
      [1, 2, 3, 4, 5, 6].filter((of) => isVoter(configuration, id(of)));
    assert.deepEqual(votersAmong(EMPTY_CONFIGURATION), []);
    assert.deepEqual(votersAmong(simple), [1, 2]);
    assert.deepEqual(votersAmong(joint), [1, 2, 3, 5]);
  });

  it('is joint while voters are going out', () => {
    assert.deepEqual([EMPTY_CONFIGURATION, simple, joint].map(isJoint), [false, false, true]);
  });

  it('finds every member, leaving ones too', () => {
    assert.equal(findMember(joint, id(3)), joint.members[2]);
    assert.equal(findMember(joint, id(6)), undefined);
  });

  it('takes any printable name for a directory', () => {
    const names = ['9b2f6a1e-6d0c-4b8e-9f5e-3a3f1f0f7f11', '', 'a b', 'a\n', 'ä', 'x'.repeat(65)];
    assert.deepEqual(names.map(isDirectory), [true, false, false, false, false, false]);
  });

  describe('checkConfiguration', () => {
    const seven = [1, 2, 3, 4, 5, 6, 7];

    const valid: Readonly<Record<string, Configuration>> = {
      'no cluster yet': EMPTY_CONFIGURATION,
      simple,
      joint,
      'seven voters and seven learners': {
        ...simple,
        members: [
          ...seven.map((of) => member(of, 'voter')),
          ...seven.map((of) => member(of + 7, 'learner')),
        ],
        nextMemberId: id(15),
      },
    };
    for (const [name, configuration] of Object.entries(valid)) {
      it(`accepts: ${name}`, () => {
        checkConfiguration(configuration);
      });
    }

    const withMembers = (...members: Member[]): Configuration => ({
      ...simple,
      members,
      nextMemberId: id(100),
    });
    const one = member(1, 'voter');
    const broken: Readonly<Record<string, Configuration>> = {
      'a member id is a positive safe integer': withMembers({ ...one, id: 0 as MemberId }),
      'members are sorted by id, and an id belongs to one member': withMembers(one, one),
      'outgoing voters are sorted by id, each named once': { ...joint, outgoing: [id(2), id(1)] },
      'the next member id has never been given': { ...simple, nextMemberId: id(4) },
      'every outgoing voter is a member': { ...simple, outgoing: [id(3)] },
      'a directory is 1 to 64 printable ASCII characters': withMembers({ ...one, directory: '' }),
      'a directory belongs to one member': withMembers(one, { ...one, id: id(2) }),
      'a priority is a non-negative safe integer': withMembers({ ...one, priority: -1 }),
      'only an outgoing voter is leaving': withMembers(one, member(2, 'leaving')),
      'the number of learners is bounded': withMembers(
        one,
        ...[...seven, 8].map((of) => member(of + 1, 'learner')),
      ),
      'the number of voters is bounded': withMembers(
        ...[...seven, 8].map((of) => member(of, 'voter')),
      ),
      'the number of outgoing voters is bounded': {
        ...withMembers(one, ...[...seven, 8].map((of) => member(of + 1, 'leaving'))),
        outgoing: [...seven, 8].map((of) => id(of + 1)),
      },
      'a cluster has a voter': withMembers(member(1, 'learner')),
      'trust in time is one of the kinds there are': { ...simple, trust: 'both' as 'neither' },
      'a standing is one of those there are': withMembers(one, {
        ...member(2, 'voter'),
        standing: 'king' as 'voter',
      }),
      'a configuration lists members and outgoing voters': {} as Configuration,
    };
    for (const [invariant, configuration] of Object.entries(broken)) {
      it(`refuses unless ${invariant}`, () => {
        assert.throws(
          () => checkConfiguration(configuration),
          (error) => error instanceof InvariantError && error.invariant === invariant,
        );
      });
    }

    // Every object knows these names, and none of them is one of ours.
    const garbage: Readonly<Record<string, unknown>> = {
      'a trust that is a name of every object': { ...simple, trust: 'constructor' },
      'a standing that is a name of every object': withMembers(one, {
        ...member(2, 'voter'),
        standing: 'toString' as 'voter',
      }),
      'a directory that is a number': withMembers({ ...one, directory: 5 as never }),
      'no next member id': { ...simple, nextMemberId: undefined },
      'an outgoing voter that is nothing': { ...joint, outgoing: [null] },
      'a member that is nothing': withMembers(null as never),
      'no outgoing voters': { ...simple, outgoing: undefined },
      nothing: undefined,
      'a name': 'simple',
    };
    for (const [name, configuration] of Object.entries(garbage)) {
      it(`refuses ${name}`, () => {
        assert.throws(() => checkConfiguration(configuration as Configuration), InvariantError);
      });
    }

    it('refuses a cluster that has lost all members', () => {
      assert.throws(() => checkConfiguration(withMembers()), /a cluster has a voter/);
    });
  });
});
