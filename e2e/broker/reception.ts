/**
 * What a broker of v0.4.11 does with a record that is pushed to it. It never tells the sender: what is
 * ignored or dropped is only logged.
 */
import { BrokerUpdateCacheActionType as Actions } from '../../proto/gen/broker/broker.ts';
import { CACHE_PUSHES, type CachePush } from '../../server/codec/robustmq/cache-pushes.ts';
import { CodecError } from '../../server/codec/layout/codec-error.ts';
import { DYNAMIC_CONFIGS } from './dynamic-configs.ts';
import { doom, dropWhere, put, putAt, type Caches } from './caches.ts';
import {
  configName,
  keyOf,
  keyText,
  RESOURCES,
  type Cached,
  type Deleted,
  type Resource,
} from './resource.ts';

/** As it is on the wire. */
export interface PushedRecord {
  readonly resourceType: number;
  readonly actionType: number;
  readonly data: Uint8Array;
}

export type Action = 'Create' | 'Update' | 'Delete';

export interface Reception {
  readonly resource: Resource;
  readonly action: Action;
  readonly caches: Caches;
  /** Why nothing was cached; undefined: something was. */
  readonly refused: string | undefined;
}

/** The caches that follow, or why there are none. */
type Verdict = Caches | { readonly refused: string };

interface Rule<Name extends Resource> {
  readonly change: (caches: Caches, value: Cached<Name>, action: 'Create' | 'Update') => Verdict;
  readonly remove: (caches: Caches, value: Deleted<Name>) => Verdict;
}

/** Receives one record. */
export function receive(caches: Caches, record: PushedRecord): Reception {
  // A number that the receiver does not know is read as 0.
  const resource = RESOURCES[record.resourceType] ?? 'Session';
  const action = actionOf(record.actionType);
  const told = { resource, action };
  try {
    const verdict = apply(caches, resource, action, record.data);
    if ('refused' in verdict) return { ...told, caches, refused: verdict.refused };
    return { ...told, caches: verdict, refused: undefined };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { ...told, caches, refused: error.message };
  }
}

function actionOf(number: number): Action {
  if (number === Actions.Update) return 'Update';
  return number === Actions.Delete ? 'Delete' : 'Create';
}

function apply(caches: Caches, resource: Resource, action: Action, data: Uint8Array): Verdict {
  // Rows of one resource belong together, which the compiler cannot follow through a parameter.
  const { changed, deleted } = CACHE_PUSHES[resource] as CachePush<never>;
  const rule = RULES[resource] as Rule<never>;
  return action === 'Delete'
    ? rule.remove(caches, deleted.decode(data))
    : rule.change(caches, changed.decode(data), action);
}

const refused = (why: string): Verdict => ({ refused: why });

/** Resources whose deletion tells the whole value. */
type Whole = Exclude<Resource, 'KafkaDelegationToken' | 'GroupOffset'>;

/** Create and Update replace what is there, Delete removes it. */
const kept = <Name extends Whole>(resource: Name): Rule<Name> => ({
  change: (caches, value) => put(caches, resource, value),
  remove: (caches, value) => {
    const gone = keyOf(resource, value as Cached<Name>);
    return dropWhere(caches, resource, (_, key) => key === gone);
  },
});

const keptWithoutUpdate = <Name extends Whole>(resource: Name): Rule<Name> => ({
  ...kept(resource),
  change: (caches, value, action) =>
    action === 'Update' ? refused('Update is ignored') : put(caches, resource, value),
});

const RULES: { readonly [Name in Resource]: Rule<Name> } = {
  Session: { ...kept('Session'), remove: dropSession },
  User: kept('User'),
  Subscribe: keptWithoutUpdate('Subscribe'),
  Topic: keptWithoutUpdate('Topic'),
  Connector: kept('Connector'),
  Schema: kept('Schema'),
  SchemaResource: kept('SchemaResource'),
  ClusterResourceConfig: { change: putConfig, remove: putConfig },
  Node: kept('Node'),
  Shard: {
    ...kept('Shard'),
    remove: (caches, shard) => doom(caches, 'Shard', keyOf('Shard', shard)),
  },
  Segment: {
    change: putSegment,
    remove: (caches, segment) => doom(caches, 'Segment', keyOf('Segment', segment)),
  },
  SegmentMeta: { change: putSegmentMeta, remove: () => refused('Delete is ignored') },
  Acl: kept('Acl'),
  Blacklist: kept('Blacklist'),
  Tenant: kept('Tenant'),
  AutoSubscribeRule: kept('AutoSubscribeRule'),
  TopicRewriteRule: kept('TopicRewriteRule'),
  NatsSubscribe: kept('NatsSubscribe'),
  Mq9Mail: kept('Mq9Mail'),
  ShareGroup: kept('ShareGroup'),
  ShareGroupMember: { change: appendMember, remove: dropMember },
  GroupOffset: { change: dropOffsetsOfShards, remove: dropOffsets },
  Mq9Agent: kept('Mq9Agent'),
  KafkaQuota: kept('KafkaQuota'),
  KafkaDelegationToken: {
    change: (caches, token) => put(caches, 'KafkaDelegationToken', token),
    remove: (caches, id) =>
      dropWhere(caches, 'KafkaDelegationToken', ({ token_id }) => token_id === id),
  },
  KafkaScram: kept('KafkaScram'),
  AmqpExchange: kept('AmqpExchange'),
  AmqpQueue: kept('AmqpQueue'),
  AmqpBinding: kept('AmqpBinding'),
};

