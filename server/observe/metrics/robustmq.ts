/**
 * The names under which RobustMQ's own MetaService shows its Raft groups, so that its dashboards go
 * on working. There is one group here; RobustMQ calls its first one `metadata_0`.
 *
 * Not shown are its `raft_rpc_*`: members here exchange messages on streams, and no rpc is begun or
 * ended that could be counted. Nor `rocksdb_operation_*`, for there is no RocksDB, and rows are written
 * in batches; nor `system_*`: of this process, `process_cpu_seconds_total` and
 * `process_resident_memory_bytes` tell it, and of its machine whoever watches machines; nor what only its
 * brokers show. Its `grpc_*`, `http_*` and `delay_task_*` are in files of
 * their own.
 */
import type { Registry } from 'prom-client';
import type { NodeStatus } from '../../node/node.ts';
import { distributionOf, ROBUSTMQ_MS } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { countOf, gaugeOf } from './series.ts';
import type { Count } from './series.ts';

const LABELS = { machine: 'metadata_0' };

/** Writes as their callers see them. */
export interface WriteTotals {
  readonly requests: Count;
  readonly succeeded: Count;
  readonly failed: Count;
  /** Milliseconds. */
  readonly duration: Distribution;
}

export interface RobustMqSeries {
  readonly writes: WriteTotals;
  /** Milliseconds per batch. */
  readonly applyBatch: Distribution;
  /** Milliseconds per batch. */
  readonly logAppend: Distribution;
}

/** Shows the series of RobustMQ that mean something here. */
export function showRobustMq(registry: Registry, status: () => NodeStatus): RobustMqSeries {
  const count = (name: string, help: string): Count => countOf(registry, name, help, LABELS);
  const timing = (name: string, help: string): Distribution =>
    distributionOf(registry, name, help, ROBUSTMQ_MS, LABELS);
  const gauge = (name: string, help: string, value: (status: NodeStatus) => number): void =>
    gaugeOf(registry, name, help, () => value(status()), LABELS);

  gauge(
    'raft_apply_lag',
    'Entries in the log that are not part of the state yet.',
    ({ lastLog, applied }) => lastLog - applied,
  );
  gauge('raft_last_log_index', 'Index of the last entry in the log.', ({ lastLog }) => lastLog);
  gauge('raft_last_applied', 'Index of the last entry applied.', ({ applied }) => applied);
  return {
    writes: {
      requests: count('raft_write_requests_total', 'Writes that were asked for.'),
      succeeded: count('raft_write_success_total', 'Writes that were applied.'),
      failed: count('raft_write_failures_total', 'Writes that were not, or may not have been.'),
      duration: timing('raft_write_duration_ms', 'How long writes took.'),
    },
    applyBatch: timing('raft_apply_batch_duration_ms', 'How long applying a batch took.'),
    logAppend: timing('raft_log_append_batch_duration_ms', 'How long appending a batch took.'),
  };
}
