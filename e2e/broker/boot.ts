/**
 * How a broker of v0.4.11 starts: phase after phase, call after call. Only the first phase is patient:
 * behind it one answer that is missing or cannot be read is the end of the process.
 */
import { MetaServiceServiceService as Common } from '../../proto/gen/meta/common.ts';
import { EngineServiceService as Engine } from '../../proto/gen/meta/engine.ts';
import { MqttServiceService as Mqtt } from '../../proto/gen/meta/mqtt.ts';
import { bincode } from '../../server/codec/layout/bincode.ts';
import { json } from '../../server/codec/layout/json.ts';
import { SecurityUser } from '../../server/codec/robustmq/access.ts';
import { ClusterStatus } from '../../server/codec/robustmq/cluster-status.ts';
import { BrokerNode } from '../../server/codec/robustmq/node.ts';
import { DEFAULT_TENANT_CONFIG, Tenant, TenantConfig } from '../../server/codec/robustmq/tenant.ts';
import { BootError, call, callOne, orFatal, tryCall, type Boot } from './boot-action.ts';
import { BOOT_LISTS, type BootList } from './boot-lists.ts';
import type { BootSettings } from './boot-settings.ts';
import { cached, type Caches } from './caches.ts';
import {
  ensureTopic,
  EVENTS_TOPIC,
  INNER_CONFIG,
  INNER_TOPICS,
  REPORT_TOPICS,
  SYSTEM_CONFIG,
  TENANT,
} from './topics.ts';

interface Phase {
  readonly name: string;
  /** Undefined: of every process. */
  readonly role?: 'broker' | 'engine';
  readonly run: (settings: BootSettings, caches: () => Caches) => Boot;
}

const load = (lists: readonly BootList[]) =>
  function* (): Boot {
    for (const list of lists) yield { kind: 'cache', rows: yield* list() };
  };

export const PHASES: readonly Phase[] = [
  { name: 'wait for meta', run: waitForMeta },
  { name: 'load the common cache', run: load(BOOT_LISTS.common) },
  { name: 'load the MQTT cache', run: load(BOOT_LISTS.mqtt) },
  { name: 'load the NATS and mq9 caches', run: load(BOOT_LISTS['nats and mq9']) },
  { name: 'load the Kafka cache', run: load(BOOT_LISTS.kafka) },
  { name: 'load the AMQP cache', run: load(BOOT_LISTS.amqp) },
  { name: 'load the engine cache', role: 'engine', run: load(BOOT_LISTS.engine) },
  { name: 'register', run: register },
  { name: 'start the engine', role: 'engine', run: startEngine },
  { name: 'default tenant', run: ensureTenant },
  { name: 'inner topics', run: ensureInnerTopics },
  { name: 'system user', run: ensureUser },
  { name: 'run', role: 'broker', run: begin },
  { name: 'report', role: 'broker', run: report },
];

/** The name of the phase in which a broker listens to clients. */
export const RUNNING: (typeof PHASES)[number]['name'] = 'run';

/** All of it. `caches` are as they are at that moment. */
export function* boot(settings: BootSettings, caches: () => Caches): Boot {
  for (const { name, role, run } of PHASES) {
    if (role !== undefined && !settings.node.roles.includes(role)) continue;
    yield { kind: 'phase', name };
    yield* run(settings, caches);
  }
}

const PING = { key: '__robustmq_raft_ping__', value: '1' };
const PING_PAUSE_MS = 1_000;

function* waitForMeta(): Boot {
  while ((yield* tryCall(Common.set, PING)).kind === 'failed') {
    yield { kind: 'pause', ms: PING_PAUSE_MS };
  }
}

const REGISTRATIONS_MAX = 30;
const REGISTER_PAUSE_MS = 2_000;
const PATIENCE = ['not initialized', 'not retried'] as const;

const nodeCodec = bincode(BrokerNode);

