/** MetaServiceService: nodes, configs, offsets, schemas, tenants and share groups. */
import type {
  MetaServiceServiceServer,
  SaveOffsetDataRequest,
} from '../../../proto/gen/meta/common.ts';
import { bincode } from '../../codec/layout/bincode.ts';
import type { Codec } from '../../codec/layout/codec.ts';
import { ShareGroupParams } from '../../codec/robustmq/share-group.ts';
import type { ShareGroupMember } from '../../codec/robustmq/share-group.ts';
import { DEFAULT_TENANT_CONFIG, TenantConfig } from '../../codec/robustmq/tenant.ts';
import type { BrokerNode } from '../../codec/robustmq/node.ts';
import { node } from '../../state/registry/node.ts';
import { forgetOffsets, offset, saveOffsets } from '../../state/registry/offset.ts';
import { registerNode, unregisterNode } from '../../state/registry/registration.ts';
import { WRITES } from '../../state/registry/registry.ts';
import { resourceConfig } from '../../state/registry/resource-config.ts';
import { replaceSchema, schema, schemaBind } from '../../state/registry/schema.ts';
import {
  addShareGroupMember,
  createShareGroup,
  deleteShareGroup,
  deleteShareGroupMember,
  shareGroup,
  shareGroupMember,
} from '../../state/registry/share-group.ts';
import { tenant, updateTenant } from '../../state/registry/tenant.ts';
import { rowOfKey, rowsWith } from '../../state/resources/key.ts';
import { readRecord } from '../../state/resources/records.ts';
import { accept, fail } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { fieldBytes, offsetsTooLong, REPLY_BYTES_END } from '../limits.ts';
import { internal, invalid } from '../status-of.ts';
import { checkOffsets, divideOffsets } from './divide-offsets.ts';
import { clusterStatusText } from './cluster-status.ts';
import { notInitialized } from './handlers.ts';
import { leading, list, named, stream } from './lists.ts';
import { ofClients } from './row.ts';
import type { KvRow, LocalRow, ServiceRows } from './row.ts';
import {
  answeringWrite,
  awaited,
  divided,
  put,
  putMade,
  read,
  readPayload,
  remove,
  replace,
  write,
} from './writes.ts';

const tenantConfig = bincode(TenantConfig);
const shareGroupParams = bincode(ShareGroupParams);

/** What a payload says that may be left out. */
const readOptional = <Value>(
  codec: Codec<Value>,
  payload: Uint8Array,
): Answer<Value | undefined> => (payload.length === 0 ? accept(undefined) : read(codec, payload));

/** Of the original's own Raft, which is not ours. */
const refused = (does: string, text: string): LocalRow<unknown, never> => ({
  kind: 'local',
  by: ['meta'],
  does,
  answer: () => fail(internal(text)),
});

const foreignRaft = refused(
  "refused: members of the original's Raft groups are no members here",
  'this cluster has its own Raft protocol, on another port: do not list it together with meta processes of RobustMQ in meta_addrs',
);

const kv = (does: string): KvRow => ({ kind: 'kv', by: ['nobody'], does });

const readNode = (payload: Uint8Array): Answer<BrokerNode> => {
  const decoded = read(node.wire, payload);
  return decoded.ok ? decoded : fail(invalid(`invalid node payload: ${decoded.failure.details}`));
};

/** How long a process that registers waits until it knows what changed while it read what there is: it gives up after 5 s. */
const CAUGHT_UP_WITHIN_MS = 3_000;

