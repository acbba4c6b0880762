/** Quotas, delegation tokens and SCRAM credentials of Kafka clients. */
import { bytes, f64, i32, i64, i8, list, map, option, string, struct } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const KafkaClientQuota = struct('KafkaClientQuota', {
  tenant: string,
  entity_type: string,
  /** None: the default of all. */
  entity_name: option(string),
  quotas: map(string, f64),
});
export type KafkaClientQuota = Infer<typeof KafkaClientQuota>;

const KafkaTokenPrincipal = struct('KafkaTokenPrincipal', {
  principal_type: string,
  principal_name: string,
});

export const KafkaDelegationToken = struct('KafkaDelegationToken', {
  tenant: string,
  token_id: string,
  hmac: bytes,
  owner: KafkaTokenPrincipal,
  token_requester: KafkaTokenPrincipal,
  renewers: list(KafkaTokenPrincipal),
  issue_timestamp_ms: i64,
  expiry_timestamp_ms: i64,
  max_timestamp_ms: i64,
});
export type KafkaDelegationToken = Infer<typeof KafkaDelegationToken>;

export const KafkaScramCredential = struct('KafkaScramCredential', {
  tenant: string,
  user: string,
  /** 1: SHA-256. 2: SHA-512. */
  mechanism: i8,
  iterations: i32,
  salt: bytes,
  stored_key: bytes,
  server_key: bytes,
});
export type KafkaScramCredential = Infer<typeof KafkaScramCredential>;
