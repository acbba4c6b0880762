import type { Mutant } from '../mutant.ts';

const QUORUM = 'server/raft/membership/quorum.ts';

/** Bugs in what counts as a majority. */
export const QUORUM_BUGS: readonly Mutant[] = [
  {
    name: 'learner counted in a quorum',
    description: 'What a learner has helps towards a majority of the voters.',
    edits: [
      {
        file: QUORUM,
        find: '  const incoming = floorAmong(votersOf(configuration), valueOf);',
        replace:
          '  const incoming = floorAmong(configuration.members.map(({ id }) => id), valueOf, votersOf(configuration).length);',
      },
      {
        file: QUORUM,
        find: 'function floorAmong(voters: readonly MemberId[], valueOf: (id: MemberId) => number): number {',
        replace:
          'function floorAmong(voters: readonly MemberId[], valueOf: (id: MemberId) => number, of = voters.length): number {',
      },
      {
        file: QUORUM,
        find: 'return descending[majority(count) - 1]',
        replace: 'return descending[majority(of) - 1]',
      },
    ],
    caughtBy: ['committed is durable', 'reads are confirmed by a quorum'],
  },
  {
    name: 'half is a majority',
    description: 'Two of four voters decide.',
    edits: [
      {
        file: QUORUM,
        find: 'Math.floor(count / 2) + 1;',
        replace: 'Math.ceil(count / 2);',
      },
    ],
    caughtBy: [
      'committed is durable',
      'leaders are elected by a quorum',
      'reads are confirmed by a quorum',
    ],
  },
  {
    name: 'one majority only during a joint change',
    description: 'In a joint configuration the incoming voters decide alone.',
    edits: [
      {
        file: QUORUM,
        find: '    : Math.min(incoming, floorAmong(configuration.outgoing, valueOf));',
        replace: '    : incoming;',
      },
      {
        file: QUORUM,
        find: "if (configuration.outgoing.length === 0 || incoming === 'lost') return incoming;",
        replace: "if (incoming !== 'open' || configuration.outgoing.length === 0) return incoming;",
      },
    ],
    caughtBy: [
      'committed is durable',
      'leaders are elected by a quorum',
      'reads are confirmed by a quorum',
    ],
  },
];
