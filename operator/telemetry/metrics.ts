/** What is counted of the operator, under the names that controllers in Go have made usual. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueMeter } from '../kube/workers.ts';
import type { Answered } from '../kube/client/connection.ts';
import { queueMeter } from './queue-meter.ts';

/** How a round ended, in the words of controller-runtime. */
export type RoundResult = 'success' | 'requeue_after' | 'error';

export interface RoundMeter {
  /** Call it when the round ends. */
  begin(): (result: RoundResult) => void;
}

export interface Metrics {
  readonly rounds: RoundMeter;
  readonly queue: QueueMeter;
  readonly request: (answered: Answered) => void;
  readonly leading: (leads: boolean) => void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** The value of the labels `controller` and `name`. */
const CONTROLLER = 'robustmqcluster';
const RESULTS: readonly RoundResult[] = ['success', 'requeue_after', 'error'];
const ROUND_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Series exist from the start, at 0. */
export function createMetrics(leaseName: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const leading = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process leads: 1, or 0.',
    labelNames: ['name'],
    registers: [registry],
  });
  leading.set({ name: leaseName }, 0);
  const requests = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server, by status code, method and host.',
    labelNames: ['code', 'method', 'host'],
    registers: [registry],
  });
  return {
    rounds: roundMeter(registry),
    queue: queueMeter(registry, CONTROLLER, ROUND_SECONDS),
    request: ({ code, method, host }) => requests.inc({ code, method, host }),
    leading: (leads) => leading.set({ name: leaseName }, leads ? 1 : 0),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function roundMeter(registry: Registry): RoundMeter {
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Rounds, by result.',
    labelNames: ['controller', 'result'],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Rounds that failed.',
    labelNames: ['controller'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long rounds took.',
    labelNames: ['controller'],
    buckets: ROUND_SECONDS,
    registers: [registry],
  });
  for (const result of RESULTS) total.inc({ controller: CONTROLLER, result }, 0);
  errors.inc({ controller: CONTROLLER }, 0);
  return {
    begin: () => {
      const end = seconds.startTimer({ controller: CONTROLLER });
      return (result) => {
        end();
        total.inc({ controller: CONTROLLER, result });
        if (result === 'error') errors.inc({ controller: CONTROLLER });
      };
    },
  };
}
