import { childNames } from '../api/names.ts';
import type { Reader, Resource } from '../kube/api.ts';
import type { SeenChild } from '../plan/observation.ts';
import { children } from '../resources/children.ts';
import type { Child } from '../resources/children.ts';
import type { BuildContext } from '../resources/context.ts';
import { childKind, CONFIG_MAPS, DISRUPTION_BUDGETS } from '../resources/kinds.ts';
import type { Pod } from '../resources/kubernetes.ts';
import type { Comparing } from './drift.ts';
import { compare } from './drift.ts';
import type { ClusterObjects } from './objects.ts';
import { ownershipOf } from './ownership.ts';

interface Live extends Child {
  readonly metadata?: Child['metadata'] & {
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid?: string; readonly controller?: boolean }[];
  };
}

/** All children but the StatefulSet: those that the spec makes, and those that it made before. */
export async function seenChildren(
  reader: Reader,
  comparing: Comparing,
  context: BuildContext,
  objects: ClusterObjects,
): Promise<readonly SeenChild[]> {
  const { cluster } = context;
  const { namespace } = cluster.metadata;
  const wanted = children(context);
  const rendered = await Promise.all(
    wanted.map(async (child): Promise<SeenChild> => {
      const { kind = '', metadata: { name = '' } = {} } = child;
      const resource: Resource<Live> = childKind(kind);
      const place = { namespace, name };
      const live = await reader.get(resource, place);
      const objects = { resource, place, live, wanted: child };
      const compared = await compare<Live>(comparing, cluster, objects);
      return { kind, name, ...compared, ...(live?.metadata?.uid && { uid: live.metadata.uid }) };
    }),
  );
  const budget = await reader.get(DISRUPTION_BUDGETS, {
    namespace,
    name: childNames(cluster.metadata.name).podDisruptionBudget,
  });
  const left: readonly Live[] = [
    ...objects.configMaps
      .filter(({ metadata }) => !isNamed(objects, metadata?.name))
      .map((object) => ({ ...object, kind: CONFIG_MAPS.kind })),
    ...(budget ? [{ ...budget, kind: DISRUPTION_BUDGETS.kind }] : []),
  ].filter(
    ({ kind, metadata }) =>
      ownershipOf(cluster, { metadata }) === 'ours' &&
      !wanted.some((child) => child.kind === kind && child.metadata?.name === metadata?.name),
  );
  return [
    ...rendered,
    ...left.map(({ kind = '', metadata: { name = '', uid = '' } = {} }): SeenChild => {
      return { kind, name, state: 'unwanted', uid };
    }),
  ];
}

/** Whether a pod, or one that is still to come, starts with this configuration. */
const isNamed = ({ pods, statefulSet }: ClusterObjects, name: string | undefined): boolean =>
  [...pods.map(({ object }) => object.spec), statefulSet?.spec?.template.spec].some((spec) =>
    uses(spec, name),
  );

const uses = (spec: Pod['spec'], name: string | undefined): boolean =>
  spec?.volumes?.some(({ configMap }) => configMap?.name === name) ?? false;
