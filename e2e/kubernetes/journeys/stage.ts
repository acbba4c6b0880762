/** A cluster of members on which a journey is made: what is there, and what can be done to it. */
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';
import { selectorLabels } from '../../../operator/api/names.ts';
import { RESOURCE } from '../definition.ts';
import { until } from '../../processes/until.ts';
import { isAsSpecified, isReady } from '../health/ready.ts';
import { untilReady, type Kubectl } from '../kubectl.ts';
import type { Ground } from '../operator/ground.ts';
import { apartNodes, type ApartNodes } from './apart-nodes.ts';
import { darkNodes, type DarkNodes } from './dark-nodes.ts';
import { ownAuthority, type OwnAuthority } from './own-authority.ts';
import { CLUSTER, sampleResource, type Resource } from './sample.ts';
import type { Whose } from './steps.ts';
import { takenNodes, type TakenNodes } from './taken-nodes.ts';
import { watchObjects, type KubernetesObject } from './watched.ts';

export interface Pod extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The resource after something of it changed. */
export interface Seen {
  readonly atMs: number;
  readonly cluster: RobustMQCluster;
}

export interface Stage {
  readonly ground: Ground;
  readonly namespace: string;
  /** In the namespace of the cluster. */
  readonly kubectl: Pick<Kubectl, 'attempt'> & ((...args: readonly string[]) => string);
  /** Every version of the resource so far. */
  readonly seen: readonly Seen[];
  /** The resource as it is. */
  readonly resource: () => RobustMQCluster | undefined;
  /** Pods of members, by name. */
  readonly pods: () => ReadonlyMap<string, Pod>;
  /** As soon as the resource tells who leads. Followers by name, the last one first. */
  readonly podsOf: (whose: Whose) => Promise<readonly Pod[]>;
  /** As a person does: the resource is applied, or deleted, and gone then; its volumes may stay. */
  readonly create: (replicas: number) => void;
  readonly remove: () => void;
  /** Both, with the spec that it had. */
  readonly recreate: () => void;
  /** Both in one, by `kubectl replace --force`. */
  readonly replace: (replicas: number) => void;
  /** By a patch of the spec, or by `kubectl scale`. */
  readonly patch: (spec: object) => void;
  readonly scale: (replicas: number) => void;
  /** Nodes that Kubernetes is to know no more; at the end they are back. */
  readonly nodes: TakenNodes;
  /** Nodes that are to hear each other alone; at the end they are back. */
  readonly apart: ApartNodes;
  /** Nodes without power; at the end they run. */
  readonly dark: DarkNodes;
  readonly authority: OwnAuthority;
  /** Resolves when Kubernetes answers again; from then on the spec is what it is there. */
  readonly answered: () => Promise<void>;
  /** Resolves when all is as the spec says: see `isSettled`. */
  readonly settled: () => Promise<RobustMQCluster>;
  readonly dispose: () => Promise<void>;
}

const SETTLE_LIMIT_MS = 180_000;
const ANSWER_LIMIT_MS = 60_000;
const LEADER_LIMIT_MS = 30_000;

const kubectlIn = ({ kubectl }: Ground, within: readonly string[]): Stage['kubectl'] =>
  Object.assign((...args: readonly string[]): string => kubectl(...within, ...args), {
    attempt: (args: readonly string[], object?: unknown) =>
      kubectl.attempt([...within, ...args], object),
  });

/** What Kubernetes itself has to say of the pods and claims there, the latest last. */
const warnings = (kubectl: Stage['kubectl']): string =>
  kubectl.attempt([
    ...['get', 'events', '--field-selector=type=Warning', '--sort-by=.metadata.creationTimestamp'],
    '--output=custom-columns=OF:.involvedObject.name,REASON:.reason,MESSAGE:.message',
  ]).said;