export const COMMON: ServiceRows<MetaServiceServiceServer> = {
  clusterStatus: {
    kind: 'read',
    by: ['steady', 'admin'],
    reads: [],
    long: false,
    does: 'status of the leader; its `current_leader` is the coordinator, a broker',
    look: (state) => accept({ content: clusterStatusText(state) }),
  },
  nodeList: list(node, {
    by: ['boot'],
    pick: () => ({ parts: [] }),
    reply: (nodes) => ({ nodes }),
  }),
  registerNode: {
    ...answeringWrite(registerNode, {
      by: ['boot'],
      args: (request) => {
        const registered = readNode(request.node);
        return registered.ok ? accept(() => registered.value) : registered;
      },
      reply: (brokerEpoch) => ({ brokerEpoch }),
      failed: notInitialized,
    }),
    awaits: ({ node: payload }) => ({
      broker: node.codec.decode(payload).node_id,
      withinMs: CAUGHT_UP_WITHIN_MS,
    }),
  },
  unRegisterNode: write(unregisterNode, {
    by: ['nobody'],
    args: ({ nodeId }) => accept(() => nodeId),
  }),
  // Of the leader alone: another member may not know yet that a node was given up, and would keep it
  // from registering anew.
  heartbeat: {
    kind: 'read',
    by: ['steady'],
    reads: [node],
    long: false,
    relayed: true,
    does: 'the leader takes down that it has heard the node, whichever member did',
    look: ({ row, heartbeats }, { nodeId }) => {
      if (row(rowOfKey(node.table, [String(nodeId)])) === undefined) {
        return fail(internal(`Node ${nodeId} does not exist`));
      }
      heartbeats.heard(nodeId);
      return accept({});
    },
  },
  reportMonitor: {
    kind: 'local',
    by: ['nobody'],
    does: 'nothing',
    answer: () => accept({}),
  },

  setResourceConfig: putMade(WRITES.resourceConfig, {
    by: ['admin', 'clients'],
    made: ({ resources, config }) => ({ resource: resources.join('/'), config }),
  }),
  getResourceConfig: {
    kind: 'read',
    by: ['boot', 'admin', 'clients'],
    reads: [resourceConfig],
    long: true,
    does: 'the config under a path, or nothing',
    look: ({ row }, { resources }) => {
      const config = readRecord(row, resourceConfig, [resources.join('/')])?.config;
      return accept({ config: Buffer.from(config ?? []) });
    },
  },
  deleteResourceConfig: remove(WRITES.resourceConfig.remove, {
    by: ['nobody'],
    keys: ({ resources }) => [[resources.join('/')]],
  }),

  saveOffsetData: ofClients(
    divided(
      answeringWrite(saveOffsets, {
        by: ['clients'],
        args: (request: SaveOffsetDataRequest, limits) => {
          const problem = checkOffsets(request, limits);
          if (problem !== undefined) return fail(problem);
          const saved = request.offsets.flatMap((group) =>
            group.offsets.map((each) => ({
              tenant: group.tenant,
              group: group.group,
              shard_name: each.shardName,
              topic: each.topic,
              partition: each.partition,
              offset: each.offset,
              expected: each.expectedOffset,
            })),
          );
          return accept(() => saved);
        },
        reply: (committed) => ({ committed }),
      }),
      divideOffsets,
      (replies) => ({ committed: replies.every(({ committed }) => committed) }),
    ),
  ),
  getOffsetData: ofClients({
    kind: 'read',
    by: ['clients'],
    reads: [offset],
    long: true,
    does: 'the offsets of a group, in all its shards',
    look: ({ range }, { tenant: of, group }) => {
      const offsets = [];
      const namesBytes = Buffer.byteLength(of) + Buffer.byteLength(group);
      let bytes = 0;
      for (const [, row] of range(rowsWith(offset.table, [of, group]))) {
        const { shard_name: shardName, ...saved } = offset.codec.decode(row);
        // A record says all that the reply does, and when it was saved; and whose it is, each one.
        bytes += fieldBytes(row.length - namesBytes);
        if (bytes >= REPLY_BYTES_END) return fail(offsetsTooLong(of, group, offsets.length));
        offsets.push({
          shardName,
          offset: saved.offset,
          topic: saved.topic,
          partition: saved.partition,
        });
      }
      return accept({ offsets });
    },
  }),
  deleteOffsetData: ofClients(
    write(forgetOffsets, {
      by: ['admin'],
      args: (request) =>
        accept(() => ({
          tenant: request.tenant,
          group: request.group,
          shard_names: request.shardNames,
        })),
    }),
  ),

  listSchema: stream(schema, {
    by: ['boot'],
    pick: (request) => named(request.tenant, request.schemaName),
    reply: (record) => ({ schema: record }),
  }),
  createSchema: awaited(
    put(WRITES.schema, {
      by: ['admin'],
      payload: (request) => request.schema,
      named: (request) => [request.tenant, request.schemaName],
    }),
  ),
  updateSchema: awaited(
    replace(WRITES.schema, replaceSchema, {
      by: ['nobody'],
      payload: (request) => request.schema,
      named: (request) => [request.tenant, request.schemaName],
    }),
  ),
  deleteSchema: awaited(
    remove(WRITES.schema.remove, {
      by: ['admin'],
      keys: (request) => [[request.tenant, request.schemaName]],
    }),
  ),
  listBindSchema: stream(schemaBind, {
    by: ['boot'],
    pick: (request) => ({
      parts: leading(request.tenant, request.resourceName, request.schemaName),
    }),
    reply: (schemaBind) => ({ schemaBind }),
  }),
  bindSchema: awaited(
    putMade(WRITES.schemaBind, {
      by: ['admin'],
      made: (request) => ({
        tenant: request.tenant,
        schema_name: request.schemaName,
        resource_name: request.resourceName,
      }),
    }),
  ),
  unBindSchema: awaited(
    remove(WRITES.schemaBind.remove, {
      by: ['admin'],
      keys: (request) => [[request.tenant, request.resourceName, request.schemaName]],
    }),
  ),

  createTenant: write(WRITES.tenant.put, {
    by: ['boot', 'admin'],
    args: ({ tenantName, desc, config }) => {
      const given = readOptional(tenantConfig, config);
      if (!given.ok) return given;
      return accept(({ nowS }) => [
        {
          tenant_name: tenantName,
          desc,
          config: given.value ?? DEFAULT_TENANT_CONFIG,
          create_time: nowS,
        },
      ]);
    },
  }),
  updateTenant: write(updateTenant, {
    by: ['admin'],
    args: ({ tenantName, desc, config }) => {
      const given = readOptional(tenantConfig, config);
      if (!given.ok) return given;
      return accept(() => ({ tenant_name: tenantName, desc, config: given.value }));
    },
  }),
  deleteTenant: remove(WRITES.tenant.remove, {
    by: ['admin'],
    keys: ({ tenantName }) => [[tenantName]],
  }),
  listTenant: stream(tenant, {
    by: ['boot'],
    pick: ({ tenantName }) => ({ parts: leading(tenantName) }),
    reply: (record) => ({ tenant: record }),
  }),

  listShareGroup: list(shareGroup, {
    by: ['boot', 'clients'],
    // A group without its tenant names none.
    pick: (request) => ({ parts: leading(request.tenant, request.group) }),
    reply: (groups) => ({ groups }),
  }),
  createShareGroup: answeringWrite(createShareGroup, {
    by: ['clients'],
    args: (request) => {
      const params = readOptional(shareGroupParams, request.params);
      if (!params.ok) return params;
      return accept(({ nowS, newId }) => ({
        uuid: newId(),
        tenant: request.tenant,
        group_name: request.group,
        sub_params: params.value ?? { kind: 'MQTT', value: {} },
        create_time: nowS,
      }));
    },
    reply: (group) => ({ group: Buffer.from(shareGroup.codec.encode(group)) }),
  }),
  deleteShareGroup: remove(deleteShareGroup, {
    by: ['nobody'],
    keys: (request) => [[request.tenant, request.group]],
  }),
  listShareGroupMember: list(shareGroupMember, {
    by: ['boot'],
    pick: ({ connectId }) => ({
      parts: [],
      ...(connectId === 0n
        ? {}
        : { where: ({ connect_id }: ShareGroupMember) => connect_id === connectId }),
    }),
    reply: (members) => ({ members }),
  }),
  addShareGroupMember: awaited(
    write(addShareGroupMember, {
      by: ['clients'],
      args: ({ data }, limits) => {
        const member = readPayload(shareGroupMember, data, undefined, limits);
        if (!member.ok) return member;
        return accept(({ nowS, newId }) => ({
          member: member.value,
          group_uuid: newId(),
          group_create_time: nowS,
        }));
      },
    }),
  ),
  deleteShareGroupMember: awaited(
    remove(deleteShareGroupMember, {
      by: ['clients'],
      keys: ({ brokerId, connectId, sid }) => [[String(brokerId), String(connectId), sid]],
    }),
  ),

  set: { ...kv('puts a value under a key of its own'), by: ['boot'] },
  delete: kv('deletes the value of a key'),
  get: kv('the value of a key, or nothing'),
  exists: kv('whether a key has a value'),
  getPrefix: kv('the values of all keys with a prefix'),

  vote: foreignRaft,
  append: foreignRaft,
  snapshot: foreignRaft,
  joinCluster: foreignRaft,
  leaveCluster: {
    kind: 'local',
    by: ['admin'],
    does: 'nothing: it names a broker, and brokers are no members of the Raft group',
    answer: () => accept({}),
  },
};
