/** The port Kubernetes on an API server. */
import type { ApplyOptions, Kubernetes, Labels, Place, Resource } from '../api.ts';
import { KubeError } from '../kube-error.ts';
import type { Connection } from './connection.ts';
import { pathOf } from './path.ts';

/** Reading, and trying out. */
const READ_MS = 10_000;
/**
 * Shorter than a leader's lease outlasts its own belief in it: what was decided by a leader is there,
 * or will not come, when another one leads.
 */
const WRITE_MS = 5_000;
/** Objects of one page. */
const PAGE = 500;

/** All objects of one list, and the version that it is of. */
export interface Listing<Shape> {
  readonly items: readonly Shape[];
  readonly version: string;
}

/** As `k=v,k=v`. */
export const selectorOf = (labels: Labels): string =>
  Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',');

/**
 * Lists all pages, of what is there now and not of what the API server remembers.
 *
 * @param namespace undefined: all.
 */
export async function listAll<Shape>(
  connection: Connection,
  resource: Resource<Shape>,
  namespace: string | undefined,
  labels: Labels,
): Promise<Listing<Shape>> {
  const items: Shape[] = [];
  const { apiVersion, kind } = resource;
  let next: string | undefined;
  while (true) {
    const query = {
      labelSelector: selectorOf(labels),
      limit: `${PAGE}`,
      ...(next !== undefined && { continue: next }),
    };
    const path = pathOf(resource, { namespace });
    const page = (await connection.call({ method: 'GET', path, query }, READ_MS)) as Page<Shape>;
    // Objects of a list do not say what they are.
    for (const item of page.items) items.push({ apiVersion, kind, ...item });
    next = page.metadata.continue;
    if (next === undefined || next === '') return { items, version: page.metadata.resourceVersion };
  }
}

interface Page<Shape> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Shape[];
}

/** @param fieldManager the one name that everything is applied by. */
export function createKubernetes(connection: Connection, fieldManager: string): Kubernetes {
  return {
    get: async <Shape>(resource: Resource<Shape>, place: Place) => {
      const path = pathOf(resource, place);
      try {
        return (await connection.call({ method: 'GET', path }, READ_MS)) as Shape;
      } catch (error) {
        if (error instanceof KubeError && error.code === 'missing') return undefined;
        throw error;
      }
    },
    list: async (resource, namespace, labels) =>
      (await listAll(connection, resource, namespace, labels)).items,
    apply: async <Shape>(
      resource: Resource<Shape>,
      object: Shape,
      place: Place,
      { dryRun, subresource }: ApplyOptions = {},
    ) =>
      (await connection.call(
        {
          method: 'PATCH',
          path: pathOf(resource, place, subresource),
          query: { fieldManager, force: 'true', ...(dryRun && { dryRun: 'All' }) },
          body: object,
          contentType: 'application/apply-patch+yaml',
        },
        dryRun ? READ_MS : WRITE_MS,
      )) as Shape,
    delete: async (resource, place, { uid, propagation }) => {
      const body = {
        ...{ apiVersion: 'v1', kind: 'DeleteOptions' },
        preconditions: { uid },
        propagationPolicy: propagation,
      };
      try {
        await connection.call({ method: 'DELETE', path: pathOf(resource, place), body }, WRITE_MS);
      } catch (error) {
        if (error instanceof KubeError && error.code === 'missing') return;
        throw error;
      }
    },
  };
}
