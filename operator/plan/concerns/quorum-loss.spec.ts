import { strictEqual } from 'node:assert/strict';
import { told } from '../testing/next-action.ts';
import type { Row } from '../testing/next-action.ts';
import type { SeenPod } from '../observation.ts';
import { begunBy, seen } from '../testing/seen.ts';
import type { PodWords, Words } from '../testing/seen.ts';
import { PHASE } from '../words.ts';

const EMPTY: readonly PodWords[] = [{ empty: true }, { empty: true }, { empty: true }];
/** The id of the incident of member 1 alone, at 2/9, of however many. */
const INCIDENT = '8f6e35c910d336bb';
/** Of members 1 and 2 of five. */
const TWO_LEFT = 'bccda30850c57bdd';
/** Of members 1 to 3, while 4 to 6 are to take their places. */
const THREE_LEFT = '3aa7c60f05e92040';

/** What a backup has of the cluster before it was recovered. */
const RESTORED: NonNullable<Words['status']> = {
  clusterId: 'before',
  members: [1, 2, 3].map((id) => ({ id, directory: `before-${id}`, standing: 'Voter' as const })),
};
const OTHER =
  'wait OtherCluster: the pods hold members of cluster c1, and status.clusterId is before; if c1 is to go on: kubectl patch rmq demo -n brokers --subresource=status --type=merge -p \'{"status":{"clusterId":null}}\'';
const ANOTHER = seen({ pods: [{ id: 4, leads: true }, { id: 5 }] }).pods;
/** A member of the cluster before, alone, in the third pod. */
const OLD_AT_TWO = seen({
  pods: [{ absent: true, id: 1 }, { absent: true, id: 2 }, { id: 3 }],
}).pods.flatMap((pod) =>
  pod.status ? [{ ...pod, status: { ...pod.status, clusterId: 'before' } }] : [],
);

/** With consent; how their volumes are is each row's to say. */
const TWO_NODES_LOST: Words = {
  pods: [
    { id: 1, last: [2, 9] },
    { id: 2, silent: true },
    { id: 3, silent: true },
  ],
  meta: { recovery: { incident: INCIDENT, member: 1 } },
};

/** Of five, the first two are left, with consent to the first alone; the second is in this phase. */
function secondOfTwoIn(phase: NonNullable<SeenPod['status']>['phase']): Words {
  const words: Words = {
    meta: { replicas: 5, recovery: { incident: INCIDENT, member: 1 } },
    pods: [
      { id: 1, last: [2, 9] },
      { id: 2, last: [0, 0] },
      { id: 3, empty: true },
      { id: 4, empty: true },
      { id: 5, empty: true },
    ],
  };
  const nobody = { phase, clusterId: '', memberId: 0, configuration: undefined };
  const pods = seen(words).pods.map(({ status, ...pod }) => ({
    ...pod,
    ...(status && { status: pod.ordinal === 1 ? { ...status, ...nobody } : status }),
  }));
  return { ...words, rest: { pods } };
}

const NO_LEADER_SINCE_TWO_ARE_SILENT =
  'wait NoLeader: 1 of 3 voters answer and nobody leads; 2 are needed: silent are members 2, 3; delete the Node of one whose machine never comes back';