/** Begins to watch; nothing is made. */
export function createStage(ground: Ground, namespace: string, wanted: Resource): Stage {
  const seen: Seen[] = [];
  const within = ['-n', namespace];
  const kubectl = kubectlIn(ground, within);
  const resources = watchObjects<RobustMQCluster & KubernetesObject>(
    ground.kubectl,
    [RESOURCE, ...within],
    (cluster) => void seen.push({ atMs: performance.now(), cluster }),
  );
  const labels = Object.entries(selectorLabels(CLUSTER)).map((pair) => pair.join('='));
  const pods = watchObjects<Pod>(ground.kubectl, ['pods', ...within, '-l', labels.join()]);
  const resource = (): RobustMQCluster | undefined => resources.now.get(CLUSTER);
  const { hasEdited, ...person } = createPerson(kubectl, (replicas) =>
    sampleResource(ground, namespace, replicas, wanted),
  );
  const nodes = takenNodes(ground.kubectl);
  const apart = apartNodes(ground.cluster.run.name);
  const dark = darkNodes(ground.kubectl, ground.cluster.run.name);
  const authority = ownAuthority(kubectl, namespace);
  return {
    ...{ ground, namespace, kubectl, seen, resource, nodes, apart, dark, authority },
    ...person,
    pods: () => pods.now,
    podsOf: (whose) =>
      until(`there are pods of ${whose}`, LEADER_LIMIT_MS, () => {
        const found = CHOICES[whose](resource()?.status?.leader, [...pods.now.values()]);
        return Promise.resolve(found.length > 0 && found);
      }),
    settled: async () => {
      try {
        return await until('all is as the spec says', SETTLE_LIMIT_MS, () => {
          const cluster = resource();
          const isSo =
            cluster !== undefined &&
            hasEdited(cluster) &&
            isSettled(cluster, [...pods.now.values()]) &&
            isLatest(kubectl, cluster);
          return Promise.resolve(isSo && cluster);
        });
      } catch (error) {
        const status = JSON.stringify(resource()?.status, null, 2);
        throw new Error(`${String(error)}\n${status}\n${warnings(kubectl)}`, { cause: error });
      }
    },
    dispose: async () => {
      resources.stop();
      pods.stop();
      try {
        apart.giveBack();
        nodes.giveBack();
      } finally {
        await dark.switchOn();
      }
    },
  };
}

type Edits = Pick<
  Stage,
  'create' | 'remove' | 'recreate' | 'replace' | 'patch' | 'scale' | 'answered'
>;

/** Whoever edits the resource, and knows how it is since the last edit: a watch may not have told of it yet. */
function createPerson(
  kubectl: Stage['kubectl'],
  sample: (replicas: number) => object,
): Edits & { readonly hasEdited: (cluster: RobustMQCluster) => boolean } {
  let edited = { uid: '', generation: 1 };
  const note = (): void => {
    const said = kubectl('get', RESOURCE, CLUSTER, '-o=json');
    const { uid, generation = 1 } = (JSON.parse(said) as KubernetesObject).metadata;
    edited = { uid, generation };
  };
  const put = (words: readonly string[], object: object): void => {
    const { ok, said } = kubectl.attempt(words, object);
    if (!ok) throw new Error(`the resource was refused: ${said}`);
    note();
  };
  const remove = (): void => void kubectl('delete', RESOURCE, CLUSTER);
  return {
    hasEdited: ({ metadata: { uid, generation } }) =>
      uid === edited.uid && generation >= edited.generation,
    create: (replicas) => put(['apply'], sample(replicas)),
    replace: (replicas) => put(['replace', '--force'], sample(replicas)),
    remove,
    recreate: () => {
      const said = kubectl('get', RESOURCE, CLUSTER, '-o=json');
      const { apiVersion, kind, spec } = JSON.parse(said) as RobustMQCluster;
      remove();
      put(['create'], { apiVersion, kind, metadata: { name: CLUSTER }, spec });
    },
    patch: (spec) => {
      const patch = ['--type=merge', '-p', JSON.stringify({ spec })];
      kubectl('patch', RESOURCE, CLUSTER, ...patch);
      note();
    },
    scale: (replicas) => {
      kubectl('scale', RESOURCE, CLUSTER, `--replicas=${replicas}`);
      note();
    },
    answered: async () => {
      await untilReady(kubectl, ANSWER_LIMIT_MS);
      note();
    },
  };
}

type Choice = (leader: string | undefined, pods: readonly Pod[]) => readonly Pod[];

const leaders: Choice = (leader, pods) => pods.filter(({ metadata }) => metadata.name === leader);

const followers: Choice = (leader, pods) =>
  leader === undefined
    ? []
    : pods
        .filter(({ metadata }) => metadata.name !== leader)
        .sort((one, other) => other.metadata.name.localeCompare(one.metadata.name));

const follower: Choice = (...of) => followers(...of).slice(0, 1);

const CHOICES: Readonly<Record<Whose, Choice>> = {
  ...{ leader: leaders, follower, followers },
  two: (...of) => (leaders(...of).length === 0 ? [] : [...leaders(...of), ...follower(...of)]),
  all: (_leader, pods) => pods,
};

/** The resource says so of this very spec, and all pods that are wanted are there and ready. */
function isSettled(cluster: RobustMQCluster, pods: readonly Pod[]): boolean {
  const { spec, status } = cluster;
  const { replicas } = spec.meta;
  return (
    isAsSpecified(cluster) &&
    status?.ready === `${replicas}/${replicas}` &&
    status.voters === replicas &&
    pods.length === replicas &&
    pods.every(isThere)
  );
}

/** A watch may be behind, and know a state that Kubernetes was taken back from. */
const isLatest = ({ attempt }: Stage['kubectl'], { metadata }: RobustMQCluster): boolean =>
  attempt(['get', RESOURCE, CLUSTER, '-o=jsonpath={.metadata.resourceVersion}']).said.trim() ===
  metadata.resourceVersion;

const isThere = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && isReady(pod);
