/** Consumers that share messages, of any protocol. */
import { bool, string, struct, u16, u64, union } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

const ShareGroupParamsMqtt = struct('ShareGroupParamsMqtt', {});

const ShareGroupParamsNats = struct('ShareGroupParamsNats', {});

const ShareGroupParamsAmqp = struct('ShareGroupParamsAmqp', {
  channel_id: u16,
  consumer_tag: string,
  no_ack: bool,
  exclusive: bool,
});

export const ShareGroupParams = union('ShareGroupParams', {
  MQTT: ShareGroupParamsMqtt,
  NATS: ShareGroupParamsNats,
  MQ9: ShareGroupParamsNats,
  AMQP: ShareGroupParamsAmqp,
});
export type ShareGroupParams = Infer<typeof ShareGroupParams>;

export const ShareGroup = struct('ShareGroup', {
  uuid: string,
  tenant: string,
  group_name: string,
  leader_broker: u64,
  sub_params: ShareGroupParams,
  create_time: u64,
});
export type ShareGroup = Infer<typeof ShareGroup>;

/** What brokers are told of a group that is deleted, or whose offsets are. */
export const shareGroupStub = (tenant: string, group_name: string): ShareGroup => ({
  uuid: '',
  tenant,
  group_name,
  leader_broker: 0n,
  sub_params: { kind: 'MQTT', value: {} },
  create_time: 0n,
});

export const ShareGroupMember = struct('ShareGroupMember', {
  tenant: string,
  group_name: string,
  broker_id: u64,
  sub_path: string,
  sid: string,
  params: ShareGroupParams,
  connect_id: u64,
  create_time: u64,
});
export type ShareGroupMember = Infer<typeof ShareGroupMember>;