/** Its subscriptions go with it. */
function dropSession(caches: Caches, session: Cached<'Session'>): Verdict {
  const gone = keyOf('Session', session);
  const rest = dropWhere(caches, 'Session', (_, key) => key === gone);
  return dropWhere(rest, 'Subscribe', ({ client_id }) => client_id === session.client_id);
}

/** With any action. */
function putConfig(caches: Caches, config: Cached<'ClusterResourceConfig'>): Verdict {
  const name = configName(config.resource);
  return DYNAMIC_CONFIGS.has(name)
    ? put(caches, 'ClusterResourceConfig', config)
    : refused(`nothing is called ${name}`);
}

function putSegment(caches: Caches, segment: Cached<'Segment'>): Verdict {
  if (!caches.rows.Shard.has(keyText([segment.shard_name]))) return refused('its shard is unknown');
  const known = caches.rows.Segment.get(keyOf('Segment', segment));
  return known !== undefined && isStale(segment, known)
    ? refused(`epochs ${epochs(segment)} are behind ${epochs(known)}`)
    : put(caches, 'Segment', segment);
}

const isStale = (segment: Cached<'Segment'>, known: Cached<'Segment'>): boolean =>
  segment.segment_epoch < known.segment_epoch ||
  (segment.segment_epoch === known.segment_epoch && segment.leader_epoch < known.leader_epoch);

const epochs = ({ segment_epoch, leader_epoch }: Cached<'Segment'>): string =>
  `${segment_epoch}/${leader_epoch}`;

function putSegmentMeta(caches: Caches, meta: Cached<'SegmentMeta'>): Verdict {
  const shard = caches.rows.Shard.get(keyText([meta.shard_name]));
  if (shard === undefined) return refused('its shard is unknown');
  return shard.config.storage_type === 'EngineSegment'
    ? put(caches, 'SegmentMeta', meta)
    : refused(`its shard is of ${shard.config.storage_type}`);
}

/** It does not look whether the member is there already: a repeated push makes two consumers. */
function appendMember(caches: Caches, member: Cached<'ShareGroupMember'>): Verdict {
  const key = keyOf('ShareGroupMember', member);
  for (let copy = 1; ; copy += 1) {
    const at = copy === 1 ? key : `${key} #${copy}`;
    if (!caches.rows.ShareGroupMember.has(at)) return putAt(caches, 'ShareGroupMember', at, member);
  }
}

function dropMember(caches: Caches, member: Cached<'ShareGroupMember'>): Verdict {
  const gone = keyOf('ShareGroupMember', member);
  return dropWhere(caches, 'ShareGroupMember', (each) => keyOf('ShareGroupMember', each) === gone);
}

/** What is cached of a group's offsets: the shards of which it knows one. */
function dropOffsetsOfShards(
  caches: Caches,
  { tenant, group_name, shard_names }: Cached<'GroupOffset'>,
  action: 'Create' | 'Update',
): Verdict {
  if (action === 'Create') return refused('Create is ignored');
  const known = caches.rows.GroupOffset.get(keyText([tenant, group_name]));
  if (known === undefined) return caches;
  const left = known.shard_names.filter((name) => !shard_names.includes(name));
  return put(caches, 'GroupOffset', { ...known, shard_names: left });
}

function dropOffsets(caches: Caches, { tenant, group_name }: Deleted<'GroupOffset'>): Verdict {
  const gone = keyText([tenant, group_name]);
  return dropWhere(caches, 'GroupOffset', (_, key) => key === gone);
}
