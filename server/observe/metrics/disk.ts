import type { Registry } from 'prom-client';
import type { DiskStats } from './sources.ts';
import { gaugeOf, show } from './series.ts';

/** Shows what the disk holds, and what it has left. */
export function showDisk(registry: Registry, stats: () => DiskStats): void {
  const gauge = (name: string, help: string, value: (stats: DiskStats) => number | undefined) =>
    gaugeOf(registry, `robustmq_meta_${name}`, help, () => value(stats()));
  gauge('disk_free_bytes', 'Free space where the data directory is.', ({ freeBytes }) => freeBytes);
  gauge('log_bytes', 'Bytes of all entries in the log.', ({ logBytes }) => logBytes);
  gauge('state_rows', 'Rows of the replicated state.', ({ stateRows }) => stateRows);
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
