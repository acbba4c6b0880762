/** What a member shows the outside: services on its two gRPC ports, and its HTTP port. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config/settings.ts';
import { createAdminCalls } from './admin-calls.ts';
import type { AdminCalls } from './admin-calls.ts';
import type { Log } from '../observe/log/log.ts';
import { unaryMethodsOf } from '../rpc/unary-methods.ts';
import type { UnaryMethods } from '../rpc/unary-methods.ts';
import { measureService } from '../observe/metrics/measured-service.ts';
import { createAdminService } from '../services/admin/admin-service.ts';
import type { AdminService } from '../services/admin/admin-service.ts';
import { createAdmission } from '../services/admission.ts';
import type { ClientService } from '../services/client-service.ts';
import type { Admission } from '../services/admission.ts';
import { systemAlarm } from '../services/alarm.ts';
import { createGate } from '../services/gate.ts';
import { createKvService } from '../services/kv-service.ts';
import { newId } from '../services/meta/new-id.ts';
import { createMetaServices, createRelayedServices } from '../services/meta/services.ts';
import { nodesById } from '../state/registry/node.ts';
import { viewRecords } from '../state/resources/records.ts';
import { activeVersion } from '../state/versions.ts';
import { processAlarms } from './alarms.ts';
import { nowMs, timeMs, wallMs } from './clocks.ts';
import type { Core } from './core.ts';
import { authorize } from './peer-security.ts';
import { createLeaderCalls } from './leader-calls.ts';
import type { LeaderCalls } from './leader-calls.ts';
import { recoverInPlace } from './recover-in-place.ts';
import { serviceLimits, transportOptions } from './settings.ts';
import { toError } from './to-error.ts';
import { SERVER_VERSION } from './program.ts';

/** The layout of data directories that this program writes. */
const DIRECTORY_FORMAT = 1;

/** How long a member asks another one. */
const ADMIN_CALL_MS = 5_000;
/** Brokers give a round of heartbeats 3 s, for all members together. */
const RELAY_MS = 500;

/** The services of a member, not served yet. */
export interface Front {
  readonly services: readonly ClientService[];
  readonly admin: AdminService;
  readonly admission: Admission;
  readonly calls: AdminCalls;
  readonly leaderCalls: LeaderCalls;
  /** What other members relay to this one. */
  readonly relayed: UnaryMethods;
}

export function createFront(config: Config, log: Log, core: Core): Front {
  const { node, leadership, metrics, credentials, heartbeats, pushes } = core;
  const limits = serviceLimits(config);
  const admission = createAdmission(limits);
  const measured = metrics.requests.measure(node);
  const gate = createGate(
    { node: measured, leadership, clock: { nowMs }, alarm: systemAlarm },
    {
      waitMsMax: config['timeout.leader'],
      secondRedirectMs: 2 * config['raft.election_timeout'],
    },
  );
  const kv = createKvService({ gate, state: node, admission, limits, timeMs });
  const state = {
    row: (key: string) => node.row(key),
    range: (prefix: string, after?: string) => node.range(prefix, after),
    status: () => node.status(),
    heartbeats,
  };
  const leaderCalls = createLeaderCalls({
    credentials,
    options: transportOptions(config),
    cluster: () => core.self().identity?.cluster,
    addressOf: (member) => peerAddressOf(core, member),
    limitMs: RELAY_MS,
    failed: (peer, reason) => log.write('relay_failed', { peer, reason }),
  });
  const parts = { gate, state, admission, limits, wallMs, timeMs, newId, told: pushes };
  const services = createMetaServices({ ...parts, relay: leaderCalls.relay }, kv);
  const counted = <Service extends Pick<ClientService, 'definition' | 'handlers'>>(
    service: Service,
  ): Service => ({
    ...service,
    handlers: measureService(service.definition, service.handlers, metrics.grpc, nowMs),
  });
  return {
    services: services.map(counted),
    admin: createAdmin(config, log, core),
    admission,
    calls: createAdminCalls(credentials, ADMIN_CALL_MS),
    leaderCalls,
    relayed: unaryMethodsOf(createRelayedServices(parts).map(counted)),
  };
}

function peerAddressOf({ node, book }: Core, member: number): string | undefined {
  const found = node.status().configuration?.members.find(({ id }) => id === member);
  return found && book.find(found.directory)?.peerAddress;
}

function createAdmin(config: Config, log: Log, core: Core): AdminService {
  const { node, replace, book, self, storage, space, credentials, transport } = core;
  return createAdminService({
    node,
    book,
    self,
    introduce: (directory, peerAddress) =>
      book.replicated({
        directory,
        identity: undefined,
        peerAddress,
        clientAddress: '',
        commandVersionMax: 0,
      }),
    discover: (peerAddress) => transport.discover(peerAddress),
    promoted: (done) => core.metrics.promoted(done),
    facts: () => ({
      stateRows: storage.state.rows() ?? 0,
      stateDiskBytes: storage.state.diskUsage()?.total ?? 0,
      diskFreeBytes: space.freeBytes() ?? 0,
      commandVersion: node.status().phase === 'running' ? activeVersion(node.row) : 0,
      alarms: processAlarms(config, space, node),
      brokerIds: node.status().phase === 'running' ? brokerIds(node) : [],
    }),
    versions: { server: SERVER_VERSION, directoryFormat: DIRECTORY_FORMAT },
    certificates: () => credentials.inUse(),
    startedMs: wallMs(),
    wallMs,
    recover: (recovery) => recoverInPlace({ stores: storage, replace, log }, recovery),
    newClusterId: randomUUID,
    logLevel: {
      get: () => log.level(),
      set: (level) => log.setLevel(level as ReturnType<Log['level']>),
    },
    authorize,
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
    unforeseen: (error) =>
      log.write('request_failed', {
        method: 'admin',
        error: toError(error),
      }),
  });
}

const brokerIds = ({ row, range }: Core['node']): readonly bigint[] =>
  nodesById(viewRecords(row, range)).map(({ node_id }) => node_id);
