/** Observations in few words: `seen({ pods: [{ id: 1, leads: true }, { id: 2 }, { empty: true }] })`. */
import type { Member, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Bootstrap, MetaSpec, RobustMQCluster } from '../../api/cluster.ts';
import { podName, volumeName } from '../../api/names.ts';
import { sampleCluster } from '../../api/testing/sample-cluster.ts';
import type { Observation, SeenPod, SeenStatefulSet, SeenVolume } from '../observation.ts';

/** What is in the pod of an ordinal. */
export interface PodWords {
  /** Of its member in the configuration. */
  readonly id?: number;
  readonly learner?: true;
  readonly leads?: true;
  /** The leader has it behind. */
  readonly behind?: true;
  /** The leader finds less in its log than it had acknowledged. */
  readonly regressed?: true;
  /** It is there and does not answer. */
  readonly silent?: true;
  /** The leader hears it nevertheless. */
  readonly heard?: true;
  /** There is no such pod, nor volume; its member may be known. */
  readonly absent?: true;
  /** It waits for orders, on a directory that is new. With an id: that member's directory is lost. */
  readonly empty?: true;
  readonly removed?: true;
  /** It was removed, and has not heard of it yet. */
  readonly unaware?: true;
  /** Nobody knows where its member is reached. */
  readonly nowhere?: true;
  /** It is opening its directory, and knows nothing yet. */
  readonly opening?: true;
  /** It found its directory damaged: it cannot say which one it is. */
  readonly damaged?: true;
  readonly foreign?: true;
  readonly outdated?: true;
  /** What it runs; if not set, that of the sample. */
  readonly image?: string;
  readonly ready?: boolean;
  /** Nobody has heard of its kubelet since it was ready. */
  readonly cutOff?: true;
  /** Names of alarms that it raises. */
  readonly alarms?: readonly string[];
  readonly last?: readonly [term: number, index: number];
}

export interface Words {
  readonly meta?: Partial<MetaSpec>;
  readonly status?: NonNullable<RobustMQCluster['status']>;
  readonly pods?: readonly PodWords[];
  readonly set?: Partial<SeenStatefulSet>;
  readonly volumes?: (volume: SeenVolume) => SeenVolume | undefined;
  readonly joint?: true;
  /** The configuration may still be taken back. */
  readonly uncommitted?: true;
  readonly rest?: Partial<Observation>;
  readonly cluster?: (cluster: RobustMQCluster) => RobustMQCluster;
}

export const CLUSTER_ID = 'c1';
const INDEX = 40;

const addressOf = (ordinal: number): string =>
  `${podName('demo', ordinal)}.demo-meta-peers.brokers.svc:1230`;

const directoryOf = (id: number): string => `directory-${id}`;

const unchanged = (cluster: RobustMQCluster): RobustMQCluster => cluster;

/** How a cluster begins whose first member is in this directory. */
export const begunBy = (directory: string): Bootstrap => ({ clusterId: CLUSTER_ID, directory });

/** The observation that the words tell of. */
export function seen(words: Words): Observation {
  const {
    pods = [],
    meta = {},
    status,
    joint,
    uncommitted,
    rest = {},
    cluster = unchanged,
  } = words;
  const members = pods.flatMap((pod, ordinal) => memberOf(pod, ordinal));
  const leader = pods.find(({ leads }) => leads)?.id ?? 0;
  const volume = words.volumes ?? ((same): SeenVolume => same);
  return {
    now: { ms: 1_767_268_800_000, text: '2026-01-01T12:00:00Z' },
    operator: 'robustmq-operator/robustmq-operator',
    cluster: cluster(sampleCluster(meta, status && { status })),
    children: [],
    statefulSet: {
      uid: 'set',
      resourceVersion: '7',
      state: 'current',
      replicas: pods.length,
      updateRevision: 'new',
      bootstrap: begunBy(directoryOf(1)),
      volumeSizeCurrent: true,
      ...words.set,
    },
    pods: pods.flatMap((pod, ordinal) =>
      pod.absent ? [] : [seenPod(pod, ordinal, { members, leader, joint, uncommitted, pods })],
    ),
    volumes: pods.flatMap((pod, ordinal) => {
      const made = pod.absent ? undefined : volume(seenVolume(ordinal));
      return made ?? [];
    }),
    refusals: {},
    learnerIdleMs: {},
    ...rest,
  };
}