function* register({ node }: Pick<BootSettings, 'node'>): Boot {
  const request = { node: Buffer.from(nodeCodec.encode(node)) };
  const { path, responseDeserialize } = Common.registerNode;
  for (let count = 1; ; count += 1) {
    const outcome = yield* tryCall(Common.registerNode, request);
    if (outcome.kind === 'reply') {
      const [reply] = outcome.messages;
      const epoch = orFatal(path, () => responseDeserialize(reply ?? Buffer.alloc(0)).brokerEpoch);
      if (epoch < 1n) throw new BootError(`${path}: epoch ${epoch} is none`);
      yield { kind: 'registered', epoch };
      return;
    }
    const { text } = outcome;
    if (count === REGISTRATIONS_MAX || !PATIENCE.some((words) => text.includes(words))) {
      throw new BootError(`${path}: ${text}`);
    }
    yield { kind: 'pause', ms: REGISTER_PAUSE_MS };
  }
}

/** Errors are only logged here. */
function* startEngine(_: BootSettings, caches: () => Caches): Boot {
  const filters = cached(caches(), 'Shard').map(({ shard_name, active_segment_seq }) => ({
    shardName: shard_name,
    segment: active_segment_seq,
  }));
  if (filters.length > 0)
    yield* tryCall(Engine.listSegment, { shardName: '', segment: -1, filters });
  yield* tryCall(Engine.listSegment, { shardName: '', segment: -1, filters: [] });
}

const tenantCodec = bincode(Tenant);
const tenantConfigCodec = bincode(TenantConfig);

/** Cached at once by who makes it; all others wait for the push. */
function* ensureTenant({ nowS }: BootSettings): Boot {
  const listed = yield* call(Common.listTenant, { tenantName: TENANT });
  orFatal(Common.listTenant.path, () => listed.map(({ tenant }) => tenantCodec.decode(tenant)));
  if (listed.length > 0) return;
  const desc = 'Default tenant';
  const config = DEFAULT_TENANT_CONFIG;
  yield* callOne(Common.createTenant, {
    tenantName: TENANT,
    desc,
    config: Buffer.from(tenantConfigCodec.encode(config)),
  });
  const tenant = { tenant_name: TENANT, desc, config, create_time: nowS() };
  yield { kind: 'cache', rows: { resource: 'Tenant', values: [tenant] } };
}

function* ensureInnerTopics(settings: BootSettings, caches: () => Caches): Boot {
  for (const name of INNER_TOPICS) yield* ensureTopic(settings, caches, name, INNER_CONFIG);
  yield { kind: 'pause', ms: settings.pauseMs };
}

const userCodec = bincode(SecurityUser);

function* ensureUser({ user: { name, password }, nowS }: BootSettings): Boot {
  const { users } = yield* callOne(Mqtt.listUser, { tenant: TENANT, userName: name });
  orFatal(Mqtt.listUser.path, () => users.map((user) => userCodec.decode(user)));
  if (users.length > 0) return;
  const content = userCodec.encode({
    tenant: TENANT,
    username: name,
    password,
    salt: undefined,
    is_superuser: true,
    create_time: nowS(),
  });
  yield* callOne(Mqtt.createUser, {
    tenant: TENANT,
    userName: name,
    content: Buffer.from(content),
  });
}

function* begin(settings: BootSettings, caches: () => Caches): Boot {
  yield* ensureTopic(settings, caches, EVENTS_TOPIC, SYSTEM_CONFIG);
  yield* lookForLeader();
}

const statusCodec = json(ClusterStatus);
const GROUP = 'metadata_0';

/** Who runs the scanner of AMQP messages. Read strictly, as all readers do. */
export function* lookForLeader(): Boot {
  const { content } = yield* callOne(Common.clusterStatus, {});
  const status = orFatal(Common.clusterStatus.path, () => statusCodec.decode(Buffer.from(content)));
  yield { kind: 'leader seen', id: status.get(GROUP)?.current_leader };
}

function* report(settings: BootSettings, caches: () => Caches): Boot {
  yield { kind: 'pause', ms: settings.reportAfterMs };
  for (const name of REPORT_TOPICS) yield* ensureTopic(settings, caches, name, SYSTEM_CONFIG);
}
