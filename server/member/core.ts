import { randomInt } from 'node:crypto';
import type { Config } from '../config/settings.ts';
import { createHeartbeats } from '../controllers/brokers/heartbeats.ts';
import type { Heartbeats } from '../controllers/brokers/heartbeats.ts';
import { transferAtRest } from '../controllers/brokers/transfer-at-rest.ts';
import { createWillCourier } from '../controllers/brokers/will-courier.ts';
import type { WillCourier } from '../controllers/brokers/will-courier.ts';
import { createPushController } from '../controllers/pushes/push-controller.ts';
import type { PushController } from '../controllers/pushes/push-controller.ts';
import { createNode } from '../node/create-node.ts';
import type { Node, NodePorts, NodeStatus } from '../node/node.ts';
import { createNodeLog } from '../observe/log/node-log.ts';
import type { Log } from '../observe/log/log.ts';
import { createMetrics } from '../observe/metrics/metrics.ts';
import type { Metrics } from '../observe/metrics/metrics.ts';
import type { DiskStats, TransportStats } from '../observe/metrics/sources.ts';
import { combineObservers } from '../observe/observers.ts';
import { createNodeLeadership } from '../services/node-leadership.ts';
import type { NodeLeadership } from '../services/node-leadership.ts';
import { COMMAND_VERSION_MAX } from '../state/command-kinds.ts';
import { machine } from '../state/machine.ts';
import { versionProblem } from '../state/versions.ts';
import type { GrpcTransport } from '../transport/grpc/grpc-transport.ts';
import { alarmNames, processAlarms } from './alarms.ts';
import { createCacheUpdates } from './cache-updates.ts';
import { nowMs, wallMs } from './clocks.ts';
import { lay } from './foundation.ts';
import type { Foundation } from './foundation.ts';
import { random } from './random.ts';
import { createReplaceableNode } from './replaceable-node.ts';
import type { ReplaceableNode } from './replaceable-node.ts';
import { limitFacts, nodeOptions, pushOptions } from './settings.ts';
import { SERVER_VERSION } from './program.ts';

/** The node of a process, and what watches it. */
export interface Core extends Foundation, ReplaceableNode {
  readonly metrics: Metrics;
  readonly leadership: NodeLeadership;
  /** What brokers let it hear. */
  readonly heartbeats: Heartbeats;
  readonly pushes: PushController;
  readonly wills: WillCourier;
}

/** A write that takes longer is logged. */
const SLOW_DISK_MS = 500;
const SEEDS = 2 ** 47;

/** Makes the node of a process; it begins to open its stores. Throws StorageError. */
export function createCore(config: Config, log: Log): Core {
  const status = (): NodeStatus => node.status();
  const foundation = lay(config, log, {
    status,
    addressesChanged: () => leadership.addressesChanged(),
    spaceChanged: (low) => node.storageSpace(low),
  });
  const { storage, book, transport, refusals, space } = foundation;
  const metrics = createMetrics({
    nowMs,
    status,
    build: { version: SERVER_VERSION },
    transport: () => transportStats(transport, refusals()),
    disk: () => diskStats(foundation, status()),
    rowCache: () => storage.state.rowCache(),
    limits: limitFacts(config),
    alarms: () => alarmNames(processAlarms(config, space, node), status()),
    slowDisk: {
      boundMs: SLOW_DISK_MS,
      tell: (store, durationMs) =>
        log.write('slow_disk', { store, durationMs, boundMs: SLOW_DISK_MS }),
    },
  });
  const leadership = createNodeLeadership({ addresses: book, defer: setImmediate, status });
  const heartbeats = createHeartbeats();
  const pushes = createPushes(config, heartbeats, () => node);
  const observer = combineObservers(
    leadership.observer,
    metrics.observer,
    createNodeLog(log, nowMs),
    pushes.observer,
  );
  const ports: NodePorts = {
    log: metrics.stores.timeLog(storage.log),
    state: metrics.stores.timeState(storage.state),
    transport: transport.transport,
    clock: { nowMs },
    defer: setImmediate,
    machine: metrics.delayTasks.watch(machine, () => status().role === 'leader'),
    stateProblem: (row) => versionProblem(row, COMMAND_VERSION_MAX),
  };
  const { node: replaceable, replace } = createReplaceableNode(() =>
    createNode(ports, nodeOptions(config, storage.directory, randomInt(SEEDS)), observer),
  );
  const wills = createWillCourier({
    answered: metrics.delayTasks.willAnswered,
    givenUp: ({ tenant }) => log.write('will_given_up', { tenant }),
  });
  // One that ends hands over within an election timeout, rest included.
  const restMsMax = config['raft.election_timeout'] / 2;
  const transfer = transferAtRest({ node: replaceable, wills, after, restMsMax });
  const node: Node = { ...replaceable, transfer };
  return {
    ...foundation,
    node,
    replace,
    wills,
    metrics,
    leadership,
    heartbeats,
    pushes,
  };
}

/** @param node once it is there. */
const createPushes = (
  config: Config,
  { reached }: Pick<Heartbeats, 'reached'>,
  node: () => Node,
): PushController =>
  createPushController(
    {
      node: {
        propose: (command, done) => node().propose(command, done),
        range: (prefix, from) => node().range(prefix, from),
        read: (done) => node().read(done),
        row: (key) => node().row(key),
        status: () => node().status(),
      },
      updates: createCacheUpdates(),
      reached,
      clock: { nowMs },
      wallMs,
      defer: setImmediate,
      after,
      random,
    },
    pushOptions(config),
  );

function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

function diskStats({ storage, space }: Foundation, { logBytes }: NodeStatus): DiskStats {
  const usage = storage.state.diskUsage();
  return {
    freeBytes: space.freeBytes(),
    logBytes,
    stateRows: storage.state.rows(),
    stateBytes: usage?.total,
    stateInUseBytes: usage?.inUse,
  };
}

/** What the transport counts, by the names of the metrics. */
function transportStats(transport: GrpcTransport, refusedHellos: number): TransportStats {
  return {
    refusedHellos,
    peers: [...transport.stats().values()].map((each) => ({
      member: each.member,
      connected: each.connected,
      sentBytes: each.bytesSent,
      receivedBytes: each.bytesReceived,
      sentMessages: each.messagesSent,
      receivedMessages: each.messagesReceived,
      droppedMessages: each.messagesDropped,
    })),
  };
}
