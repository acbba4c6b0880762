import type { Mutant } from '../mutant.ts';

const MEMBERSHIP = 'server/raft/membership/membership.ts';
const CHANGE = 'server/raft/membership/configuration-change.ts';

/** Bugs in changing who belongs to the cluster. */
export const MEMBERSHIP_BUGS: readonly Mutant[] = [
  {
    name: 'voters changed without a joint phase',
    description: 'The new voters decide at once.',
    edits: [
      {
        file: CHANGE,
        find: 'if (isSame(outgoing, votersOf(incoming))) return checked(incoming);',
        replace: 'if (outgoing.length >= 0) return checked(incoming);',
      },
    ],
    caughtBy: ['consecutive configurations overlap'],
  },
  {
    name: 'second change before the first is committed',
    description: 'A change is accepted while the configuration it changes may still be dropped.',
    edits: [
      {
        file: MEMBERSHIP,
        find: 'if (raft.configurations.length > 1 || isJoint(placed.configuration)) {',
        replace: 'if (isJoint(placed.configuration)) {',
      },
    ],
    caughtBy: ['one configuration change in flight'],
  },
  {
    name: 'joint phase left before it is committed',
    description: 'The outgoing voters are let go before they have agreed to it.',
    edits: [
      {
        file: MEMBERSHIP,
        find: 'if (isJoint(configuration) && index <= raft.commit)',
        replace: 'if (isJoint(configuration) && index > 0)',
      },
    ],
    caughtBy: ['one configuration change in flight'],
  },
  {
    name: 'joint phase never left',
    description: 'Nobody ends a joint phase.',
    edits: [
      {
        file: MEMBERSHIP,
        find: 'if (isJoint(configuration) && index <= raft.commit)',
        replace: 'if (isJoint(configuration) && index < 0)',
      },
    ],
    caughtBy: ['liveness after healing'],
  },
  {
    name: 'change applied twice',
    description: 'The leader enters the joint phase of an accepted change again after its end.',
    edits: [
      {
        file: MEMBERSHIP,
        find: '    putInForce(raft, role, leaveJoint(configuration));\n',
        replace:
          '    putInForce(raft, role, leaveJoint((raft.again = configuration)));\n  else if (raft.again !== undefined && index <= raft.commit) {\n    putInForce(raft, role, raft.again);\n    raft.again = undefined;\n  }\n',
      },
    ],
    caughtBy: ['changes are compare-and-swap'],
  },
  {
    name: 'change decided on another configuration',
    description: 'A change is accepted on another configuration than it was decided on.',
    edits: [
      { file: MEMBERSHIP, find: 'if (expected !== placed.index)', replace: 'if (expected < 0)' },
    ],
    caughtBy: ['changes are compare-and-swap'],
  },
  {
    name: 'change accepted before the term has committed',
    description: 'A new leader changes members while a predecessor’s change may still surface.',
    edits: [
      {
        file: MEMBERSHIP,
        find: 'if (raft.commit < role.firstIndex) return',
        replace: 'if (raft.commit < 0) return',
      },
    ],
    caughtBy: ['one configuration change in flight'],
  },
  {
    name: 'new member spoken to too early',
    description: 'A new member acts under an id that the next leader may give to another.',
    edits: [
      {
        file: 'server/raft/membership/track-configuration.ts',
        find: 'isVoter(configuration, id) || findMember(committed, id) !== undefined);',
        replace: 'isVoter(configuration, id) || findMember(configuration, id) !== undefined);',
      },
    ],
    caughtBy: ['an identity is bound to its directory'],
  },
  {
    name: 'id of a removed member given again',
    description: 'A removal makes the last id free.',
    edits: [
      {
        file: CHANGE,
        find: '  draft.members.delete(id);\n  return undefined;',
        replace:
          '  draft.members.delete(id);\n  draft.nextMemberId = 1 + Math.max(...draft.members.keys());\n  return undefined;',
      },
    ],
    caughtBy: [
      'an identity is bound to its directory',
      'invariant: the next member id has never been given',
      'liveness after healing',
    ],
  },
  {
    name: 'configuration kept after its entry is cut off',
    description: 'A follower goes by a configuration that was dropped.',
    edits: [
      {
        file: 'server/raft/replication/following.ts',
        find: '    dropConfigurationsFrom(raft, first.index);\n',
        replace: '',
      },
    ],
    caughtBy: ['members go by the last configuration in their log'],
  },
  {
    name: 'configuration in force only once committed',
    description: 'Members go by the last committed configuration, not by the last in the log.',
    edits: [
      {
        file: 'server/raft/raft.ts',
        find: '  raft.configurations.at(-1) ?? raft.configurations[0];',
        replace: '  raft.configurations[0];',
      },
    ],
    caughtBy: ['members go by the last configuration in their log'],
  },
  {
    name: 'wiped member voting under its old identity',
    description: 'An empty directory takes the id of the member whose place it is in.',
    edits: [
      {
        file: 'server/node/create-node.ts',
        find: "if (now.kind === 'waiting' && envelope.directory === directory) {",
        replace: "if (now.kind === 'waiting') {",
      },
      {
        file: 'server/node/post.ts',
        find: '      receiver === directory &&\n',
        replace: '',
      },
    ],
    caughtBy: ['an identity is bound to its directory'],
  },
];
