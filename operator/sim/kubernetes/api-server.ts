/** A model of the API server: objects, their versions, and everything that ever happened to them. */
import type { DeleteOptions, Labels, Place, Resource } from '../../kube/api.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { sameData } from '../../plan/same-data.ts';
import { PODS, STATEFUL_SETS, VOLUME_CLAIMS } from '../../resources/kinds.ts';
import type { PersistentVolumeClaim } from '../../resources/kubernetes.ts';
import { applyOver } from './server-side-apply.ts';

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly ownerReferences?: readonly Owner[];
}

interface Owner {
  readonly uid?: string;
  readonly controller?: boolean;
}

/** An object of any kind. */
export interface AnyObject {
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** An object of a kind as it is stored: with all of its metadata. */
export type Kept<Shape> = Shape & AnyObject;

export interface Stored {
  readonly resource: Resource;
  readonly object: AnyObject;
  /** What the operator applied last. */
  readonly applied: unknown;
}

/** Something that happened to an object; undefined: it is gone. */
export interface ObjectEvent {
  readonly resource: Resource;
  readonly key: string;
  readonly object: AnyObject | undefined;
}

export interface ApiServer {
  readonly objects: Map<string, Stored>;
  readonly events: ObjectEvent[];
  nowMs: number;
  lastUid: number;
}

export const createApiServer = (nowMs: number): ApiServer => ({
  objects: new Map(),
  events: [],
  nowMs,
  lastUid: 0,
});

export const keyOf = ({ plural }: Resource, { name }: Place): string => `${plural}/${name}`;

/** The object as it is. */
export const find = <Shape>(
  { objects }: ApiServer,
  resource: Resource<Shape>,
  name: string,
): Kept<Shape> | undefined =>
  objects.get(keyOf(resource, { namespace: undefined, name }))?.object as Kept<Shape> | undefined;

/** All of a kind, by name. */
export const all = <Shape>(
  { objects }: ApiServer,
  { plural }: Resource<Shape>,
): readonly Kept<Shape>[] =>
  [...objects.values()]
    .filter((each) => each.resource.plural === plural)
    .map(({ object }) => object as Kept<Shape>);

export const hasLabels = ({ metadata }: AnyObject, labels: Labels): boolean =>
  Object.entries(labels).every(([label, value]) => metadata.labels?.[label] === value);

/** Makes an object, as a controller or a person does. */
export function create<Shape>(
  server: ApiServer,
  resource: Resource<Shape>,
  name: string,
  content: object,
): Kept<Shape> {
  const { metadata = {}, ...rest } = content as { metadata?: object };
  return put(server, resource, name, undefined, { ...rest, metadata }, undefined) as Kept<Shape>;
}

/** Changes an object, as a controller or a person does; nothing when it is gone. */
export function update<Shape>(
  server: ApiServer,
  resource: Resource<Shape>,
  name: string,
  change: (object: Kept<Shape>) => object,
): void {
  const stored = server.objects.get(keyOf(resource, { namespace: undefined, name }));
  if (stored === undefined) return;
  put(server, resource, name, stored, change(stored.object as Kept<Shape>), stored.applied);
}

/** Takes an object away at once. */
export function remove(server: ApiServer, resource: Resource, name: string): void {
  const key = keyOf(resource, { namespace: undefined, name });
  if (server.objects.delete(key)) server.events.push({ resource, key, object: undefined });
}

/** Server-side apply, with the operator as the only one who applies. */
export function apply<Shape>(
  server: ApiServer,
  resource: Resource<Shape>,
  { name }: Place,
  object: Shape,
  { dryRun = false, status = false }: { readonly dryRun?: boolean; readonly status?: boolean },
): Kept<Shape> {
  const stored = server.objects.get(keyOf(resource, { namespace: undefined, name }));
  const { metadata = {}, ...rest } = object as { metadata?: { resourceVersion?: string } };
  const { resourceVersion, ...named } = metadata;
  const has = stored?.object.metadata.resourceVersion;
  if (resourceVersion !== undefined && resourceVersion !== has) {
    throw new KubeError('conflict', `${name} is at ${has ?? 'nothing'}, not ${resourceVersion}`);
  }
  if (status) {
    if (stored === undefined) throw new KubeError('refused', `${name} is not there`);
    const { status: wanted } = rest as { status?: unknown };
    const after = { ...stored.object, status: wanted };
    return put(server, resource, name, stored, after, stored.applied) as Kept<Shape>;
  }
  const applied = { ...rest, metadata: named };
  const after = applyOver(stored?.object, stored?.applied, applied) as object;
  if (stored !== undefined && resource.plural === STATEFUL_SETS.plural) {
    requireSameTemplates(stored.object, after as AnyObject);
  }
  if (stored !== undefined && resource.plural === VOLUME_CLAIMS.plural) {
    requireBound(stored.object as PersistentVolumeClaim, after);
  }
  if (dryRun) return after as Kept<Shape>;
  return put(server, resource, name, stored, after, applied) as Kept<Shape>;
}

/** Deletes as the API server does: pods and volumes go when nobody holds them any more. */
export function remotelyDelete(
  server: ApiServer,
  resource: Resource,
  name: string,
  { uid, propagation }: Partial<DeleteOptions> = {},
): void {
  const object = find<unknown>(server, resource, name);
  if (object === undefined) return;
  if (uid !== undefined && object.metadata.uid !== uid) {
    throw new KubeError('conflict', `${name} is another one by now`);
  }
  if (resource.plural === PODS.plural || resource.plural === VOLUME_CLAIMS.plural) {
    update(server, resource, name, () => ({
      ...object,
      metadata: { deletionTimestamp: timeOf(server), ...object.metadata },
    }));
    return;
  }
  if (propagation === 'Orphan') orphan(server, object.metadata.uid);
  remove(server, resource, name);
}

/** Nobody owns any longer what this one owned. */
function orphan(server: ApiServer, uid: string): void {
  for (const { resource, object } of [...server.objects.values()]) {
    const owners = object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid);
    if (owners?.length === object.metadata.ownerReferences?.length) continue;
    update(server, resource, object.metadata.name, () => ({
      ...object,
      metadata: { ...object.metadata, ownerReferences: owners },
    }));
  }
}

