/** One member as a process: its parts are put together, its ports opened, its clocks started. */
import { join } from 'node:path';
import { hasPeerTls, isLoopback } from '../config/conflicts.ts';
import type { Config } from '../config/settings.ts';
import { showAddress } from '../config/kinds.ts';
import type { Address } from '../config/kinds.ts';
import { createDivergenceController } from '../controllers/divergence-controller.ts';
import { createMembersController } from '../controllers/members-controller.ts';
import { watchEventLoop } from '../observe/event-loop.ts';
import { servingStatus } from '../observe/health.ts';
import { startHttpServer } from '../observe/http/http-server.ts';
import type { HttpServer } from '../observe/http/http-server.ts';
import type { Node } from '../node/node.ts';
import type { Log } from '../observe/log/log.ts';
import { createPhaseLog } from '../observe/log/phase-log.ts';
import { createProbes } from '../observe/probes.ts';
import type { Probes } from '../observe/probes.ts';
import { StorageError } from '../ports/outcome.ts';
import { encodeCommand } from '../state/command-codec.ts';
import { COMMAND_KINDS } from '../state/command-kinds.ts';
import { activeVersion } from '../state/versions.ts';
import { advertised } from './advertised.ts';
import { nowMs, wallMs } from './clocks.ts';
import { createCore } from './core.ts';
import type { Core } from './core.ts';
import { createBrokersLoop } from './brokers-loop.ts';
import { createDiscovery } from './discovery.ts';
import { createFront } from './front.ts';
import type { Front } from './front.ts';
import { createPlaces, listen } from './grpc-listener.ts';
import type { GrpcListener } from './grpc-listener.ts';
import { openClientPorts } from './client-ports.ts';
import type { ClientPorts } from './client-ports.ts';
import { createHealth } from './health.ts';
import type { Health } from './health.ts';
import { followOrders } from './orders.ts';
import { createOverview } from './overview.ts';
import { createPeerRpc } from './peer-rpc.ts';
import { BROKERS_PASS_MS, PASS_MS, TICK_MS } from './settings.ts';
import { shutDown } from './shutdown.ts';
import { unusable } from './unusable.ts';
import { PROGRAM_ROOT, SERVER_VERSION } from './program.ts';

/** A member that runs. */
export interface RunningMember {
  /** Where it listens. */
  readonly addresses: { readonly client: Address; readonly peer: Address; readonly http: Address };
  /** Leaves in good order, within a bound; whether all is closed. See `shutdown.ts`. */
  shutdown(): Promise<boolean>;
}

/** Peers are few, and each has a handful of connections; more are not let in. */
const PEER_CONNECTIONS_MAX = 1_024;
const HEALTH_MS = 1_000;

/** Everything that listens. */
interface Listeners {
  readonly client: ClientPorts;
  readonly peer: GrpcListener;
  readonly http: HttpServer;
}

/**
 * Starts a member, and follows the orders that the settings give it.
 *
 * @throws StorageError for a directory that is not usable; what a port throws that cannot be opened.
 */
export async function startMember(config: Config, log: Log): Promise<RunningMember> {
  const core = createCore(config, log);
  const front = createFront(config, log, core);
  const health = createHealth();
  const eventLoop = watchEventLoop({ nowMs, observe: core.metrics.eventLoopDelay });
  const probes = createProbes({
    status: () => core.node.status(),
    read: (done) => core.node.read(done),
    eventLoopDelayMs: () => eventLoop.sustainedMs(),
    logWriteAgeMs: () => core.metrics.stores.logWriteAgeMs(),
    stateWriteAgeMs: () => core.metrics.stores.stateWriteAgeMs(),
  });
  const listeners = await openPorts(config, log, core, front, health, probes);
  core.transport.attach(core.node);
  const stops = [
    ...startClocks(config, log, core, health, probes),
    () => eventLoop.stop(),
    followOrders(config, log, core, front.calls),
  ];
  log.write('member_started', { directory: core.storage.directory, version: SERVER_VERSION });
  return {
    addresses: {
      client: listeners.client.address,
      peer: listeners.peer.address,
      http: { ...config['listen.http'], port: listeners.http.port },
    },
    shutdown: () =>
      shutDown({
        config,
        log,
        node: core.node,
        transport: core.transport,
        admission: front.admission,
        admin: front.admin,
        listeners: [listeners.client, listeners.peer],
        http: listeners.http,
        refuse: () => {
          probes.leave();
          health.set('NOT_SERVING');
        },
        stop: () => {
          for (const stop of stops) stop();
          front.leaderCalls.close();
          core.pushes.stop();
          core.space.stop();
          core.credentials.close();
        },
      }),
  };
}

