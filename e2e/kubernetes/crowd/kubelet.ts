/**
 * What stands in for kubelets and for who makes volumes: pods that the StatefulSet controller has made
 * get a volume, an address of loopback and a simulated member, and are ready when that is.
 */
import { parseImage } from '../../../operator/api/image.ts';
import type { Kubernetes } from '../../../operator/kube/api.ts';
import type { Connection } from '../../../operator/kube/client/connection.ts';
import { KubeError } from '../../../operator/kube/kube-error.ts';
import { startReflector } from '../../../operator/kube/reflector/reflector.ts';
import { createStore } from '../../../operator/kube/reflector/store.ts';
import { PODS } from '../../../operator/resources/kinds.ts';
import type { Pod } from '../../../operator/resources/kubernetes.ts';
import { PORTS } from '../../../operator/resources/ports.ts';
import type { Certificates } from '../../../operator/tls/certificates.ts';
import { createPrng } from '../../../server/sim/prng.ts';
import { startMemberServer, type MemberServer } from './member-server.ts';
import { materialOf, volumeOf } from './mounts.ts';
import { createSimulatedCluster, type SimulatedCluster } from './simulated-cluster.ts';

export interface KubeletSetup {
  readonly connection: Connection;
  readonly kubernetes: Kubernetes;
  readonly certificates: Pick<Certificates, 'read'>;
  readonly namespace: string;
}

export interface Kubelet {
  /** Another member of this cluster leads. */
  changeLeader(cluster: string): void;
  /** Rejects when a pod could not be run. */
  readonly failed: Promise<never>;
  stop(): void;
}

/** A pod that is run here. */
interface Running {
  readonly pod: Pod;
  readonly ip: string;
  readonly cluster: SimulatedCluster;
  server: MemberServer | undefined;
  /** What was said of it; undefined: nothing yet. */
  said: 'ready' | 'not ready' | undefined;
  /** One report at a time: of two, the older one could arrive last. */
  reporting: boolean;
}

/** Members hear of each other as often as real ones do. */
const STEP_MS = 200;
const INSTANCE = 'app.kubernetes.io/instance';

export function startKubelet(setup: KubeletSetup): Kubelet {
  const { connection, kubernetes, namespace } = setup;
  const stopping = new AbortController();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  const clusters = new Map<string, SimulatedCluster>();
  /** By UID. */
  const running = new Map<string, Running>();
  const certificates = remembering(setup.certificates);
  let addresses = 0;

  function clusterOf(name: string): SimulatedCluster {
    const known = clusters.get(name);
    if (known !== undefined) return known;
    const made = createSimulatedCluster(certificates, createPrng(clusters.size, name));
    clusters.set(name, made);
    return made;
  }

  async function run(pod: Pod): Promise<void> {
    const { name = '', uid = '', labels = {} } = pod.metadata ?? {};
    const cluster = clusterOf(labels[INSTANCE] ?? '');
    addresses += 1;
    const one: Running = {
      ...{ pod, ip: addressOf(addresses), cluster },
      ...{ server: undefined, said: undefined, reporting: false },
    };
    running.set(uid, one);
    const [volume, material] = await Promise.all([
      volumeOf(kubernetes, pod, stopping.signal),
      materialOf(kubernetes, pod, stopping.signal),
    ]);
    // Deleted meanwhile, as it may be again before its server is up.
    if (!running.has(uid)) return;
    const member = cluster.start({
      ...{ pod: name, podUid: uid, node: pod.spec?.nodeName ?? '' },
      ...{ ip: one.ip, material, volume },
      peerAddress: `${name}.${pod.spec?.subdomain ?? ''}.${namespace}.svc:${PORTS.peer}`,
      version: parseImage(pod.spec?.containers[0]?.image ?? '')?.tag ?? '',
    });
    const server = await startMemberServer(one.ip, member, material);
    if (running.has(uid)) one.server = server;
    else server.close();
  }

  function end(uid: string): void {
    const one = running.get(uid);
    if (one === undefined) return;
    running.delete(uid);
    one.server?.close();
    one.cluster.end(one.pod.metadata?.name ?? '');
  }

  const store = createStore(({ metadata: { name = '', uid = '' } = {} }) => {
    const there = store.get({ namespace, name })?.metadata?.uid === uid;
    if (!there) end(uid);
    else if (!running.has(uid)) run(store.get({ namespace, name }) as Pod).catch(fail);
  });
  startReflector({
    ...{ connection, store, signal: stopping.signal },
    reflected: { resource: PODS, namespace, labels: {} },
    trouble: (what, why) => console.error(`${what}: ${why}`),
  });

  const timer = setInterval(() => {
    for (const cluster of clusters.values()) cluster.step(STEP_MS);
    for (const one of running.values()) report(kubernetes, one).catch(fail);
  }, STEP_MS);

  return {
    failed,
    changeLeader: (name) => clusters.get(name)?.changeLeader(),
    stop: () => {
      clearInterval(timer);
      stopping.abort();
      for (const uid of [...running.keys()]) end(uid);
    },
  };
}

/** All of 127.0.0.0/8 is this machine; whoever else is on it is below 127.64. */
const addressOf = (number: number): string =>
  `127.${64 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;

/** Every member is asked all the time, and has the same certificates for long. */
function remembering({ read }: Pick<Certificates, 'read'>): Pick<Certificates, 'read'> {
  const known = new Map<string, ReturnType<Certificates['read']>>();
  return {
    read: (pem) => {
      const facts = known.get(pem) ?? read(pem);
      known.set(pem, facts);
      return facts;
    },
  };
}

/** Says of a pod that runs what was not said yet. */
async function report(kubernetes: Kubernetes, one: Running): Promise<void> {
  const { pod, ip, cluster, server } = one;
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const now = cluster.isReady(name) ? 'ready' : 'not ready';
  if (server === undefined || one.reporting || now === one.said) return;
  one.reporting = true;
  one.said = now;
  try {
    await kubernetes.apply(
      PODS,
      {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } },
        status: {
          ...{ phase: 'Running', podIP: ip, podIPs: [{ ip }] },
          conditions: [{ type: 'Ready', status: now === 'ready' ? 'True' : 'False' }],
        },
      },
      { namespace, name },
      { subresource: 'status' },
    );
  } catch (error) {
    // Said again at the next step, unless nobody wants to hear it any more.
    one.said = undefined;
    if (!(error instanceof KubeError) || error.code === 'refused') throw error;
  } finally {
    one.reporting = false;
  }
}
