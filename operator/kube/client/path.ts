import type { Resource } from '../api.ts';

/** Part of an address of the API server; without a name, of all objects of the kind. */
export function pathOf(
  { apiVersion, plural, namespaced }: Resource,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name?: string },
  subresource?: string,
): string {
  const group = [apiVersion.includes('/') ? 'apis' : 'api', ...apiVersion.split('/')];
  const within = namespaced && namespace !== undefined ? ['namespaces', namespace] : [];
  const parts = [...group, ...within, plural, name, subresource].filter(
    (part) => part !== undefined,
  );
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
