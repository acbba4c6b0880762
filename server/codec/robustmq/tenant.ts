/** Tenants and their limits. */
import { string, struct, u32, u64 } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';

export const TenantConfig = struct('TenantConfig', {
  max_connections_per_node: u64,
  max_create_connection_rate_per_second: u32,
  max_topics: u64,
  max_sessions: u64,
  max_publish_rate: u32,
});
export type TenantConfig = Infer<typeof TenantConfig>;

/** Of a tenant that is created without a config. */
export const DEFAULT_TENANT_CONFIG: TenantConfig = {
  max_connections_per_node: 10_000_000n,
  max_create_connection_rate_per_second: 10_000,
  max_topics: 5_000_000n,
  max_sessions: 50_000_000n,
  max_publish_rate: 10_000,
};

export const Tenant = struct('Tenant', {
  tenant_name: string,
  desc: string,
  config: TenantConfig,
  /** Unix time in seconds. */
  create_time: u64,
});
export type Tenant = Infer<typeof Tenant>;
