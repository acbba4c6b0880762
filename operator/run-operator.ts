/** One process of the operator: everything put together, from its start until it ends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { createConnections } from './admin/connections.ts';
import { createGrpcMembers } from './admin/grpc-members.ts';
import { API_VERSION, KIND } from './api/cluster.ts';
import type { Settings } from './config/settings.ts';
import { createController } from './controller/controller.ts';
import { startCaches } from './controller/caches.ts';
import { createConnection } from './kube/client/connection.ts';
import { createKubernetes } from './kube/client/kubernetes.ts';
import { createRecorder } from './kube/events/recorder.ts';
import type { EventRecorder } from './kube/events/recorder.ts';
import { startElector } from './kube/lease/elector.ts';
import { leaseObject } from './kube/lease/lease-object.ts';
import { createWorkers } from './kube/workers.ts';
import type { Parts } from './reconcile/reconcile.ts';
import type { Installation } from './resources/context.ts';
import { startHttpServer } from './telemetry/http-server.ts';
import type { Log } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createX509Certificates } from './tls/x509-certificates.ts';

/** Everything is applied under this name, by every version of the operator. */
const FIELD_MANAGER = 'robustmq-operator';
const BACKOFF = { firstMs: 200, longestMs: 30_000 };

export interface Operator {
  /** Resolves when another process may have taken over: this one is to end at once. */
  readonly lost: Promise<void>;
  /** Finishes what is in work, and gives the Lease back. */
  stop(): Promise<void>;
}

/** Not in the seconds of another one, and not of this one's wall. */
const nowMs = (): number => performance.now();

/** Resolves when it is up; it works from when it is elected. */
export async function startOperator(settings: Settings, log: Log): Promise<Operator> {
  const { namespace, operatorNamespace, installation, identity } = settings;
  log.write('operator_started', { version: versionOf(), identity, namespace });
  const metrics = createMetrics(installation);
  const connection = createConnection(kubeConfigOf(settings), metrics.request);
  const kubernetes = createKubernetes(connection, FIELD_MANAGER);
  const members = createConnections(nowMs);
  const recorder = createRecorder({
    ...{ connection, controller: `robustmq.io/${FIELD_MANAGER}`, instance: identity, nowMs },
    dropped: (why) => log.write('event_dropped', { why }),
  });
  const lease = { namespace: operatorNamespace, name: installation };
  const elector = startElector({
    lease: leaseObject(connection, lease, settings.renewMs / 2),
    identity,
    timings: settings,
    nowMs,
    trouble: (error) => log.write('lease_failed', { error }),
  });
  const caches = startCaches({
    ...{ connection, namespace, live: kubernetes },
    changed: (key) => workers.changed(key),
    trouble: (what, why) => log.write('watch_failed', { what, why }),
  });
  const parts: Parts = {
    ...{ cache: caches.reader, kubernetes, members: createGrpcMembers(members) },
    certificates: createX509Certificates(),
    installation: installationOf(settings),
    operator: `${operatorNamespace}/${installation}`,
    ...{ nowMs: () => Date.now(), steadyMs: nowMs },
    requireLeadership: () => {
      if (!elector.leads()) throw new Error('another process may lead by now');
    },
    tell: teller(recorder, log),
  };
  const workers = createWorkers({
    ...{ workers: settings.workers, backoff: BACKOFF, nowMs, meter: metrics.queue },
    work: createController({ parts, log, meter: metrics.rounds, resyncMs: settings.resyncMs }),
  });

  let filled = false;
  const http = await startHttpServer(settings.listen, {
    metrics,
    unready: () => (filled ? undefined : 'objects are still being listed'),
  });
  log.write('listening', { host: settings.listen.host, port: http.port });
  const begunMs = nowMs();
  void caches.filled.then(async () => {
    filled = true;
    log.write('caches_filled', { durationMs: Math.round(nowMs() - begunMs) });
    await elector.elected;
    metrics.leading(true);
    log.write('leadership_gained', { identity });
    workers.start();
  });

  return {
    lost: elector.lost.then(() => {
      metrics.leading(false);
      log.write('leadership_lost', { identity });
    }),
    stop: async () => {
      await workers.stop();
      await recorder.drained();
      await elector.stop();
      caches.stop();
      members.close();
      connection.close();
      await http.close();
    },
  };
}

const installationOf = (settings: Settings): Installation => ({
  imageRepository: settings.imageRepository,
  namespace: settings.operatorNamespace,
  podLabels: settings.podLabels,
});

/** Tells it in the log and as an Event. */
const teller =
  (recorder: EventRecorder, log: Log): Parts['tell'] =>
  ({ metadata: { namespace, name, uid } }, { message: note, ...news }) => {
    const { action, reason } = news;
    log.write('acted', { cluster: `${namespace}/${name}`, action, reason, message: note });
    const regarding = { apiVersion: API_VERSION, kind: KIND, namespace, name, uid };
    recorder.tell({ regarding, ...news, note });
  };

function kubeConfigOf({ kubeconfig, context }: Settings): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

function versionOf(): string {
  const file = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
