/** A config that was set under a path. */
import { bytes, map, string, struct } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const ResourceConfig = struct('ResourceConfig', {
  resource: string,
  config: bytes,
});
export type ResourceConfig = Infer<typeof ResourceConfig>;

/** What Kafka's tools set under `kafka/topic`, `kafka/broker` and `kafka/broker_logger`. */
export const KafkaConfig = map(string, string);
