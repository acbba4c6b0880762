import type { Mutant } from '../mutant.ts';

const CONTROLLERS = 'server/controllers/brokers';
const REGISTRY = 'server/state/registry';

/** Bugs in what leaders see to for brokers. */
export const BROKER_BUGS: readonly Mutant[] = [
  {
    name: 'heartbeat that ends no silence',
    description:
      'A leader counts from when it first waited for a broker, not from when it heard it.',
    edits: [
      {
        file: `${CONTROLLERS}/silence.ts`,
        find: 'const before = heard.has(name) ? undefined : silentMs.get(life);',
        replace: "const before = name === '' ? undefined : silentMs.get(life);",
      },
    ],
    caughtBy: ['a live broker never expires'],
    needs: 'brokers',
  },
  {
    name: 'nothing but heartbeats',
    description:
      'A broker that nobody heard is given up though it took what it was told, and answered.',
    edits: [
      {
        file: `${CONTROLLERS}/node-expiry.ts`,
        find: 'if (isThere && !isShared(node)) all.add(name);',
        replace: 'if (isThere && all.size < 0) all.add(name);',
      },
    ],
    caughtBy: ['a live broker never expires'],
    needs: 'brokers',
  },
  {
    name: 'published will not remembered',
    description: 'A leader that was told that a will is published sends it again.',
    edits: [
      {
        file: `${CONTROLLERS}/will-courier.ts`,
        find: "    if (fate?.kind === 'over') return 'over';\n",
        replace: '',
      },
    ],
    caughtBy: ['a will is sent again only when nobody can tell that it was published'],
    needs: 'brokers',
  },
  {
    name: 'transfer while wills are under way',
    description: 'A leader hands over while it still asks brokers to publish wills.',
    edits: [
      {
        file: `${CONTROLLERS}/transfer-at-rest.ts`,
        find: 'rest.quiet(begin);',
        replace: 'begin();',
      },
    ],
    caughtBy: ['a will is sent again only when nobody can tell that it was published'],
    needs: 'brokers',
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
    needs: 'brokers',
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
    needs: 'brokers',
  },
  {
    name: 'offsets of a deleted topic left',
    description: 'A topic goes before the last offset in its shards does.',
    edits: [
      {
        file: `${REGISTRY}/deletion.ts`,
        find: 'of records.list(offsetUse, [name])) {',
        replace: 'of [...records.list(offsetUse, [name])].slice(1)) {',
      },
    ],
    caughtBy: ['a deleted topic leaves nothing that no other topic refers to'],
    needs: 'brokers',
  },
  {
    name: 'shard gone without a word',
    description: 'A shard goes as if nobody had been told of it since brokers were asked.',
    edits: [
      {
        file: `${REGISTRY}/deletion.ts`,
        find: '    tell(gone);\n',
        replace: '',
      },
    ],
    caughtBy: ['a broker that was told all has nothing that is gone, and nothing twice'],
    needs: 'brokers',
  },
  {
    name: 'leader back without a replica',
    description: 'Who had left a segment for good and comes back leads it, and is no replica.',
    edits: [
      {
        file: `${REGISTRY}/segment-repair.ts`,
        find: '{ ...led, replicas, isr',
        replace: '{ ...led, isr',
      },
    ],
    caughtBy: ["a segment's leader is in its ISR"],
    needs: 'brokers',
  },
];
