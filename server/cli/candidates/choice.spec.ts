import assert from 'node:assert/strict';
import type { Candidate, Known, Usable } from './candidate.ts';
import { choose } from './choice.ts';

const voter = (id: number): Known => ({ id, standing: 'voter', peerAddress: '' });

/** A directory of member 1 of three voters, whose log ends at 10 of term 5. */
const directory = (changed: Partial<Usable> = {}): Usable => ({
  ...{ kind: 'usable', place: { kind: 'directory', name: `dir ${changed.member ?? 1}` } },
  ...{ cluster: 'old', member: 1, directory: 'uuid', term: 5, last: { term: 5, index: 10 } },
  ...{ applied: 10, leader: 0, members: [1, 2, 3].map(voter), outgoing: [] },
  ...changed,
});

const endpoint = (changed: Partial<Usable> = {}): Usable =>
  directory({ place: { kind: 'endpoint', name: `meta-${changed.member ?? 1}` }, ...changed });

const unusable = (kind: 'directory' | 'endpoint', reached: boolean): Candidate => ({
  kind: 'unusable',
  place: { kind, name: `lost ${kind}` },
  ...{ why: 'it is gone.', reached },
});

const end = (term: number, index: number) => ({ term, index });

/** The member that is recommended. */
function best(...all: readonly Candidate[]): string {
  const choice = choose(all);
  assert(choice.kind === 'recommended', JSON.stringify(choice));
  return choice.best.place.name;
}

describe('The recommendation', () => {
  for (const [name, all, expected] of [
    ['the only one', [directory()], 'dir 1'],
    [
      'the last term before the last index',
      [directory({ last: end(5, 900) }), endpoint({ member: 2, last: end(6, 3) })],
      'meta-2',
    ],
    [
      'in one term the last index',
      [endpoint({ last: end(5, 9) }), directory({ member: 2, last: end(5, 10) })],
      'dir 2',
    ],
    [
      'numbers by their value',
      [directory({ last: end(9, 9) }), directory({ member: 2, last: end(10, 1) })],
      'dir 2',
    ],
    [
      'neither what was applied nor the term that was seen',
      [
        directory({ applied: 10, term: 99 }),
        directory({ member: 2, last: end(5, 11), applied: 1 }),
      ],
      'dir 2',
    ],
    ['of two that are as far, the first', [endpoint({ member: 3 }), directory()], 'meta-3'],
  ] as const) {
    it(`takes ${name}`, () => assert.equal(best(...all), expected));
  }

  it('tells of voters that nobody has looked at, and of no learners', () => {
    const members: Known[] = [
      ...[1, 2].map(voter),
      { id: 3, standing: 'leaving', peerAddress: 'meta-3:1230' },
      { id: 4, standing: 'learner', peerAddress: '' },
    ];
    const choice = choose([directory({ members, outgoing: [1, 2, 3] })]);
    assert(choice.kind === 'recommended');
    assert.deepEqual(
      choice.absent.map(({ id }) => id),
      [2, 3],
    );
  });

  it('counts directories to no quorum: nobody has to start them', () => {
    assert.equal(best(directory(), directory({ member: 2 }), endpoint({ member: 3 })), 'dir 1');
  });

  it('lets a member that runs go on that is no quorum', () => {
    assert.equal(best(endpoint(), endpoint()), 'meta-1');
    const outgoing = [1, 4, 5];
    const members = [1, 2, 3].map(voter);
    assert.equal(
      best(...[1, 2].map((member) => endpoint({ member, members, outgoing }))),
      'meta-1',
    );
  });

  it('lets a learner that knows an old configuration speak for nobody', () => {
    const learner = endpoint({
      ...{ member: 4, last: end(1, 1) },
      members: [voter(1), { id: 4, standing: 'learner', peerAddress: '' }],
    });
    assert.equal(best(learner, endpoint()), 'meta-1');
  });
});

describe('No candidate is recommended', () => {
  for (const [name, all, code, words] of [
    ['without any', [], 'unreachable', /no log here that could go on/],
    [
      'when no endpoint was reached',
      [unusable('endpoint', false)],
      'unreachable',
      /lost endpoint: it is gone\. .*is TLS wanted there/,
    ],
    ['when an endpoint has answered', [unusable('endpoint', true)], 'refused', /no log here/],
    [
      'when a directory is none',
      [unusable('endpoint', false), unusable('directory', false)],
      'refused',
      /lost endpoint: it is gone; lost directory/,
    ],
    [
      'of different clusters',
      [directory(), endpoint({ member: 2, cluster: 'other' })],
      'refused',
      /dir 1 belongs to cluster old, and meta-2 to cluster other/,
    ],
    [
      'while one of them follows a leader, be it behind',
      [directory({ last: end(9, 9) }), endpoint({ member: 2, leader: 3 })],
      'refused',
      /not lost: meta-2 says that member 3 leads/,
    ],
    [
      'while enough voters run to elect one',
      [endpoint(), endpoint({ member: 2 }), directory({ member: 3, last: end(9, 9) })],
      'refused',
      /not lost: members 1, 2 run/,
    ],
    [
      'while enough voters of both configurations run',
      [1, 2, 4].map((member) => endpoint({ member, outgoing: [1, 4, 5] })),
      'refused',
      /not lost: members 1, 2, 4 run/,
    ],
    [
      'while a directory was not read',
      [directory(), unusable('directory', true)],
      'refused',
      /lost directory: it is gone\. .*run this again without it/,
    ],
    [
      'while an endpoint was not reached',
      [directory(), unusable('endpoint', false)],
      'refused',
      /how far these are: lost endpoint/,
    ],
  ] as const) {
    it(name, () => {
      const choice = choose(all);
      assert(choice.kind === 'refused', JSON.stringify(choice));
      assert.equal(choice.obstacle.code, code);
      assert.match(choice.obstacle.message, words);
      assert.match(choice.obstacle.message, /Nothing was changed/);
    });
  }
});
