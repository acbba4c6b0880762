import { plan } from './planner-mutant.ts';
import type { PlannerMutant } from './planner-mutant.ts';

/** Bugs of what is taken for lost, and of how a survivor goes on. */
export const QUORUM_LOSSES: readonly PlannerMutant[] = [
  {
    name: 'recovery without consent',
    seed: 15,
    description: 'A lost quorum is recovered from as soon as it is seen.',
    edits: [
      {
        file: plan('concerns/quorum-loss.ts'),
        find: "  if (recovery === undefined) return stall('QuorumLost', describe(picture, incident), { incident });\n  return recover(picture, incident, recovery);",
        replace:
          '  return recover(picture, incident, recovery ?? { incident: incident.id, member: incident.survivors[0]?.member ?? 0 });',
      },
    ],
    caughtBy: ['recovery is wanted', 'volumes of members are kept'],
  },
  {
    name: 'recovery from who has least',
    course: 'a quorum lost of five',
    seed: 42,
    description: 'Of those that survive, the one with the shortest log goes on.',
    edits: [
      {
        file: plan('incident.ts'),
        find: 'b.lastLogTerm - a.lastLogTerm || b.lastLogIndex - a.lastLogIndex',
        replace: 'a.lastLogTerm - b.lastLogTerm || a.lastLogIndex - b.lastLogIndex',
      },
    ],
    caughtBy: ['recovery is wanted'],
  },
  {
    name: 'recovery beside volumes that come back',
    seed: 58,
    description: 'A survivor goes on while volumes of lost members wait for their nodes.',
    edits: [
      {
        file: plan('concerns/quorum-loss.ts'),
        find: '  if (before) return before;',
        replace: "  if (before?.reason === 'QuorumLost') return before;",
      },
    ],
    caughtBy: ['one cluster serves', 'volumes of members are kept'],
  },
  {
    name: 'members forgotten in silence',
    seed: 26,
    description: 'The status names no members while none of them answers.',
    edits: [
      {
        file: plan('status.ts'),
        find: 'return picture.seen.cluster.status?.members ?? [];',
        replace: 'return [];',
      },
    ],
    caughtBy: ['a leader is known'],
  },
  {
    name: 'silence is loss',
    seed: 1,
    description: 'A member that does not answer counts as lost, wherever its volume is.',
    edits: [
      {
        file: plan('concerns/quorum-loss.ts'),
        find: 'isHome(volume.ordinal) && volume.bound && !volume.nodeLost;',
        replace: "isHome(volume.ordinal) && volume.uid === '';",
      },
    ],
    caughtBy: [
      ...['one cluster serves', 'volumes of members are kept'],
      'a quorum that is reported lost is lost',
    ],
  },
  {
    name: 'volumes of lost nodes without consent',
    seed: 61,
    description:
      'They are deleted as soon as the quorum is lost, whether their nodes come back or not.',
    edits: [
      {
        file: plan('concerns/quorum-loss.ts'),
        find: "  if (recovery === undefined) return stall('QuorumLost', describe(picture, incident), { incident });",
        replace:
          "  if (recovery === undefined) return wipeLost(picture, { incident }) ?? stall('QuorumLost', describe(picture, incident), { incident });",
      },
    ],
    caughtBy: ['volumes of members are kept'],
  },
];
