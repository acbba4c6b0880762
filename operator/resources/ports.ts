/** Where a member listens. */
export const PORTS = {
  /** MetaService for brokers. */
  client: 1228,
  /** Other members and the admin API. */
  peer: 1230,
  /** Metrics, health, status page; read-only. */
  http: 58_081,
} as const;
