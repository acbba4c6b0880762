/** What is counted of the queue of clusters, and of those that are worked on. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { QueueMeter } from '../kube/workers.ts';

const QUEUE_SECONDS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100];

/** Series exist from the start, at 0. `workSeconds`: the buckets of how long work takes. */
export function queueMeter(
  registry: Registry,
  controller: string,
  workSeconds: readonly number[],
): QueueMeter {
  const labels = { name: controller };
  const setup = { labelNames: ['name'] as const, registers: [registry] };
  const depth = new Gauge({
    ...setup,
    name: 'workqueue_depth',
    help: 'Clusters that are due and wait.',
  });
  const adds = new Counter({
    ...setup,
    name: 'workqueue_adds_total',
    help: 'Changes that made a cluster due.',
  });
  const retries = new Counter({
    ...setup,
    name: 'workqueue_retries_total',
    help: 'Rounds that have to be tried again because they failed.',
  });
  const waited = new Histogram({
    ...setup,
    name: 'workqueue_queue_duration_seconds',
    help: 'How long clusters that were due waited.',
    buckets: QUEUE_SECONDS,
  });
  depth.set(labels, 0);
  adds.inc(labels, 0);
  retries.inc(labels, 0);
  return {
    ...workMeter(registry, controller, workSeconds, (dueForMs) =>
      waited.observe(labels, Math.max(0, dueForMs) / 1_000),
    ),
    added: () => adds.inc(labels),
    retried: () => retries.inc(labels),
    depth: (keys) => depth.set(labels, keys),
  };
}

function workMeter(
  registry: Registry,
  controller: string,
  workSeconds: readonly number[],
  waited: (dueForMs: number) => void,
): Pick<QueueMeter, 'workers' | 'taken'> {
  const begunMs = new Set<{ readonly ms: number }>();
  const agesS = (): readonly number[] =>
    [...begunMs].map(({ ms }) => (performance.now() - ms) / 1_000);
  const labels = { name: controller };
  const setup = { labelNames: ['name'] as const, registers: [registry] };
  const took = new Histogram({
    ...setup,
    name: 'workqueue_work_duration_seconds',
    help: 'How long work on a cluster took.',
    buckets: [...workSeconds],
  });
  const gauges: readonly (readonly [name: string, help: string, value: () => number])[] = [
    [
      'workqueue_unfinished_work_seconds',
      'How long all clusters that are in work have been, together.',
      () => agesS().reduce((sum, age) => sum + age, 0),
    ],
    [
      'workqueue_longest_running_processor_seconds',
      'How long the cluster has been in work that has been so for longest.',
      () => Math.max(0, ...agesS()),
    ],
  ];
  for (const [name, help, value] of gauges) {
    new Gauge({
      ...{ ...setup, name, help },
      collect() {
        this.set(labels, value());
      },
    });
  }
  const ofController = { labelNames: ['controller'] as const, registers: [registry] };
  const active = new Gauge({
    ...ofController,
    name: 'controller_runtime_active_workers',
    help: 'Clusters that are in work.',
  });
  const most = new Gauge({
    ...ofController,
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Clusters that may be in work at once.',
  });
  active.set({ controller }, 0);
  return {
    workers: (count) => most.set({ controller }, count),
    taken: (dueForMs) => {
      waited(dueForMs);
      const begun = { ms: performance.now() };
      begunMs.add(begun);
      active.inc({ controller });
      const end = took.startTimer(labels);
      return () => {
        end();
        begunMs.delete(begun);
        active.dec({ controller });
      };
    },
  };
}
