/**
 * Everything that the cluster keeps for brokers, and everything that can be done to it. A kind of
 * records is one row, in the file of its family, and one line in {@link WRITES}; a write with more to
 * it than a row can say is a function beside the row, and one line in {@link FUNCTIONS}.
 */
import { removeOf, writesOf } from '../resources/derived.ts';
import type { OperationFacts } from '../resources/operation.ts';
import type { ResourceFacts } from '../resources/resource.ts';
import { acl, blacklist, user } from './access.ts';
import { amqpBinding, amqpExchange, amqpQueue } from './amqp.ts';
import { assignConnector, connector, releaseConnector, replaceConnector } from './connector.ts';
import { kafkaQuota, kafkaScram, kafkaToken } from './kafka.ts';
import { agent, expireMail, mail } from './mq9.ts';
import { natsSubscribe } from './nats.ts';
import { expireGroup, forgetOffsets, saveOffsets } from './offset.ts';
import {
  sweepSegment,
  sweepShard,
  sweepTopic,
  tellDoomedSegment,
  tellDoomedShard,
  tellDoomedTopic,
} from './deletion.ts';
import { endDepartures, orphanSessions } from './departure.ts';
import { expireNode, registerNode, unregisterNode } from './registration.ts';
import { advanceCursors } from './push-cursor.ts';
import { resourceConfig } from './resource-config.ts';
import { autoSubscribeRule, topicRewriteRule } from './rules.ts';
import { replaceSchema, schema, schemaBind } from './schema.ts';
import { fillSegment, preferLeader, recoverSegment } from './segment-repair.ts';
import { updateIsr } from './segment-isr.ts';
import { handOver } from './vacancy.ts';
import { putSessions, putSubscribes, removeSessions, subscribe } from './session.ts';
import {
  addShareGroupMember,
  createShareGroup,
  deleteShareGroup,
  deleteShareGroupMember,
} from './share-group.ts';
import { raiseSegments } from './segment-epochs.ts';
import { deleteSegments, deleteShard, sealSegment, startSegment } from './shard-changes.ts';
import { createNextSegment, createShard } from './shard-creation.ts';
import { fireTimers, forgetWills } from './will.ts';
import { tenant, updateTenant } from './tenant.ts';
import { createTopic, deleteTopic, growTopic } from './topic.ts';

/** What can be put and deleted as it is. */
export const WRITES = {
  acl: writesOf(acl),
  agent: writesOf(agent),
  amqpBinding: writesOf(amqpBinding),
  amqpExchange: writesOf(amqpExchange),
  amqpQueue: writesOf(amqpQueue),
  autoSubscribeRule: writesOf(autoSubscribeRule),
  blacklist: writesOf(blacklist),
  connector: writesOf(connector),
  kafkaQuota: writesOf(kafkaQuota),
  kafkaScram: writesOf(kafkaScram),
  kafkaToken: writesOf(kafkaToken),
  mail: writesOf(mail),
  natsSubscribe: writesOf(natsSubscribe),
  resourceConfig: writesOf(resourceConfig),
  schema: writesOf(schema),
  schemaBind: writesOf(schemaBind),
  subscribe: { resource: subscribe, put: putSubscribes, remove: removeOf(subscribe) },
  tenant: writesOf(tenant),
  topicRewriteRule: writesOf(topicRewriteRule),
  user: writesOf(user),
};

/** Everything else that can be done. */
export const FUNCTIONS: readonly OperationFacts[] = [
  registerNode,
  unregisterNode,
  expireNode,
  putSessions,
  removeSessions,
  orphanSessions,
  endDepartures,
  fireTimers,
  forgetWills,
  replaceSchema,
  updateTenant,
  replaceConnector,
  releaseConnector,
  assignConnector,
  createTopic,
  deleteTopic,
  growTopic,
  createShareGroup,
  deleteShareGroup,
  addShareGroupMember,
  deleteShareGroupMember,
  saveOffsets,
  forgetOffsets,
  createShard,
  createNextSegment,
  deleteShard,
  deleteSegments,
  sealSegment,
  startSegment,
  updateIsr,
  advanceCursors,
  preferLeader,
  recoverSegment,
  fillSegment,
  raiseSegments,
  handOver,
  tellDoomedTopic,
  sweepTopic,
  tellDoomedShard,
  sweepShard,
  tellDoomedSegment,
  sweepSegment,
  expireGroup,
  expireMail,
];

/** By their names in the log. */
export const OPERATIONS: ReadonlyMap<string, OperationFacts> = new Map(
  [...Object.values(WRITES).flatMap(({ put, remove }) => [put, remove]), ...FUNCTIONS].map(
    (operation: OperationFacts) => [operation.name, operation],
  ),
);

/** Every kind of records, by its table. */
export const KINDS: readonly ResourceFacts[] = [
  ...new Set([...OPERATIONS.values()].flatMap(({ changes }) => changes)),
].sort((one, other) => (one.table < other.table ? -1 : 1));
