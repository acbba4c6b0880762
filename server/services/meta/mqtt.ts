/** MqttService: users, sessions, topics, permissions, rules, subscriptions and connectors. */
import type { CreateSessionRequest, MqttServiceServer } from '../../../proto/gen/meta/mqtt.ts';
import { PART_BYTES_MAX, partsWithin } from '../../state/command-parts.ts';
import { acl, blacklist, user } from '../../state/registry/access.ts';
import { connector, replaceConnector } from '../../state/registry/connector.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { autoSubscribeRule, topicRewriteRule } from '../../state/registry/rules.ts';
import { putSessions, removeSessions, session, subscribe } from '../../state/registry/session.ts';
import {
  createTopic,
  deleteTopic,
  growTopic,
  partitionsMax,
  topic,
} from '../../state/registry/topic.ts';
import { accept, fail } from '../answer.ts';
import { readRecord } from '../../state/resources/records.ts';
import { invalid } from '../status-of.ts';
import { leading, list, named, ofTenant, stream } from './lists.ts';
import { ofClients } from './row.ts';
import type { ServiceRows } from './row.ts';
import {
  awaited,
  divided,
  put,
  putAll,
  putMade,
  readPayload,
  remove,
  replace,
  write,
} from './writes.ts';

export const MQTT: ServiceRows<MqttServiceServer> = {
  listUser: list(user, {
    by: ['boot'],
    pick: ({ tenant, userName }) => named(tenant, userName),
    reply: (users) => ({ users }),
  }),
  createUser: awaited(
    put(WRITES.user, {
      by: ['boot', 'admin'],
      payload: ({ content }) => content,
      named: ({ tenant, userName }) => [tenant, userName],
    }),
  ),
  deleteUser: awaited(
    remove(WRITES.user.remove, {
      by: ['admin'],
      keys: ({ tenant, userName }) => [[tenant, userName]],
    }),
  ),

  listTopic: stream(topic, {
    by: ['boot'],
    pick: ({ tenant, topicName }) => named(tenant, topicName),
    reply: (record) => ({ topic: record }),
  }),
  createTopic: awaited(
    write(createTopic, {
      by: ['boot', 'clients', 'admin'],
      args: ({ tenant, topicName, content }, limits) => {
        // Its rules ask for the name alone.
        const named = [tenant === '' ? undefined : tenant, topicName];
        const created = readPayload(topic, content, named, limits);
        if (!created.ok) return created;
        const { size } = created.value.storage_name_list;
        const most = partitionsMax(created.value);
        return size > most
          ? fail(invalid(`Topic '${topicName}' with ${size} shards: ${most} at most`))
          : accept(() => created.value);
      },
    }),
  ),
  deleteTopic: awaited(
    write(deleteTopic, {
      by: ['clients', 'admin'],
      args: ({ tenant, topicName }) => accept(() => ({ tenant, topic_name: topicName })),
    }),
  ),
  updateTopicPartitions: awaited(
    write(growTopic, {
      by: ['clients'],
      args: ({ tenant, topicName, partition }) =>
        accept(() => ({ tenant, topic_name: topicName, partition })),
    }),
  ),

  listSession: ofClients(
    stream(session, {
      by: ['clients'],
      pick: ({ tenant, clientId }) => named(tenant, clientId),
      reply: (record) => ({ session: record }),
    }),
  ),
  // Brokers put those of up to 100 clients at once.
  createSession: ofClients(
    divided(
      putAll(
        { resource: session, put: putSessions },
        {
          by: ['clients'],
          payloads: ({ sessions }: CreateSessionRequest) => sessions.map((each) => each.session),
          named: ({ sessions }, at) => [undefined, sessions[at]?.clientId],
        },
      ),
      ({ sessions }, { valueBytesMax }) =>
        partsWithin(
          sessions,
          (each) => each.session.length,
          Math.min(PART_BYTES_MAX, valueBytesMax),
        ).map((part) => ({ sessions: [...part] })),
      () => ({}),
    ),
  ),
  deleteSession: ofClients(
    remove(removeSessions, {
      by: ['clients'],
      keys: ({ tenant, clientId }) => [[tenant, clientId]],
    }),
  ),

  listAcl: list(acl, {
    by: ['boot'],
    pick: ({ tenant }) => ofTenant(tenant),
    reply: (acls) => ({ acls }),
  }),
  createAcl: awaited(put(WRITES.acl, { by: ['admin'], payload: (request) => request.acl })),
  deleteAcl: awaited(
    remove(WRITES.acl.remove, {
      by: ['admin'],
      keys: ({ tenant, name }) => [[tenant, name]],
    }),
  ),

  listBlacklist: list(blacklist, {
    by: ['boot'],
    pick: ({ tenant }) => ofTenant(tenant),
    reply: (blacklists) => ({ blacklists }),
  }),
  createBlacklist: awaited(
    put(WRITES.blacklist, {
      by: ['admin', 'clients'],
      payload: (request) => request.blacklist,
    }),
  ),
  deleteBlacklist: awaited(
    remove(WRITES.blacklist.remove, {
      by: ['admin'],
      keys: ({ tenant, name }) => [[tenant, name]],
    }),
  ),

  listTopicRewriteRule: list(topicRewriteRule, {
    by: ['boot'],
    pick: ({ tenant }) => ofTenant(tenant),
    reply: (topicRewriteRules) => ({ topicRewriteRules }),
  }),
  createTopicRewriteRule: awaited(
    putMade(WRITES.topicRewriteRule, {
      by: ['admin'],
      made: ({ sourceTopic, destTopic, ...rule }, { nowMs }) => ({
        ...rule,
        source_topic: sourceTopic,
        dest_topic: destTopic,
        timestamp: BigInt(nowMs),
      }),
    }),
  ),
  deleteTopicRewriteRule: awaited(
    remove(WRITES.topicRewriteRule.remove, {
      by: ['admin'],
      keys: ({ tenant, name }) => [[tenant, name]],
    }),
  ),

  listSubscribe: stream(subscribe, {
    by: ['nobody'],
    pick: () => ({ parts: [] }),
    reply: (record) => ({ subscribe: record }),
  }),
  setSubscribe: awaited(
    put(WRITES.subscribe, {
      by: ['clients'],
      payload: (request) => request.subscribe,
      named: ({ clientId, path }) => [clientId, path],
    }),
  ),
  deleteSubscribe: awaited(
    remove(WRITES.subscribe.remove, {
      by: ['clients'],
      keys: ({ clientId, path }) => [[clientId, path]],
    }),
  ),

  listConnectors: stream(connector, {
    by: ['boot'],
    pick: ({ connectorName }) => ({ parts: leading(connectorName) }),
    reply: (record) => ({ connector: record }),
  }),
  createConnector: awaited(
    put(WRITES.connector, {
      by: ['admin'],
      payload: (request) => request.connector,
      named: ({ connectorName }) => [connectorName],
    }),
  ),
  updateConnector: awaited(
    replace(WRITES.connector, replaceConnector, {
      by: ['clients'],
      payload: (request) => request.connector,
      named: ({ connectorName }) => [connectorName],
    }),
  ),
  deleteConnector: awaited(
    remove(WRITES.connector.remove, {
      by: ['admin'],
      keys: ({ connectorName }) => [[connectorName]],
    }),
  ),
  connectorHeartbeat: {
    kind: 'read',
    by: ['clients'],
    reads: [connector],
    long: false,
    relayed: true,
    does: 'the leader remembers when it heard of a connector that runs where it should, whichever member did',
    look: ({ row, heartbeats }, { heartbeats: heard }) => {
      for (const { connectorName, brokerId } of heard) {
        const runsOn = readRecord(row, connector, [connectorName])?.broker_id;
        if (runsOn === brokerId) heartbeats.heardConnector(connectorName);
      }
      return accept({});
    },
  },

  listAutoSubscribeRule: list(autoSubscribeRule, {
    by: ['boot'],
    pick: ({ tenant }) => ofTenant(tenant),
    reply: (autoSubscribeRules) => ({ autoSubscribeRules }),
  }),
  createAutoSubscribeRule: awaited(
    put(WRITES.autoSubscribeRule, {
      by: ['admin'],
      payload: ({ content }) => content,
    }),
  ),
  deleteAutoSubscribeRule: awaited(
    remove(WRITES.autoSubscribeRule.remove, {
      by: ['admin'],
      keys: ({ tenant, name }) => [[tenant, name]],
    }),
  ),
};
