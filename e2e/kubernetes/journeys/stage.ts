/** A cluster of members on which a journey is made: what is there, and what can be done to it. */
import type { RobustMQCluster } from '../../../operator/api/cluster.ts';
import { childNames, podName, selectorLabels } from '../../../operator/api/names.ts';
import { until } from '../../processes/until.ts';
import type { Way } from '../recorders/line.ts';
import type { Ground } from '../operator/ground.ts';
import type { Whose } from './journey.ts';
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
  /** In the namespace of the cluster. */
  readonly kubectl: (...args: readonly string[]) => string;
  /** Every version of the resource so far. */
  readonly seen: readonly Seen[];
  /** The resource as it is. */
  readonly resource: () => RobustMQCluster | undefined;
  /** Pods of members, by name. */
  readonly pods: () => ReadonlyMap<string, Pod>;
  /** A pod of that part, as soon as the resource tells. */
  readonly podOf: (whose: Whose) => Promise<Pod>;
  /** As a person does: by a patch of the spec, or by `kubectl scale`. */
  readonly patch: (spec: object) => void;
  readonly scale: (replicas: number) => void;
  /** Resolves when all is as the spec says: see `isSettled`. */
  readonly settled: () => Promise<RobustMQCluster>;
  readonly dispose: () => void;
}

export const CLUSTER = 'demo';
const RESOURCE = 'robustmqclusters.robustmq.io';
const CLIENT_PORT = 1228;

const SETTLE_LIMIT_MS = 180_000;
const LEADER_LIMIT_MS = 30_000;

/** Where the members of a cluster are found: as in the configuration of a broker, and as one. */
export function addressesOf(namespace: string, replicas: number): Record<Way, readonly string[]> {
  const { clientService, peerService } = childNames(CLUSTER);
  const at = (host: string): string => `${host}.${namespace}.svc:${CLIENT_PORT}`;
  return {
    members: Array.from({ length: replicas }, (_, ordinal) =>
      at(`${podName(CLUSTER, ordinal)}.${peerService}`),
    ),
    service: [at(clientService)],
  };
}

/** The resource that is applied. */
export const sampleResource = (ground: Ground, namespace: string, replicas: number): object => ({
  apiVersion: 'robustmq.io/v1alpha1',
  kind: 'RobustMQCluster',
  metadata: { name: CLUSTER, namespace },
  spec: {
    meta: {
      ...{ replicas, image: ground.image },
      storage: {
        size: '1Gi',
        onDelete: 'Delete',
        ...(ground.storageClass !== undefined && { class: ground.storageClass }),
      },
      // Members of a trial on a small machine.
      resources: {
        requests: { cpu: '50m', memory: '96Mi' },
        limits: { memory: '512Mi' },
      },
      tls: { mode: 'Disabled' },
    },
  },
});

/** Begins to watch; nothing is made. */
export function createStage(ground: Ground, namespace: string): Stage {
  const seen: Seen[] = [];
  const within = ['-n', namespace];
  const kubectl = (...args: readonly string[]): string => ground.kubectl(...within, ...args);
  const resources = watchObjects<RobustMQCluster & KubernetesObject>(
    ground.kubectl,
    [RESOURCE, ...within],
    (cluster) => void seen.push({ atMs: performance.now(), cluster }),
  );
  const labels = Object.entries(selectorLabels(CLUSTER)).map((pair) => pair.join('='));
  const pods = watchObjects<Pod>(ground.kubectl, ['pods', ...within, '-l', labels.join()]);
  const resource = (): RobustMQCluster | undefined => resources.now.get(CLUSTER);
  /** Of the last edit: a watch may not have told of it yet. */
  let generation = 1;
  const latestGeneration = (): number =>
    Number(kubectl('get', RESOURCE, CLUSTER, '-o=jsonpath={.metadata.generation}'));
  return {
    ...{ ground, kubectl, seen, resource },
    pods: () => pods.now,
    podOf: (whose) =>
      until(`there is a pod of the ${whose}`, LEADER_LIMIT_MS, () => {
        const leader = resource()?.status?.leader;
        const found = [...pods.now.values()].filter(
          ({ metadata }) => (metadata.name === leader) === (whose === 'leader'),
        );
        return Promise.resolve(leader === undefined ? undefined : found.at(-1));
      }),
    patch: (spec) => {
      const patch = ['--type=merge', '-p', JSON.stringify({ spec })];
      kubectl('patch', RESOURCE, CLUSTER, ...patch);
      generation = latestGeneration();
    },
    scale: (replicas) => {
      kubectl('scale', RESOURCE, CLUSTER, `--replicas=${replicas}`);
      generation = latestGeneration();
    },
    settled: async () => {
      try {
        return await until('all is as the spec says', SETTLE_LIMIT_MS, () => {
          const cluster = resource();
          const isSo =
            cluster !== undefined &&
            cluster.metadata.generation >= generation &&
            isSettled(cluster, [...pods.now.values()]);
          return Promise.resolve(isSo && cluster);
        });
      } catch (error) {
        const status = JSON.stringify(resource()?.status, null, 2);
        throw new Error(`${String(error)}\n${status}`, { cause: error });
      }
    },
    dispose: () => {
      resources.stop();
      pods.stop();
    },
  };
}

/** The resource says so of this very spec, and all pods that are wanted are there and ready. */
function isSettled({ metadata, spec, status }: RobustMQCluster, pods: readonly Pod[]): boolean {
  const { replicas } = spec.meta;
  return (
    status?.observedGeneration === metadata.generation &&
    status.ready === `${replicas}/${replicas}` &&
    status.voters === replicas &&
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true &&
    pods.length === replicas &&
    pods.every(isReady)
  );
}

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
