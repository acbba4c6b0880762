import type { Registry } from 'prom-client';
import type { DiskStats, LimitFacts } from './sources.ts';
import { gaugeOf, show } from './series.ts';

/**
 * Shows what the disk holds, and what it has left. Not the age of the oldest entry of the log: entries
 * carry no time, and the log is kept by bytes (`first_log_index`, `log_bytes`).
 */
export function showDisk(registry: Registry, stats: () => DiskStats): void {
  const gauge = (name: string, help: string, value: (stats: DiskStats) => number | undefined) =>
    gaugeOf(registry, `robustmq_meta_${name}`, help, () => value(stats()));
  gauge('disk_free_bytes', 'Free space where the data directory is.', ({ freeBytes }) => freeBytes);
  gauge('log_bytes', 'Bytes of all entries in the log.', ({ logBytes }) => logBytes);
  gauge('state_rows', 'Rows of the replicated state.', ({ stateRows }) => stateRows);
  gauge(
    'state_disk_bytes',
    'What the files of the replicated state take.',
    ({ stateBytes }) => stateBytes,
  );
  gauge(
    'state_disk_in_use_bytes',
    'What of that is tables that hold rows.',
    ({ stateInUseBytes }) => stateInUseBytes,
  );
}

/** Shows the bounds beside which the other gauges are read. */
export function showLimits(registry: Registry, limits: LimitFacts): void {
  show(registry, {
    name: 'robustmq_meta_limit_bytes',
    help: 'Bounds of the settings, by key.',
    type: 'gauge',
    samples: () =>
      Object.entries(limits.bytes).map(([setting, value]) => ({ labels: { setting }, value })),
  });
  gaugeOf(
    registry,
    'robustmq_meta_limit_requests',
    'Requests of clients in work at once, at most.',
    () => limits.requests,
  );
  gaugeOf(
    registry,
    'robustmq_meta_limit_connections',
    'Connections of clients, at most.',
    () => limits.connections,
  );
}

/** Shows what a person should look at. */
export function showAlarms(registry: Registry, alarms: () => readonly string[]): void {
  gaugeOf(
    registry,
    'robustmq_meta_alarms_active',
    'Alarms that are on.',
    () => new Set(alarms()).size,
  );
  show(registry, {
    name: 'robustmq_meta_alarm_info',
    help: '1 for each alarm that is on.',
    type: 'gauge',
    samples: () => [...new Set(alarms())].map((alarm) => ({ labels: { alarm }, value: 1 })),
  });
}
