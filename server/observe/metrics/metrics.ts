import { collectDefaultMetrics, Registry } from 'prom-client';
import type { NodeObserver } from '../../node/node.ts';
import { createConnectionMeter } from './connections.ts';
import type { ConnectionMeter } from './connections.ts';
import { observeConsensus } from './consensus.ts';
import { createDelayTaskMeter } from './delay-tasks.ts';
import type { DelayTaskMeter } from './delay-tasks.ts';
import { showAlarms, showDisk, showLimits } from './disk.ts';
import { showRowCache } from './row-cache.ts';
import { distributionOf, SHORT_SECONDS } from './distribution.ts';
import { createGrpcMeter } from './grpc.ts';
import type { GrpcMeter } from './grpc.ts';
import { createHttpMeter } from './http.ts';
import type { HttpMeter } from './http.ts';
import { showBuild, showMember } from './member.ts';
import { showPeers } from './peers.ts';
import { createPromotionMeter } from './promotions.ts';
import { createRequestMeter } from './requests.ts';
import type { RequestMeter } from './requests.ts';
import { showRobustMq } from './robustmq.ts';
import { oncePerTurn } from './sources.ts';
import type { MetricSources } from './sources.ts';
import { createStoreMeter } from './stores.ts';
import type { SlowDisk, StoreMeter } from './stores.ts';

/** Everything that is counted of one member. */
export interface Metrics {
  /** Hand it to the node. */
  readonly observer: NodeObserver;
  /** Puts a clock on the stores. */
  readonly stores: StoreMeter;
  /** Counts what callers ask of the node. */
  readonly requests: RequestMeter;
  /** For `measureService`. */
  readonly grpc: GrpcMeter;
  /** For the listeners of gRPC. */
  readonly connections: ConnectionMeter;
  /** For the HTTP server. */
  readonly http: HttpMeter;
  /** For the watch of the event loop; milliseconds. */
  readonly eventLoopDelay: (delayMs: number) => void;
  /** For the machine, and for who asks brokers to publish wills. */
  readonly delayTasks: DelayTaskMeter;
  /** A learner became a voter, or was refused to. */
  readonly promoted: (done: boolean) => void;
  readonly contentType: string;
  /** The text that a scrape gets. */
  text(): Promise<string>;
}

export interface MetricsSetup extends MetricSources {
  readonly slowDisk?: SlowDisk;
  /** Memory, CPU, garbage collection and handles of the process too; default true. */
  readonly process?: boolean;
}

/** Sets up everything that is counted. Series exist from the start, at 0. */
export function createMetrics(setup: MetricsSetup): Metrics {
  const { nowMs } = setup;
  const registry = new Registry();
  const status = oncePerTurn(setup.status);
  showBuild(registry, setup.build);
  showMember(registry, status);
  showPeers(registry, oncePerTurn(setup.transport));
  showDisk(registry, oncePerTurn(setup.disk));
  showRowCache(registry, oncePerTurn(setup.rowCache));
  showLimits(registry, setup.limits);
  showAlarms(registry, oncePerTurn(setup.alarms));
  const { writes, applyBatch, logAppend } = showRobustMq(registry, status);
  const eventLoop = distributionOf(
    registry,
    'robustmq_meta_event_loop_delay_seconds',
    'How late a timer came that should have come every 100 ms.',
    SHORT_SECONDS,
  );
  if (setup.process !== false) collectDefaultMetrics({ register: registry });

  return {
    observer: observeConsensus(registry, applyBatch, nowMs),
    stores: createStoreMeter(registry, { nowMs, logAppend, slow: setup.slowDisk }),
    requests: createRequestMeter(registry, writes, nowMs),
    grpc: createGrpcMeter(registry),
    connections: createConnectionMeter(registry),
    http: createHttpMeter(registry),
    eventLoopDelay: (delayMs) => eventLoop.observe(delayMs / 1000),
    delayTasks: createDelayTaskMeter(registry),
    promoted: createPromotionMeter(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
