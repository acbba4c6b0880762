/** Which cluster an object belongs to. */
import { selectorLabels } from '../api/names.ts';
import type { Place, Resource } from '../kube/api.ts';
import type { Kept } from '../kube/reflector/store.ts';
import { CLUSTERS } from '../resources/kinds.ts';

const INSTANCE = 'app.kubernetes.io/instance';

/** Labels that all objects of all clusters have. */
export function ownedLabels(): Readonly<Record<string, string>> {
  const all = Object.entries(selectorLabels(''));
  return Object.fromEntries(all.filter(([label]) => label !== INSTANCE));
}

/** The key of the cluster that the object is, or belongs to; undefined when it belongs to none. */
export function keyOf(resource: Resource, { metadata }: Kept): string | undefined {
  const name = resource === CLUSTERS ? metadata?.name : metadata?.labels?.[INSTANCE];
  return name === undefined ? undefined : `${metadata?.namespace ?? ''}/${name}`;
}

/** Where the cluster of a key is. */
export function placeOf(key: string): Place & { readonly namespace: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}
