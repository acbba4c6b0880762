/**
 * What members of the original's Raft groups send each other (openraft 0.9.24). Nothing of it is
 * answered here; parts of it are in the status of a cluster.
 */
import {
  bool,
  bytes,
  choice,
  list,
  map,
  option,
  string,
  struct,
  u64,
  union,
  unit,
} from '../layout/layout.ts';

const LeaderId = struct('LeaderId', {
  term: u64,
  node_id: u64,
});

export const Vote = struct('Vote', {
  leader_id: LeaderId,
  committed: bool,
});

export const LogId = struct('LogId', {
  leader_id: LeaderId,
  index: u64,
});

export const VoteRequest = struct('VoteRequest', {
  vote: Vote,
  last_log_id: option(LogId),
});

export const VoteResponse = struct('VoteResponse', {
  vote: Vote,
  vote_granted: bool,
  last_log_id: option(LogId),
});

const StorageDataType = choice(
  'StorageDataType',
  'ClusterAddNode',
  'ClusterDeleteNode',
  'KvSet',
  'KvDelete',
  'TenantCreate',
  'TenantUpdate',
  'TenantDelete',
  'SchemaSet',
  'SchemaDelete',
  'SchemaBindSet',
  'SchemaBindDelete',
  'ResourceConfigSet',
  'ResourceConfigDelete',
  'OffsetSet',
  'OffsetDelete',
  'OffsetDeleteShards',
  'KafkaSetQuota',
  'KafkaDeleteQuota',
  'KafkaSetDelegationToken',
  'KafkaDeleteDelegationToken',
  'KafkaSetScram',
  'KafkaDeleteScram',
  'AmqpSetExchange',
  'AmqpDeleteExchange',
  'AmqpSetQueue',
  'AmqpDeleteQueue',
  'AmqpSetBinding',
  'AmqpDeleteBinding',
  'StorageEngineSetShard',
  'StorageEngineDeleteShard',
  'StorageEngineSetSegment',
  'StorageEngineDeleteSegment',
  'StorageEngineSetSegmentMetadata',
  'StorageEngineDeleteSegmentMetadata',
  'StorageEngineUpdateSegmentIsr',
  'MqttSetUser',
  'MqttDeleteUser',
  'MqttSetTopic',
  'MqttDeleteTopic',
  'MqttSetSession',
  'MqttDeleteSession',
  'MqttSetAcl',
  'MqttDeleteAcl',
  'MqttSetBlacklist',
  'MqttDeleteBlacklist',
  'MqttCreateTopicRewriteRule',
  'MqttDeleteTopicRewriteRule',
  'MqttSetSubscribe',
  'MqttDeleteSubscribe',
  'MqttSetConnector',
  'MqttDeleteConnector',
  'MqttCreateAutoSubscribeRule',
  'MqttDeleteAutoSubscribeRule',
  'MqttSetGroupLeader',
  'MqttDeleteGroupLeader',
  'MqttAddGroupMember',
  'MqttDeleteGroupMember',
  'NatsSetSubscribe',
  'NatsDeleteSubscribe',
  'Mq9CreateMail',
  'Mq9DeleteMail',
  'Mq9CreateAgent',
  'Mq9DeleteAgent',
);

const StorageData = struct('StorageData', {
  data_type: StorageDataType,
  value: bytes,
});

const Node = struct('Node', {
  node_id: u64,
  rpc_addr: string,
});

export const Membership = struct('Membership', {
  /** One list of voters, or two while they change. */
  configs: list(list(u64)),
  nodes: map(u64, Node),
});

const EntryPayload = union('EntryPayload', {
  Blank: unit,
  Normal: StorageData,
  Membership: Membership,
});

const Entry = struct('Entry', {
  log_id: LogId,
  payload: EntryPayload,
});

export const AppendEntriesRequest = struct('AppendEntriesRequest', {
  vote: Vote,
  prev_log_id: option(LogId),
  entries: list(Entry),
  leader_commit: option(LogId),
});

export const AppendEntriesResponse = union('AppendEntriesResponse', {
  Success: unit,
  PartialSuccess: option(LogId),
  Conflict: unit,
  HigherVote: Vote,
});

const StoredMembership = struct('StoredMembership', {
  log_id: option(LogId),
  membership: Membership,
});

const SnapshotMeta = struct('SnapshotMeta', {
  last_log_id: option(LogId),
  last_membership: StoredMembership,
  snapshot_id: string,
});

export const InstallSnapshotRequest = struct('InstallSnapshotRequest', {
  vote: Vote,
  meta: SnapshotMeta,
  offset: u64,
  data: bytes,
  done: bool,
});

export const InstallSnapshotResponse = struct('InstallSnapshotResponse', {
  vote: Vote,
});
