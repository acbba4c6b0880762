/** Everything that is to be known of one cluster, gathered once. */
import type { Endpoint, Members, TlsMaterial } from '../admin/members.ts';
import type { Place, Reader, Writer } from '../kube/api.ts';
import type { Observation, SeenTls } from '../plan/observation.ts';
import { otherHolder } from '../plan/concerns/other-operator.ts';
import { pictureOf } from '../plan/picture.ts';
import type { BuildContext, Installation } from '../resources/context.ts';
import { PORTS } from '../resources/ports.ts';
import type { Certificates } from '../tls/certificates.ts';
import type { DriftMemory } from './drift.ts';
import { noteProgress } from './learner-progress.ts';
import type { LearnerProgress } from './learner-progress.ts';
import { readObjects } from './objects.ts';
import type { ClusterObjects } from './objects.ts';
import { seenRefusals } from './refusals.ts';
import type { RefusalMemory } from './refusals.ts';
import { seenChildren } from './seen-children.ts';
import { seenPod } from './seen-pod.ts';
import { seenTls } from './seen-tls.ts';
import { readTls } from './tls-secrets.ts';
import type { HeldSecret, HeldTls } from './tls-secrets.ts';
import { seenStatefulSet } from './seen-stateful-set.ts';
import { seenVolume } from './seen-volume.ts';

/** What an operator remembers of a cluster from one look to the next; nothing is lost with it but time. */
export interface Memory {
  readonly drift: DriftMemory;
  readonly refusals: RefusalMemory;
  progress: LearnerProgress;
  /** What people were told last about another operator that has the cluster; undefined: it is ours. */
  other: string | undefined;
}

export const createMemory = (): Memory => ({
  drift: new Map(),
  refusals: new Map(),
  progress: new Map(),
  other: undefined,
});

/** Where it is gathered from. */
export interface Sources {
  /** As of a moment ago, or as it is. */
  readonly reader: Reader;
  readonly writer: Pick<Writer, 'apply'>;
  readonly members: Pick<Members, 'status'>;
  readonly certificates: Pick<Certificates, 'read' | 'isKeyOf' | 'signer'>;
  readonly installation: Installation;
  /** Namespace and name of this installation. */
  readonly operator: string;
  /** Unix time in ms: for certificates, and for people. */
  readonly nowMs: () => number;
  /** In ms since some time; nobody puts it ahead or back. For how long something lasts. */
  readonly steadyMs: () => number;
}

export interface Observed {
  readonly observation: Observation;
  readonly context: BuildContext;
  readonly objects: ClusterObjects;
  /** Undefined where TLS is disabled. */
  readonly tls: HeldTls | undefined;
  /** By pod; one that has no address yet, or to which nothing can be proved yet, is not there. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

/** Looks at a cluster; undefined when there is none. */
export async function observe(
  sources: Sources,
  memory: Memory,
  place: Place & { readonly namespace: string },
): Promise<Observed | undefined> {
  const { reader, writer, members, certificates, installation } = sources;
  const objects = await readObjects(reader, place);
  if (objects === undefined) return undefined;
  const { cluster, pods, volumes } = objects;
  const context = { cluster, installation };
  const held = await readTls(reader, cluster);
  const tls = held && seenTls(certificates, cluster, held);
  // Members let in one operator only, and another one has nothing to ask them.
  const isOurs = otherHolder(cluster, sources.operator) === undefined;
  const endpoints = isOurs ? endpointsOf(objects, tls, held) : new Map<string, Endpoint>();
  const steadyMs = sources.steadyMs();
  const comparing = { writer, memory: memory.drift, steadyMs };
  const [seenPods, seenVolumes, set, children, refusals] = await Promise.all([
    Promise.all(
      pods.map(async (pod) => {
        const at = endpoints.get(pod.object.metadata?.name ?? '');
        return seenPod(cluster, pod, at && (await members.status(at)));
      }),
    ),
    Promise.all(
      volumes.map((volume) => {
        const pod = pods.find(({ ordinal }) => ordinal === volume.ordinal);
        const inUse = pod?.object.status?.phase === 'Running';
        return seenVolume(reader, cluster, volume, { inUse, statefulSet: objects.statefulSet });
      }),
    ),
    seenStatefulSet(comparing, context, objects.statefulSet),
    seenChildren(reader, comparing, context, objects),
    seenRefusals(writer, { memory: memory.refusals, steadyMs }, { context, objects }),
  ]);
  const ms = sources.nowMs();
  const observation: Observation = {
    now: { ms, text: `${new Date(ms).toISOString().slice(0, 19)}Z` },
    cluster,
    operator: sources.operator,
    children,
    ...set,
    refusals,
    pods: seenPods,
    volumes: seenVolumes,
    ...(tls && { tls }),
    learnerIdleMs: {},
  };
  const leader = pictureOf(observation).leader?.status;
  const diskBytes = (directory: string): number | undefined =>
    seenPods.find(({ status }) => status?.directory === directory)?.status?.sizes?.stateDiskBytes;
  memory.progress = noteProgress(memory.progress, leader, diskBytes, steadyMs);
  return {
    observation: { ...observation, learnerIdleMs: idleOf(steadyMs, memory.progress) },
    context,
    objects,
    tls: held,
    endpoints,
  };
}

function endpointsOf(
  { pods }: ClusterObjects,
  tls: SeenTls | undefined,
  held: HeldTls | undefined,
): ReadonlyMap<string, Endpoint> {
  // What proves nothing would be refused, or worse, be believed by whoever is at that address.
  if (tls !== undefined && tls.operator.certificate === undefined) return new Map();
  const material = held && materialOf(held.operator);
  return new Map(
    pods.flatMap(({ object: { metadata, status } }) => {
      const ip = status?.podIP;
      if (ip === undefined || ip === '') return [];
      return [[metadata?.name ?? '', { ip, port: PORTS.peer, tls: material }]];
    }),
  );
}

const materialOf = ({ authorities, certificate, key }: HeldSecret): TlsMaterial => ({
  authority: authorities,
  certificate,
  key,
});

const idleOf = (steadyMs: number, progress: LearnerProgress): Observation['learnerIdleMs'] =>
  Object.fromEntries(
    [...progress].map(([directory, { sinceMs }]) => [directory, steadyMs - sinceMs]),
  );