const memberOf = ({ id, learner, nowhere }: PodWords, ordinal: number): Member[] =>
  id === undefined
    ? []
    : [
        {
          id,
          directory: directoryOf(id),
          standing: learner ? 1 : 2,
          priority: 0,
          peerAddress: nowhere ? '' : addressOf(ordinal),
          clientAddress: '',
        },
      ];

const seenVolume = (ordinal: number): SeenVolume => ({
  name: volumeName('demo', ordinal),
  uid: `volume-${ordinal}`,
  resourceVersion: '9',
  ordinal,
  deleting: false,
  predates: false,
  fresh: false,
  size: 'current',
  owned: false,
  leaving: false,
  bound: true,
  nodeLost: false,
});

interface World {
  readonly members: readonly Member[];
  readonly leader: number;
  readonly joint: true | undefined;
  readonly uncommitted: true | undefined;
  readonly pods: readonly PodWords[];
}

function seenPod(words: PodWords, ordinal: number, world: World): SeenPod {
  const ready = words.ready ?? !(words.silent ?? words.empty ?? words.removed ?? false);
  return {
    name: podName('demo', ordinal),
    uid: `pod-${ordinal}`,
    ordinal,
    revision: words.outdated ? 'old' : 'new',
    image: words.image ?? 'registry.example/robustmq/meta:0.1.0',
    deleting: false,
    ready,
    containersReady: words.cutOff ?? ready,
    peerAddress: addressOf(ordinal),
    ...(!words.silent && { status: statusOf(words, ordinal, world) }),
  };
}

function statusOf(
  words: PodWords,
  ordinal: number,
  { members, leader, joint, uncommitted, pods }: World,
): Status {
  const stranger =
    words.opening ?? words.empty ?? words.removed ?? words.unaware ?? words.foreign ?? false;
  const id = stranger ? 0 : (words.id ?? 0);
  const [lastLogTerm, lastLogIndex] = words.last ?? [2, 50];
  return {
    directory: words.damaged ? '' : stranger ? `new-${ordinal}` : directoryOf(id),
    clusterId: (words.empty ?? words.opening) ? '' : words.foreign ? 'other' : CLUSTER_ID,
    memberId: words.removed || words.unaware || words.foreign ? 99 : id,
    phase: words.opening ? 1 : words.damaged ? 5 : words.empty ? 2 : 3,
    error: words.damaged ? 'checksum of entry 9' : '',
    role: words.removed ? 5 : words.leads ? 4 : 1,
    term: 2,
    leaderId: leader,
    leaderClientAddress: '',
    leaderPeerAddress: '',
    commitIndex: uncommitted ? INDEX - 1 : 50,
    appliedIndex: 50,
    durableIndex: 50,
    stateHash: '',
    firstLogIndex: 1,
    lastLogIndex,
    lastLogTerm,
    configuration: stranger
      ? undefined
      : { index: INDEX, members, outgoingVoterIds: joint ? [1, 2, 3] : [], trust: 3 },
    progress: words.leads ? progressOf(pods) : [],
    alarms: (words.alarms ?? []).map((name) => ({ name, message: 'at this moment' })),
    versions: { server: '0.1.0', command: 1, commandMax: 1, directoryFormat: 1 },
    sizes: undefined,
    clientAddress: '',
    peerAddress: addressOf(ordinal),
    startedMs: 0,
    certificates: undefined,
    brokerIds: [],
  };
}

const progressOf = (pods: readonly PodWords[]): Status['progress'] =>
  pods.flatMap(({ id, leads, behind, silent, heard, absent, empty, regressed }) =>
    id === undefined || leads
      ? []
      : [
          {
            memberId: id,
            matchIndex: 50,
            state: 2,
            recent: heard ?? !(silent ?? absent ?? empty ?? false),
            caughtUp: !(behind ?? regressed ?? false),
            regressed: regressed ?? false,
          },
        ],
  );
