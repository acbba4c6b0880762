/** Databases. */
import {
  bool,
  choice,
  list,
  option,
  string,
  struct,
  u16,
  u32,
  u64,
  u8,
  usize,
} from '../../layout/layout.ts';
import type { Infer } from '../../layout/layout.ts';

const TimePrecision = choice('TimePrecision', 'Second', 'Millisecond', 'Microsecond', 'Nanosecond');

export const GreptimeDBConnectorConfig = struct('GreptimeDBConnectorConfig', {
  server_addr: string,
  database: string,
  user: string,
  password: string,
  precision: TimePrecision,
});
export type GreptimeDBConnectorConfig = Infer<typeof GreptimeDBConnectorConfig>;

export const PostgresConnectorConfig = struct('PostgresConnectorConfig', {
  host: string,
  port: u16,
  database: string,
  username: string,
  password: string,
  table: string,
  sql_template: option(string),
  pool_size: option(u32),
  enable_batch_insert: option(bool),
  enable_upsert: option(bool),
  conflict_columns: option(string),
  connect_timeout_secs: u64,
  acquire_timeout_secs: u64,
  idle_timeout_secs: u64,
  max_lifetime_secs: u64,
  batch_size: usize,
  min_pool_size: u32,
});
export type PostgresConnectorConfig = Infer<typeof PostgresConnectorConfig>;

const MongoDBDeploymentMode = choice('MongoDBDeploymentMode', 'Single', 'ReplicaSet', 'Sharded');

export const MongoDBConnectorConfig = struct('MongoDBConnectorConfig', {
  host: string,
  port: u16,
  database: string,
  collection: string,
  username: option(string),
  password: option(string),
  auth_source: option(string),
  deployment_mode: MongoDBDeploymentMode,
  replica_set_name: option(string),
  enable_tls: bool,
  max_pool_size: option(u32),
  min_pool_size: option(u32),
  connect_timeout_secs: u64,
  server_selection_timeout_secs: u64,
  socket_timeout_secs: u64,
  batch_size: usize,
  ordered_insert: bool,
  w: string,
});
export type MongoDBConnectorConfig = Infer<typeof MongoDBConnectorConfig>;

export const MySQLConnectorConfig = struct('MySQLConnectorConfig', {
  host: string,
  port: u16,
  database: string,
  username: string,
  password: string,
  table: string,
  sql_template: option(string),
  pool_size: option(u32),
  enable_batch_insert: option(bool),
  enable_upsert: option(bool),
  conflict_columns: option(string),
  connect_timeout_secs: u64,
  acquire_timeout_secs: u64,
  idle_timeout_secs: u64,
  max_lifetime_secs: u64,
  batch_size: usize,
  min_pool_size: u32,
});
export type MySQLConnectorConfig = Infer<typeof MySQLConnectorConfig>;

const ElasticsearchAuthType = choice('ElasticsearchAuthType', 'None', 'Basic', 'ApiKey');

export const ElasticsearchConnectorConfig = struct('ElasticsearchConnectorConfig', {
  url: string,
  index: string,
  auth_type: ElasticsearchAuthType,
  username: option(string),
  password: option(string),
  api_key: option(string),
  enable_tls: bool,
  ca_cert_path: option(string),
  timeout_secs: u64,
  max_retries: u32,
});
export type ElasticsearchConnectorConfig = Infer<typeof ElasticsearchConnectorConfig>;

const RedisMode = choice('RedisMode', 'Single', 'Cluster', 'Sentinel');

export const RedisConnectorConfig = struct('RedisConnectorConfig', {
  server: string,
  mode: RedisMode,
  database: u8,
  username: option(string),
  password: option(string),
  sentinel_master_name: option(string),
  command_template: string,
  tls_enabled: bool,
  connect_timeout_ms: u64,
  pool_size: u32,
  max_retries: u32,
  retry_interval_ms: u64,
});
export type RedisConnectorConfig = Infer<typeof RedisConnectorConfig>;

export const OpenTSDBConnectorConfig = struct('OpenTSDBConnectorConfig', {
  server: string,
  metric_field: string,
  value_field: string,
  tags_fields: list(string),
  timeout_secs: u64,
  max_retries: u32,
  summary: bool,
  details: bool,
});
export type OpenTSDBConnectorConfig = Infer<typeof OpenTSDBConnectorConfig>;

export const ClickHouseConnectorConfig = struct('ClickHouseConnectorConfig', {
  url: string,
  database: string,
  table: string,
  username: string,
  password: string,
  pool_size: u32,
  timeout_secs: u64,
});
export type ClickHouseConnectorConfig = Infer<typeof ClickHouseConnectorConfig>;

const InfluxDBVersion = choice('InfluxDBVersion', 'V1', 'V2');

const InfluxDBPrecision = choice(
  'InfluxDBPrecision',
  'Nanoseconds',
  'Microseconds',
  'Milliseconds',
  'Seconds',
);

export const InfluxDBConnectorConfig = struct('InfluxDBConnectorConfig', {
  server: string,
  version: InfluxDBVersion,
  token: string,
  org: string,
  bucket: string,
  database: string,
  username: string,
  password: string,
  measurement: string,
  precision: InfluxDBPrecision,
  timeout_secs: u64,
});
export type InfluxDBConnectorConfig = Infer<typeof InfluxDBConnectorConfig>;

export const CassandraConnectorConfig = struct('CassandraConnectorConfig', {
  nodes: list(string),
  port: u16,
  keyspace: string,
  table: string,
  username: string,
  password: string,
  replication_factor: u32,
  timeout_secs: u64,
});
export type CassandraConnectorConfig = Infer<typeof CassandraConnectorConfig>;
