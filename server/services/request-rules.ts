/**
 * What requests must hold, as v0.4.11 checks it: `wire-services.md`. Fields are in the order in which
 * they are checked. What is not here is not checked, above all `JoinCluster` and `LeaveCluster`.
 */

/**
 * `filled`: a text, bytes or a list that is not empty. `positive`: more than 0. `atLeastOne`: 1 or more.
 * `each`: a list that is not empty, each item of which is checked by itself.
 */
export type FieldRule = 'filled' | 'positive' | 'atLeastOne' | { readonly each: string };

/** The fields of a message that are checked. */
export type MessageRules = Readonly<Record<string, FieldRule>>;

const each = (message: string): FieldRule => ({ each: message });

/** By the full name of the message. */
export const REQUEST_RULES: Readonly<Record<string, MessageRules>> = {
  'meta.service.common.RegisterNodeRequest': { node: 'filled' },
  'meta.service.common.ReportMonitorRequest': {
    cpu_rate: 'positive',
    memory_rate: 'positive',
    disk_rate: 'positive',
    network_rate: 'positive',
  },
  'meta.service.common.SetResourceConfigRequest': { resources: 'filled', config: 'filled' },
  'meta.service.common.GetResourceConfigRequest': { resources: 'filled' },
  'meta.service.common.DeleteResourceConfigRequest': { resources: 'filled' },
  'meta.service.common.SaveOffsetDataRequest': {
    offsets: each('meta.service.common.SaveOffsetData'),
  },
  'meta.service.common.SaveOffsetData': {
    group: 'filled',
    offsets: each('meta.service.common.SaveOffsetDataRequestOffset'),
    tenant: 'filled',
  },
  'meta.service.common.SaveOffsetDataRequestOffset': { shard_name: 'filled', topic: 'filled' },
  'meta.service.common.GetOffsetDataRequest': { group: 'filled', tenant: 'filled' },
  'meta.service.common.DeleteOffsetDataRequest': {
    tenant: 'filled',
    group: 'filled',
    shard_names: 'filled',
  },
  'meta.service.common.CreateSchemaRequest': {
    tenant: 'filled',
    schema_name: 'filled',
    schema: 'filled',
  },
  'meta.service.common.UpdateSchemaRequest': {
    tenant: 'filled',
    schema_name: 'filled',
    schema: 'filled',
  },
  'meta.service.common.DeleteSchemaRequest': { tenant: 'filled', schema_name: 'filled' },
  'meta.service.common.BindSchemaRequest': {
    tenant: 'filled',
    schema_name: 'filled',
    resource_name: 'filled',
  },
  'meta.service.common.UnBindSchemaRequest': {
    tenant: 'filled',
    schema_name: 'filled',
    resource_name: 'filled',
  },
  'meta.service.common.CreateTenantRequest': { tenant_name: 'filled' },
  'meta.service.common.UpdateTenantRequest': { tenant_name: 'filled' },
  'meta.service.common.DeleteTenantRequest': { tenant_name: 'filled' },
  'meta.service.common.SetRequest': { key: 'filled', value: 'filled' },
  'meta.service.common.GetRequest': { key: 'filled' },
  'meta.service.common.DeleteRequest': { key: 'filled' },
  'meta.service.common.ExistsRequest': { key: 'filled' },
  'meta.service.common.GetPrefixRequest': { prefix: 'filled' },
  'meta.service.common.VoteRequest': { machine: 'filled', value: 'filled' },
  'meta.service.common.AppendRequest': { machine: 'filled', value: 'filled' },
  'meta.service.common.SnapshotRequest': { machine: 'filled', value: 'filled' },
  'meta.service.common.CreateShareGroupRequest': { tenant: 'filled', group: 'filled' },
  'meta.service.common.DeleteShareGroupRequest': { tenant: 'filled', group: 'filled' },
  'meta.service.common.AddShareGroupMemberRequest': { data: 'filled' },
  'meta.service.common.DeleteShareGroupMemberRequest': { sid: 'filled' },
  'meta.service.mqtt.CreateUserRequest': {
    tenant: 'filled',
    user_name: 'filled',
    content: 'filled',
  },
  'meta.service.mqtt.DeleteUserRequest': { tenant: 'filled', user_name: 'filled' },
  'meta.service.mqtt.CreateTopicRequest': { topic_name: 'filled', content: 'filled' },
  'meta.service.mqtt.DeleteTopicRequest': { topic_name: 'filled' },
  'meta.service.mqtt.UpdateTopicPartitionsRequest': {
    tenant: 'filled',
    topic_name: 'filled',
    partition: 'atLeastOne',
  },
  'meta.service.mqtt.CreateSessionRaw': { client_id: 'filled', session: 'filled' },
  'meta.service.mqtt.CreateSessionRequest': {
    sessions: each('meta.service.mqtt.CreateSessionRaw'),
  },
  'meta.service.mqtt.DeleteSessionRequest': { tenant: 'filled', client_id: 'filled' },
  'meta.service.mqtt.DeleteAclRequest': { tenant: 'filled', name: 'filled' },
  'meta.service.mqtt.CreateAclRequest': { acl: 'filled' },
  'meta.service.mqtt.CreateBlacklistRequest': { blacklist: 'filled' },
  'meta.service.mqtt.DeleteBlacklistRequest': { tenant: 'filled', name: 'filled' },
  'meta.service.mqtt.CreateTopicRewriteRuleRequest': {
    name: 'filled',
    tenant: 'filled',
    action: 'filled',
    source_topic: 'filled',
    dest_topic: 'filled',
    regex: 'filled',
  },
  'meta.service.mqtt.DeleteTopicRewriteRuleRequest': { tenant: 'filled', name: 'filled' },
  'meta.service.mqtt.SetSubscribeRequest': {
    client_id: 'filled',
    path: 'filled',
    subscribe: 'filled',
  },
  'meta.service.mqtt.DeleteSubscribeRequest': { client_id: 'filled', path: 'filled' },
  'meta.service.mqtt.CreateConnectorRequest': { connector_name: 'filled', connector: 'filled' },
  'meta.service.mqtt.UpdateConnectorRequest': { connector_name: 'filled', connector: 'filled' },
  'meta.service.mqtt.DeleteConnectorRequest': { tenant: 'filled', connector_name: 'filled' },
  'meta.service.mqtt.ConnectorHeartbeatRequest': {
    heartbeats: each('meta.service.mqtt.ConnectorHeartbeatRaw'),
  },
  'meta.service.mqtt.ConnectorHeartbeatRaw': { connector_name: 'filled' },
  'meta.service.mqtt.CreateAutoSubscribeRuleRequest': { content: 'filled' },
  'meta.service.mqtt.DeleteAutoSubscribeRuleRequest': { tenant: 'filled', name: 'filled' },
  'meta.service.mq9.CreateMailRequest': { tenant: 'filled', content: 'filled' },
  'meta.service.mq9.DeleteMailRequest': { tenant: 'filled', mail_address: 'filled' },
  'meta.service.mq9.CreateAgentRequest': { tenant: 'filled', content: 'filled' },
  'meta.service.mq9.DeleteAgentRequest': { tenant: 'filled', name: 'filled' },
  'meta.service.kafka.SetKafkaQuotaRequest': { quota: 'filled' },
  'meta.service.kafka.DeleteKafkaQuotaRequest': {
    tenant: 'filled',
    entity_type: 'filled',
    entity_name: 'filled',
  },
  'meta.service.kafka.ListKafkaQuotaRequest': { tenant: 'filled' },
  'meta.service.kafka.SetKafkaDelegationTokenRequest': { token: 'filled' },
  'meta.service.kafka.DeleteKafkaDelegationTokenRequest': { tenant: 'filled', token_id: 'filled' },
  'meta.service.kafka.ListKafkaDelegationTokenRequest': { tenant: 'filled' },
  'meta.service.kafka.SetScramCredentialRequest': { credential: 'filled' },
  'meta.service.kafka.DeleteScramCredentialRequest': { tenant: 'filled', user: 'filled' },
  'meta.service.kafka.ListScramCredentialRequest': { tenant: 'filled' },
  'meta.service.amqp.SetExchangeRequest': { exchange: 'filled' },
  'meta.service.amqp.DeleteExchangeRequest': { tenant: 'filled', exchange_name: 'filled' },
  'meta.service.amqp.SetQueueRequest': { queue: 'filled' },
  'meta.service.amqp.DeleteQueueRequest': { tenant: 'filled', queue_name: 'filled' },
  'meta.service.amqp.SetBindingRequest': { binding: 'filled' },
  'meta.service.amqp.DeleteBindingRequest': {
    tenant: 'filled',
    source: 'filled',
    destination: 'filled',
    destination_type: 'filled',
  },
};
