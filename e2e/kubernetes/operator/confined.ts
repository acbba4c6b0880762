/** The operator for one namespace, in that namespace: as the chart's `watchNamespace` has it, without helm. */

import { withContainers, type Installed, type Rule } from './installed.ts';

/** Whose value says which installation an object is of, also of what is in no namespace. */
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';

/** Of no namespace: a right to them cannot be given in one. */
const WITHOUT_NAMESPACE = ['nodes', 'persistentvolumes', 'storageclasses'];

/**
 * The objects of an installation for all namespaces, changed so that they are in this one, and give
 * rights in this one only. What has no namespace is named after it.
 */
export const confined = (objects: readonly Installed[], namespace: string): readonly Installed[] =>
  objects.flatMap((each) => {
    switch (each.kind) {
      case 'Namespace':
        return [];
      case 'ClusterRole':
        return roles(each, namespace);
      case 'ClusterRoleBinding':
        return bindings(each, namespace);
      default:
        return [watching(within(each, namespace), namespace)];
    }
  });

const within = (each: Installed, namespace: string): Installed => ({
  ...each,
  metadata: { ...each.metadata, namespace },
  ...(each.subjects && {
    subjects: each.subjects.map((subject) => ({ ...subject, namespace })),
  }),
});

const nowhere = (each: Installed, name: string): Installed => ({
  ...each,
  metadata: { name, labels: { ...each.metadata.labels, [INSTANCE_LABEL]: name } },
});

/** Rights in a namespace, and those to what has none. */
function roles(role: Installed, namespace: string): readonly Installed[] {
  const { rules = [] } = role;
  const isApart = ({ resources }: Rule): boolean =>
    resources.every((each) => WITHOUT_NAMESPACE.includes(each));
  return [
    { ...within(role, namespace), kind: 'Role', rules: rules.filter((each) => !isApart(each)) },
    { ...nowhere(role, namespace), rules: rules.filter(isApart) },
  ];
}

function bindings(binding: Installed, namespace: string): readonly Installed[] {
  const { roleRef } = binding;
  if (roleRef === undefined) throw new Error(`${binding.metadata.name} binds no role`);
  const own = within(binding, namespace);
  return [
    { ...own, kind: 'RoleBinding', roleRef: { ...roleRef, kind: 'Role' } },
    { ...nowhere(own, namespace), roleRef: { ...roleRef, name: namespace } },
  ];
}

const watching = (each: Installed, namespace: string): Installed =>
  withContainers(each, (container) => ({
    ...container,
    args: [...container.args, `--namespace=${namespace}`],
  }));