const rows: readonly Row[] = [
  [
    'waits while the members may elect',
    { pods: [{ id: 1 }, { id: 2 }, { id: 3 }] },
    'wait NoLeader: 3 of 3 voters answer and nobody leads; 2 are needed',
  ],
  [
    'waits for members that may come back',
    { pods: [{ id: 1 }, { id: 2, silent: true }, { id: 3, silent: true }] },
    NO_LEADER_SINCE_TWO_ARE_SILENT,
  ],
  [
    'waits for members that nobody can place as yet, and that may come back',
    {
      pods: [
        { id: 1 },
        { id: 2, nowhere: true, silent: true },
        { id: 3, nowhere: true, silent: true },
      ],
    },
    NO_LEADER_SINCE_TWO_ARE_SILENT,
  ],
  [
    'takes those that nobody can place for lost once all pods have said what they hold',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, nowhere: true, empty: true },
        { id: 3, nowhere: true, empty: true },
      ],
    },
    `wait QuorumLost: incident ${INCIDENT}: the quorum is lost; of 1 survivors, member 1 is the furthest`,
  ],
  [
    'reports, and does nothing',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
    },
    'wait QuorumLost: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest',
  ],
  [
    'has no survivor',
    { pods: EMPTY, status: { clusterId: 'c1' } },
    'wait QuorumLost: no pod holds a member of the cluster any more',
  ],
  [
    'has none to lose while who is written down to begin has not, whatever else is refused',
    {
      pods: EMPTY,
      set: { bootstrap: begunBy('new-0') },
      rest: {
        children: [{ kind: 'ConfigMap', name: 'a', state: 'missing', refusal: 'quota' }],
      },
    },
    'wait ChildRefused: ConfigMap a is refused by the API server: quota',
  ],
  [
    'waits for the only member while it opens its directory',
    { meta: { replicas: 1 }, pods: [{ opening: true }], status: { clusterId: 'c1' } },
    'wait WaitingForPods: pod 0 does not answer',
  ],
  [
    'has not lost the quorum of a cluster that pods have, and that another one leads',
    { pods: [{ id: 4, leads: true }, { id: 5 }, { id: 6 }], status: RESTORED },
    OTHER,
  ],
  [
    'nor while not all of them answer',
    { pods: [{ id: 4, leads: true }, { id: 5 }, { id: 6, silent: true }], status: RESTORED },
    OTHER,
  ],
  ['nor while it elects', { pods: [{ id: 4 }, { id: 5 }, { id: 6 }], status: RESTORED }, OTHER],
  [
    'nor when one of those before is still there',
    {
      pods: [{ id: 4, leads: true }, { id: 5 }, { id: 6, empty: true }],
      status: RESTORED,
      rest: { pods: [...ANOTHER.slice(0, 2), ...OLD_AT_TWO] },
    },
    OTHER,
  ],
  [
    'waits for silent pods before it takes members that nobody leads for another cluster',
    { pods: [{ id: 4 }, { id: 5 }, { id: 6, silent: true }], status: RESTORED },
    'wait WaitingForPods: pod 2 does not answer',
  ],
  [
    'restarts no member of another cluster, however old its template is',
    {
      pods: [{ id: 4, leads: true }, { id: 5, outdated: true }, { id: 6 }],
      status: RESTORED,
    },
    OTHER,
  ],
  [
    'finds the furthest by term, then index',
    {
      meta: { replicas: 5 },
      pods: [
        { id: 1, last: [2, 90] },
        { id: 2, last: [3, 8] },
        { id: 3, empty: true },
        { id: 4, empty: true },
        { id: 5, empty: true },
      ],
    },
    'wait QuorumLost: incident bccda30850c57bdd: the quorum is lost; of 2 survivors, member 2 is the furthest',
  ],
  [
    'refuses consent to another incident',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      meta: { recovery: { incident: 'other', member: 1 } },
    },
    'wait RecoveryRefused: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest; spec.meta.recovery is not this incident and its furthest survivor',
  ],
  [
    'refuses consent to a member that is not the furthest',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      meta: { recovery: { incident: INCIDENT, member: 2 } },
    },
    'wait RecoveryRefused: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest; spec.meta.recovery is not this incident and its furthest survivor',
  ],
  [
    'recovers with consent to this one',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      meta: { recovery: { incident: INCIDENT, member: 1 } },
    },
    'Recovering: recover demo-meta-0 as 1 at 2/9 from 8f6e35c910d336bb',
  ],
  [
    'refuses consent to a survivor that is behind another',
    {
      meta: { replicas: 5, recovery: { incident: TWO_LEFT, member: 1 } },
      pods: [
        { id: 1, last: [2, 90] },
        { id: 2, last: [3, 8] },
        { id: 3, empty: true },
        { id: 4, empty: true },
        { id: 5, empty: true },
      ],
    },
    'wait RecoveryRefused: incident bccda30850c57bdd: the quorum is lost; of 2 survivors, member 2 is the furthest; spec.meta.recovery is not this incident and its furthest survivor',
  ],
  [
    'does not go on before a survivor that opens its directory has said how far it is',
    secondOfTwoIn(PHASE.OPENING),
    'wait Recovering: member 2 in demo-meta-1 has yet to say what it holds',
  ],
  [
    'nor while the storage of one has failed',
    { ...secondOfTwoIn(PHASE.REOPENING), status: { incident: { id: INCIDENT, survivors: [] } } },
    'wait Recovering: member 2 in demo-meta-1 has yet to say what it holds',
  ],
  [
    'asks a person about a survivor that does not run, before another one goes on',
    secondOfTwoIn(PHASE.BROKEN),
    'wait MemberBroken: demo-meta-1 does not run: ; if it cannot be repaired: kubectl delete pvc data-demo-meta-1 and pod demo-meta-1',
  ],
  [
    'names a survivor that has not said how far it is',
    { ...secondOfTwoIn(PHASE.OPENING), meta: { replicas: 5 } },
    `wait QuorumLost: incident ${INCIDENT}: the quorum is lost; of 1 survivors, member 1 is the furthest; member 2 in demo-meta-1 has yet to say what it holds`,
  ],
  [
    'names those that are silent, and may come back with more',
    {
      meta: { replicas: 5 },
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, silent: true },
        { id: 3, empty: true },
        { id: 4, empty: true },
        { id: 5, empty: true },
      ],
    },
    `wait QuorumLost: incident ${INCIDENT}: the quorum is lost; of 1 survivors, member 1 is the furthest; silent, and on volumes that are there, are members 2`,
  ],
  [
    'deletes what lost nodes would bring back, before a survivor goes on',
    { ...TWO_NODES_LOST, volumes: (each) => ({ ...each, nodeLost: each.ordinal > 0 }) },
    'Recovering: delete data-demo-meta-1 uid volume-1',
  ],
  [
    'has the pod go that holds such a volume',
    {
      ...TWO_NODES_LOST,
      volumes: (each) => ({ ...each, nodeLost: each.ordinal > 0, deleting: each.ordinal > 0 }),
    },
    'Recovering: delete demo-meta-1 uid pod-1',
  ],
  [
    'waits until such volumes are gone',
    {
      ...TWO_NODES_LOST,
      volumes: (each) => ({ ...each, nodeLost: each.ordinal > 0, deleting: each.ordinal > 0 }),
      rest: { pods: seen(TWO_NODES_LOST).pods.slice(0, 1) },
    },
    'wait Recovering: data-demo-meta-1 is deleted before a survivor goes on',
  ],
  [
    'recovers when nothing has taken their place yet',
    { ...TWO_NODES_LOST, volumes: (each) => (each.ordinal > 0 ? undefined : each) },
    'Recovering: recover demo-meta-0 as 1 at 2/9 from 8f6e35c910d336bb',
  ],
  [
    'recovers when claims have that nothing is behind',
    { ...TWO_NODES_LOST, volumes: (each) => ({ ...each, bound: each.ordinal === 0 }) },
    'Recovering: recover demo-meta-0 as 1 at 2/9 from 8f6e35c910d336bb',
  ],
  [
    'keeps volumes of lost nodes without consent',
    {
      ...TWO_NODES_LOST,
      meta: {},
      volumes: (each) => ({ ...each, nodeLost: each.ordinal > 0 }),
    },
    'wait QuorumLost: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest',
  ],
  [
    'does not go on without voters of before who may know nothing of a change',
    {
      joint: true,
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, silent: true },
        { id: 3, silent: true },
        { id: 4, empty: true },
        { id: 5, empty: true },
        { id: 6, empty: true },
      ],
      meta: { recovery: { incident: INCIDENT, member: 1 } },
    },
    'wait NoLeader: members 2, 3 may come to lead without member 1',
  ],
  [
    'has nobody else go on while the chosen one is silent: it may have done so',
    {
      meta: { replicas: 5, recovery: { incident: TWO_LEFT, member: 2 } },
      pods: [
        { id: 1, last: [2, 90] },
        { id: 2, silent: true },
        { id: 3, empty: true },
        { id: 4, empty: true },
        { id: 5, empty: true },
      ],
      status: { incident: { id: TWO_LEFT, survivors: [] } },
    },
    'wait Recovering: member 2 does not answer, and may have gone on already',
  ],
  [
    'goes on without those who know that they need others',
    {
      joint: true,
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, last: [2, 8] },
        { id: 3, last: [2, 8] },
        { id: 4, empty: true },
        { id: 5, empty: true },
        { id: 6, empty: true },
      ],
      meta: { recovery: { incident: THREE_LEFT, member: 1 } },
    },
    'Recovering: recover demo-meta-0 as 1 at 2/9 from 3aa7c60f05e92040',
  ],
  [
    'recovers once',
    {
      pods: [
        { id: 1, last: [2, 9] },
        { id: 2, empty: true },
        { id: 3, empty: true },
      ],
      meta: { recovery: { incident: INCIDENT, member: 1 } },
      status: { recovery: { incident: INCIDENT, member: 1 } },
    },
    'wait RecoveryRefused: incident 8f6e35c910d336bb: the quorum is lost; of 1 survivors, member 1 is the furthest; spec.meta.recovery was recovered from already',
  ],
  [
    'restarts outdated pods meanwhile: a bad image can be taken back',
    {
      pods: [
        { id: 1, silent: true, outdated: true },
        { id: 2, silent: true, outdated: true },
        { id: 3 },
      ],
    },
    'RollingOut: delete demo-meta-1 uid pod-1',
  ],
];

describe('quorum loss', () => {
  for (const [name, words, decision] of rows) {
    it(name, () => strictEqual(told(words), decision));
  }
});
