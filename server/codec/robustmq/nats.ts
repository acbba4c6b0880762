/** A subscription of a NATS client. */
import { map, option, string, struct, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const NatsSubscribe = struct('NatsSubscribe', {
  broker_id: u64,
  tenant: string,
  connect_id: u64,
  sid: string,
  subject: string,
  queue_group: option(string),
  create_time: u64,
  /** Where each shard of a topic ended, by topic; none for a queue group. */
  known_topic_offsets: map(string, map(string, u64)),
});
export type NatsSubscribe = Infer<typeof NatsSubscribe>;
