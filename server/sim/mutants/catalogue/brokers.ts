import type { Mutant } from '../mutant.ts';

const CONTROLLERS = 'server/controllers/brokers';
const REGISTRY = 'server/state/registry';

/** Bugs in what leaders see to for brokers. */
export const BROKER_BUGS: readonly Mutant[] = [
  {
    name: 'jump of a clock taken for silence',
    description: 'A leader whose clock jumps takes brokers for silent that it heard a moment ago.',
    edits: [
      {
        file: `${CONTROLLERS}/silence.ts`,
        find: 'Math.min(strideMsMax, Math.max(0, nowMs - (passedMs ?? nowMs)))',
        replace: '(strideMsMax < 0 ? 0 : Math.max(0, nowMs - (passedMs ?? nowMs)))',
      },
    ],
    caughtBy: ['a live broker never expires'],
  },
  {
    name: 'will sent while it is under way',
    description: 'A leader does not wait for what becomes of a will.',
    edits: [
      {
        file: `${CONTROLLERS}/will-courier.ts`,
        find: "    if (fate?.kind === 'underWay') return undefined;\n",
        replace: '',
      },
    ],
    caughtBy: ['a will is sent once in every run without an ambiguous failure'],
  },
  {
    name: 'leader from the replicas',
    description: 'A segment that has lost its leader is led by any replica, in sync or not.',
    edits: [
      {
        file: `${REGISTRY}/segment-leader.ts`,
        find: 'left.isr.find((node_id) => isRegistered(records, node_id))',
        replace:
          'left.replicas.map(({ node_id }) => node_id).find((id) => isRegistered(records, id))',
      },
    ],
    caughtBy: ["a segment's leader is in its ISR"],
  },
  {
    name: 'leader without an epoch of its own',
    description: 'A segment is led by another replica in the same leader epoch.',
    edits: [
      {
        file: `${REGISTRY}/segment-leader.ts`,
        find: '    leader_epoch: nextEpoch(records, before.leader_epoch),\n',
        replace: '',
      },
    ],
    caughtBy: ['epochs only grow'],
  },
  {
    name: 'offsets of a deleted topic left',
    description: 'A topic goes before the last offset in its shards does.',
    edits: [
      {
        file: `${REGISTRY}/deletion.ts`,
        find: '[...records.list(offsetUse, [name])]) {',
        replace: '[...records.list(offsetUse, [name])].slice(1)) {',
      },
    ],
    caughtBy: ['a deleted topic leaves nothing that no other topic refers to'],
  },
];