function requireSameTemplates(before: AnyObject, after: AnyObject): void {
  const templatesOf = ({ spec }: AnyObject): unknown =>
    (spec as { volumeClaimTemplates?: unknown }).volumeClaimTemplates;
  if (sameData(templatesOf(before), templatesOf(after))) return;
  throw new KubeError('refused', 'volumeClaimTemplates of a StatefulSet cannot be changed');
}

/** As the admission plugin PersistentVolumeClaimResize does. */
function requireBound(before: PersistentVolumeClaim, after: PersistentVolumeClaim): void {
  const askedIn = ({ spec }: PersistentVolumeClaim): unknown =>
    spec?.resources?.requests?.['storage'];
  if (askedIn(after) === askedIn(before) || before.status?.phase === 'Bound') return;
  const refusal = 'only bound persistent volume claims can be expanded';
  throw new KubeError('refused', refusal, undefined, refusal);
}

function put(
  server: ApiServer,
  resource: Resource,
  name: string,
  stored: Stored | undefined,
  content: object,
  applied: unknown,
): AnyObject {
  const { metadata, ...rest } = content as { metadata: Partial<Metadata> } & AnyObject;
  const before = stored?.object;
  if (before !== undefined && sameData(before, content)) return before;
  const changed = before !== undefined && !sameData(before.spec, rest.spec);
  server.lastUid += 1;
  const object: AnyObject = {
    ...rest,
    metadata: {
      namespace: 'brokers',
      ...metadata,
      uid: before?.metadata.uid ?? `uid-${server.lastUid}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? timeOf(server),
      name,
      generation: (before?.metadata.generation ?? 1) + (changed ? 1 : 0),
      resourceVersion: `${server.events.length + 1}`,
    },
  };
  const key = keyOf(resource, { namespace: undefined, name });
  server.objects.set(key, { resource, object, applied });
  server.events.push({ resource, key, object });
  return object;
}

const timeOf = ({ nowMs }: ApiServer): string => `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
