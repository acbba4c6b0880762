/** What the operator would need to be allowed to, by the calls that it makes. */
import type { Resource } from '../../kube/api.ts';

/** `<verb> <resource>`, where a resource is as in a role: of which group, and which part of it. */
export type Rights = Set<string>;

/** As a role names it. */
export const rightTo = (verb: string, { apiVersion, plural }: Resource, part = ''): string => {
  const [group, version] = apiVersion.split('/');
  return `${verb} ${version === undefined ? '' : `${group ?? ''}/`}${plural}${part}`;
};