async function openPorts(
  config: Config,
  log: Log,
  core: Core,
  front: Front,
  health: Health,
  probes: Probes,
): Promise<Listeners> {
  const { reached, metrics } = core;
  const peerRpc = createPeerRpc(config, log, core, front, health);
  const places = createPlaces({
    connectionsMax: PEER_CONNECTIONS_MAX,
    full: () =>
      log.write('connections_full', { purpose: 'peer', connectionsMax: PEER_CONNECTIONS_MAX }),
  });
  const peer = await listen(
    (socket) => peerRpc.accept(socket),
    config['listen.peer'],
    places,
  ).catch(unusable('listen.peer'));
  const client = await openClientPorts(config, log, front.services, health);
  const peers: GrpcListener = {
    ...peer,
    destroy: () => {
      peerRpc.close();
      peer.destroy();
    },
  };
  metrics.connections('peer', () => peer.stats());
  metrics.connections('client', () => client.stats());
  reached.peer = advertised(config['advertise.peer'], peer.address);
  reached.client = advertised(config['advertise.client'], client.address);
  const http = await startHttpServer({
    ...config['listen.http'],
    page: join(PROGRAM_ROOT, 'server', 'observe', 'page'),
    metrics: core.metrics,
    probes,
    overview: () => createOverview(core, front.calls),
    meter: metrics.http,
    nowMs,
    failed: (method, error) => log.write('request_failed', { method, error }),
  }).catch(unusable('listen.http'));
  const ports = {
    peer: peer.address,
    client: client.address,
    client_tls: client.tlsAddress,
    http: { ...config['listen.http'], port: http.port },
  };
  for (const [purpose, place] of Object.entries(ports)) {
    if (place !== undefined) log.write('listening', { purpose, ...place });
  }
  if (!hasPeerTls(config) && !isLoopback(peer.address)) {
    log.write('insecure_listener', { purpose: 'peer', ...peer.address });
  }
  return { client, peer: peers, http };
}

/**
 * Throws when another process serves the data directory: this one would only seem to be a member.
 * Nobody catches it, so the process ends, and whoever supervises it starts it again.
 */
function leaveToOther(node: Pick<Node, 'status'>): void {
  const { error } = node.status();
  if (error instanceof StorageError && error.code === 'locked') throw error;
}

/** A member that does not know the command would stop. */
const isCheckKnown = ({ row }: Core['node']): boolean =>
  activeVersion(row) >= COMMAND_KINDS.check.since;

/** Starts everything that happens again and again; returns how each is stopped. */
function startClocks(
  config: Config,
  log: Log,
  core: Core,
  health: Health,
  probes: Probes,
): (() => void)[] {
  const { node, book, self, transport } = core;
  const members = createMembersController({ node, book, self, wallMs });
  const divergence = createDivergenceController({
    node,
    check: () =>
      isCheckKnown(node) ? encodeCommand({ kind: 'check', timeMs: wallMs() }) : undefined,
    nowMs,
    intervalMs: config['storage.compare_interval'],
    tell: (remedy, index) =>
      log.write('state_diverged', {
        index,
        peer: remedy.kind === 'transfer' ? core.node.status().leader : remedy.member,
        remedy: remedy.kind,
      }),
  });
  const discovery = createDiscovery({
    seeds: [...config.peers, ...config.join].map(showAddress),
    discover: (address) => transport.discover(address),
    status: () => node.status(),
  });
  const brokers = createBrokersLoop(config, core);
  const phases = createPhaseLog(log, () => node.status());
  const clocks = [
    setInterval(() => node.tick(), TICK_MS),
    setInterval(() => {
      members.pass();
      divergence.pass();
      discovery.pass();
      phases.look();
      leaveToOther(node);
    }, PASS_MS),
    setInterval(() => brokers.pass(), BROKERS_PASS_MS),
    setInterval(() => {
      void probes.ready().then((checks) => health.set(servingStatus(checks)));
    }, HEALTH_MS),
  ];
  discovery.pass();
  return clocks.map((clock) => () => clearInterval(clock));
}
