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

const CACHE = ['list', 'watch'];
const FOLLOW = ['get', ...CACHE];
/** Server-side apply takes patch; where nothing is there yet, also create. */
const APPLY = [...FOLLOW, 'create', 'patch'];

/**
 * Who changes the owner of an object must be allowed to delete it, where the admission plugin
 * OwnerReferencesPermissionEnforcement runs; whoever takes over what a person or another tool made does.
 * So also services, service accounts and network policies are deletable, which no step deletes. Rights on
 * `finalizers` are asked for only by owners that block their deletion: none of ours does.
 */
export const CLUSTER_RULES: readonly Rule[] = [
  rule('robustmq.io', ['robustmqclusters'], FOLLOW),
  rule('robustmq.io', ['robustmqclusters/status'], ['patch']),
  rule('apps', ['statefulsets'], [...APPLY, 'delete']),
  rule('', ['configmaps', 'services', 'serviceaccounts'], [...APPLY, 'delete']),
  rule('networking.k8s.io', ['networkpolicies'], [...APPLY, 'delete']),
  rule('policy', ['poddisruptionbudgets'], [...APPLY, 'delete']),
  rule('', ['pods'], [...CACHE, 'delete']),
  rule('', ['persistentvolumeclaims'], [...CACHE, 'patch', 'delete']),
  // By name, and no others: whoever may list Secrets may read every password.
  rule('', ['secrets'], ['get', 'create', 'patch']),
  rule('events.k8s.io', ['events'], ['create', 'patch']),
  // Without a namespace, and read only when something is wrong with a volume.
  rule('', ['persistentvolumes'], ['get']),
  rule('', ['nodes'], ['list']),
  rule('storage.k8s.io', ['storageclasses'], ['get']),
];
