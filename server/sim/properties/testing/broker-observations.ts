/** Hand-made observations of what is kept for brokers. */
import type { EngineSegment } from '../../../codec/robustmq/segment.ts';
import type { BrokerNode } from '../../../codec/robustmq/node.ts';
import type { ShareGroupMember } from '../../../codec/robustmq/share-group.ts';
import { toIndex, toTerm } from '../../../raft/ids.ts';
import { node } from '../../../state/registry/node.ts';
import { shareGroupMember } from '../../../state/registry/share-group.ts';
import { rowOfKey } from '../../../state/resources/key.ts';
import type { Resource } from '../../../state/resources/resource.ts';
import type { Push } from '../../../state/resources/push.ts';
import { createBrokerCache } from '../../brokers/broker-cache.ts';
import type { BrokerEvent, Observation, ToldRecord } from '../../observation.ts';
import { applied, entry } from './observations.ts';

type Row = readonly [key: string, value: Uint8Array | undefined];

export const put = <Value>(resource: Resource<Value>, value: NoInfer<Value>): Row => [
  rowOfKey(resource.table, resource.keyOf(value)),
  resource.codec.encode(value),
];

export const removed = <Value>(resource: Resource<Value>, value: NoInfer<Value>): Row => [
  put(resource, value)[0],
  undefined,
];

/** A member applied an entry, at its index in ms, which changed these rows. */
export const changed = (index: number, ...rows: readonly Row[]): Observation => ({
  ...applied(1, entry(index, 1)),
  atMs: index,
  rows: new Map(rows),
});

/** Of nodes 1 and 2, led by 1. */
export const segmentWith = (change: Partial<EngineSegment> = {}): EngineSegment => ({
  shard_name: 's',
  segment_seq: 0,
  replicas: [1n, 2n].map((node_id, seq) => ({ replica_seq: BigInt(seq), node_id, fold: '/' })),
  isr: [1n, 2n],
  last_known_isr: [],
  leader_epoch: 0,
  leader: 1n,
  segment_epoch: 0,
  leader_broker_epoch: 1n,
  status: 'Write',
  ...change,
});

/** A member of a share group, of which brokers are told. */
export const consumer = (sid: string, sub_path = ''): ShareGroupMember => ({
  tenant: 't',
  group_name: 'g',
  broker_id: 9n,
  sub_path,
  sid,
  params: { kind: 'NATS', value: {} },
  connect_id: 1n,
  create_time: 1n,
});

export const pushOf = (action: 'Create' | 'Delete', of: ShareGroupMember): Push => ({
  type: 'ShareGroupMember',
  action,
  payload: shareGroupMember.codec.encode(of),
});

/** An entry puts a member, of which all brokers are told but `except`. */
export const joined = (index: number, of: ShareGroupMember, except?: bigint): Observation => {
  const push = { ...pushOf('Create', of), ...(except === undefined ? {} : { except }) };
  return { ...changed(index, put(shareGroupMember, of)), pushes: [push] } as Observation;
};

export const left = (index: number, of: ShareGroupMember): Observation =>
  ({
    ...changed(index, removed(shareGroupMember, of)),
    pushes: [pushOf('Delete', of)],
  }) as Observation;

/** What was told by the only push of an entry. */
export const line = (index: number, push: Push): ToldRecord => ({
  push,
  place: { index: toIndex(index), at: 0 },
});

/** What was made for a broker from the state. */
export const made = (push: Push): ToldRecord => ({ push, place: undefined });

const NODE: BrokerNode = {
  roles: [],
  extend: {
    mqtt: {
      ...{ grpc_addr: '', mqtt_addr: '', mqtts_addr: '' },
      ...{ websocket_addr: '', websockets_addr: '', quic_addr: '' },
    },
    nats: { tcp_addr: '', tls_addr: '', ws_addr: '', wss_addr: '' },
    kafka: { tcp_addr: '' },
  },
  node_id: 1n,
  node_ip: '',
  grpc_addr: '',
  http_addr: '',
  engine_addr: '',
  start_time: 0n,
  register_time: 0n,
  storage_fold: [],
};

/** What is said of whoever tells a broker. */
interface Sender {
  readonly lead?: number;
  readonly appliedTo?: number;
  readonly turnedTo?: number;
}

/** A process of broker 1, and what happens to it. */
export function createLife(startS = 100n) {
  const { rows, load, receive } = createBrokerCache();
  const life = { broker: 1, startS };
  const seen = (event: BrokerEvent): Observation => ({ kind: 'broker', atMs: 0, event });
  return {
    lists: (index: number, ...rowsListed: readonly Row[]): Observation => {
      for (const [row, payload] of rowsListed) if (payload !== undefined) load(row, payload);
      return seen({ ...life, kind: 'listed', index: toIndex(index), isLast: true });
    },
    isTold: (
      records: readonly ToldRecord[],
      { lead = 1, appliedTo = 0, turnedTo = 99 }: Sender = {},
    ): Observation => {
      for (const { push } of records) receive(push);
      const by = { directory: 'd1', incarnation: 1 };
      const state = { appliedTo: toIndex(appliedTo), turnedTo: toIndex(turnedTo) };
      const update = { by, lead: toTerm(lead), ...state, records };
      // Rows are as they were then, which a spec looks at later.
      return seen({ ...life, kind: 'told', update, rows: new Map(rows) });
    },
    registers: (index: number): Observation =>
      changed(index, put(node, { ...NODE, start_time: startS })),
    rests: (): Observation => seen({ ...life, kind: 'atRest', rows: new Map(rows) }),
  };
}

/** An entry puts a member in the place of what it was. */
export const joinedAgain = (
  index: number,
  before: ShareGroupMember,
  of: ShareGroupMember,
): Observation =>
  ({
    ...changed(index, put(shareGroupMember, of)),
    pushes: [pushOf('Delete', before), pushOf('Create', of)],
  }) as Observation;
