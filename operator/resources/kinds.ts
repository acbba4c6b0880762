/** Every kind of objects that the operator reads or writes. */
import type { RobustMQCluster } from '../api/cluster.ts';
import { API_VERSION, KIND } from '../api/cluster.ts';
import type { Resource } from '../kube/api.ts';
import type { Child } from './children.ts';
import type {
  ConfigMap,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
  StorageClass,
} from './kubernetes.ts';

const kind = <Shape>(
  apiVersion: string,
  name: string,
  plural: string,
  namespaced = true,
): Resource<Shape> => ({ apiVersion, kind: name, plural, namespaced });

export const CLUSTERS = kind<RobustMQCluster>(API_VERSION, KIND, 'robustmqclusters');
export const STATEFUL_SETS = kind<StatefulSet>('apps/v1', 'StatefulSet', 'statefulsets');
export const PODS = kind<Pod>('v1', 'Pod', 'pods');
export const VOLUME_CLAIMS = kind<PersistentVolumeClaim>(
  'v1',
  'PersistentVolumeClaim',
  'persistentvolumeclaims',
);
const SERVICE_ACCOUNTS = kind<ServiceAccount>('v1', 'ServiceAccount', 'serviceaccounts');
const NETWORK_POLICIES = kind<NetworkPolicy>(
  'networking.k8s.io/v1',
  'NetworkPolicy',
  'networkpolicies',
);
export const CONFIG_MAPS = kind<ConfigMap>('v1', 'ConfigMap', 'configmaps');
export const SERVICES = kind<Service>('v1', 'Service', 'services');
export const DISRUPTION_BUDGETS = kind<PodDisruptionBudget>(
  'policy/v1',
  'PodDisruptionBudget',
  'poddisruptionbudgets',
);
/** Read by name, and as they are: whoever may list Secrets of all namespaces may read every password. */
export const SECRETS = kind<Secret>('v1', 'Secret', 'secrets');
/** Those without a namespace are read one by one, and only when something is wrong with a volume. */
export const VOLUMES = kind<PersistentVolume>('v1', 'PersistentVolume', 'persistentvolumes', false);
export const NODES = kind<Node>('v1', 'Node', 'nodes', false);
export const STORAGE_CLASSES = kind<StorageClass>(
  'storage.k8s.io/v1',
  'StorageClass',
  'storageclasses',
  false,
);

/** Kinds of the children but the StatefulSet: those that the operator brings in line, and deletes. */
const CHILD_KINDS: readonly Resource[] = [
  SERVICE_ACCOUNTS,
  NETWORK_POLICIES,
  CONFIG_MAPS,
  SERVICES,
  DISRUPTION_BUDGETS,
];

/** Kinds of what belongs to a cluster, of which changes are followed. */
export const WATCHED_CHILDREN: readonly Resource[] = [
  ...[STATEFUL_SETS, PODS, VOLUME_CLAIMS],
  ...CHILD_KINDS,
];

/** The kind of a child by its name. */
export function childKind(name: string): Resource<Child> {
  const found = CHILD_KINDS.find((each) => each.kind === name);
  if (found === undefined) throw new TypeError(`${name} is no kind of a child`);
  return found as Resource<Child>;
}
