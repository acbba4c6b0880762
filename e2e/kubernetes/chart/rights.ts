/**
 * What the operator may do in the namespaces of clusters, said apart from the chart: with
 * `watchNamespace` it can be a Role there, but for what has no namespace.
 */

export interface Rule {
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
