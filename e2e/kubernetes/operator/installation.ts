/**
 * The operator in a cluster, as plain objects: two processes, of which one acts.
 *
 * What it may do is in the two lists of rules. Those of the cluster hold for the namespaces of the
 * resources; with `--namespace` they can be of a Role there, but for those without a namespace.
 */

export const OPERATOR_NAMESPACE = 'robustmq-operator';
const NAME = 'robustmq-operator';
const USER = 65_532;
const HTTP_PORT = 8080;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const rule = (group: string, resources: readonly string[], verbs: readonly string[]): Rule => ({
  apiGroups: [group],
  resources,
  verbs,
});

const FOLLOW = ['get', 'list', 'watch'];
/** Server-side apply takes patch; where nothing is there yet, also create. */
const APPLY = [...FOLLOW, 'create', 'patch'];

/** Where clusters are. */
export const CLUSTER_RULES: readonly Rule[] = [
  rule('robustmq.io', ['robustmqclusters'], FOLLOW),
  rule('robustmq.io', ['robustmqclusters/status'], ['patch']),
  // Children refer to their owner so that it is not gone before them.
  rule('robustmq.io', ['robustmqclusters/finalizers'], ['update']),
  rule('apps', ['statefulsets'], [...APPLY, 'delete']),
  rule('', ['configmaps', 'services', 'serviceaccounts'], [...APPLY, 'delete']),
  rule('networking.k8s.io', ['networkpolicies'], [...APPLY, 'delete']),
  rule('policy', ['poddisruptionbudgets'], [...APPLY, 'delete']),
  rule('', ['pods'], [...FOLLOW, 'delete']),
  rule('', ['persistentvolumeclaims'], [...FOLLOW, 'patch', 'delete']),
  // By name, and no others: whoever may list Secrets may read every password.
  rule('', ['secrets'], ['get', 'create', 'patch']),
  rule('events.k8s.io', ['events'], ['create', 'patch']),
  // Without a namespace, read one by one, and only when something is wrong with a volume.
  rule('', ['persistentvolumes', 'nodes'], ['get']),
  rule('storage.k8s.io', ['storageclasses'], ['get']),
];

/** In the operator's own namespace. */
const LEASE_RULES: readonly Rule[] = [
  rule('coordination.k8s.io', ['leases'], ['get', 'create', 'update']),
];

const labels = { 'app.kubernetes.io/name': NAME };
const inNamespace = { name: NAME, namespace: OPERATOR_NAMESPACE };
const account = { kind: 'ServiceAccount', ...inNamespace };
const RBAC = 'rbac.authorization.k8s.io';

const role = (kind: 'ClusterRole' | 'Role', metadata: object, rules: readonly Rule[]): object[] => [
  { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
  {
    apiVersion: `${RBAC}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: RBAC, kind, name: NAME },
    subjects: [account],
  },
];

const field = (name: string, fieldPath: string): object => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

const probe = (path: string): object => ({
  httpGet: { path, port: 'http' },
  periodSeconds: 5,
  failureThreshold: 3,
});

const container = (image: string, extra: readonly string[]): object => ({
  name: 'operator',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['robustmq-operator'],
  args: [`--image-repository=${image.slice(0, image.lastIndexOf(':'))}`, ...extra],
  env: [
    field('ROBUSTMQ_OPERATOR_OPERATOR_NAMESPACE', 'metadata.namespace'),
    field('ROBUSTMQ_OPERATOR_IDENTITY', 'metadata.name'),
  ],
  ports: [{ name: 'http', containerPort: HTTP_PORT }],
  livenessProbe: probe('/healthz'),
  readinessProbe: probe('/readyz'),
  resources: { requests: { cpu: '50m', memory: '160Mi' }, limits: { memory: '300Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
});

const deployment = (image: string, extra: readonly string[]): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: inNamespace,
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: NAME,
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: USER, runAsGroup: USER },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [container(image, extra)],
      },
    },
  },
});

/** The objects that make it, for `kubectl apply`; the definition of the resource is apart. */
export const installation = (image: string, extra: readonly string[] = []): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: OPERATOR_NAMESPACE,
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inNamespace },
    ...role('ClusterRole', { name: NAME }, CLUSTER_RULES),
    ...role('Role', inNamespace, LEASE_RULES),
    deployment(image, extra),
  ],
});
