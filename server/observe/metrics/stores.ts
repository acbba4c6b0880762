import type { Registry } from 'prom-client';
import type { LogStore } from '../../ports/log-store.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { ORIGIN } from '../../raft/ids.ts';
import { distributionOf, LONG_SECONDS, SHORT_SECONDS } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { countOf, gaugeOf } from './series.ts';
import { createTimedLogStore } from './timed-log-store.ts';
import { createTimedStateStore } from './timed-state-store.ts';
import { createWriteMeter } from './write-meter.ts';
import type { Observe, WriteMeter } from './write-meter.ts';

/** Told of each synced write that took longer than the bound. */
export interface SlowDisk {
  readonly boundMs: number;
  readonly tell: (store: 'log' | 'state', durationMs: number) => void;
}

/** Puts a clock on the stores of a member. */
export interface StoreMeter {
  timeLog(store: LogStore): LogStore;
  timeState(store: StateStore): StateStore;
  /** Milliseconds since the oldest unanswered write began; undefined when there is none. */
  logWriteAgeMs(): number | undefined;
  stateWriteAgeMs(): number | undefined;
}

interface StoreMeterSetup {
  readonly nowMs: () => number;
  /** Milliseconds of each append, under the name RobustMQ gives it. */
  readonly logAppend: Distribution;
  readonly slow?: SlowDisk | undefined;
}

export function createStoreMeter(registry: Registry, setup: StoreMeterSetup): StoreMeter {
  const { nowMs, logAppend, slow } = setup;
  const meters = {
    log: createWriteMeter(nowMs),
    state: createWriteMeter(nowMs),
    receives: createWriteMeter(nowMs),
  };
  const logSync = timed(registry, 'log_sync', 'a synced append to the log', SHORT_SECONDS);
  const flush = timed(registry, 'state_flush', 'a synced batch of rows', SHORT_SECONDS);
  const receive = timed(registry, 'snapshot_receive', 'receiving a snapshot', LONG_SECONDS);
  const install = timed(registry, 'snapshot_install', 'putting a snapshot in force', LONG_SECONDS);
  let lastWritten = ORIGIN.index;
  gaugeOf(
    registry,
    'robustmq_meta_last_written_index',
    'Index of the last entry in the log that is on disk.',
    () => lastWritten,
  );
  showAge(registry, 'log_write', meters.log);
  showAge(registry, 'state_write', meters.state);
  gaugeOf(
    registry,
    'robustmq_meta_snapshot_receives_in_flight',
    'Snapshots that are being received.',
    () => meters.receives.inFlight(),
  );
  const watch = (store: 'log' | 'state', durationMs: number): void => {
    if (slow !== undefined && durationMs > slow.boundMs) slow.tell(store, durationMs);
  };

  return {
    timeLog: (store) =>
      createTimedLogStore(
        store,
        meters.log,
        (durationMs, ok) => {
          logSync(durationMs, ok);
          logAppend.observe(durationMs);
          watch('log', durationMs);
        },
        (index) => {
          lastWritten = index;
        },
      ),
    timeState: (store) =>
      createTimedStateStore(
        store,
        { writes: meters.state, receives: meters.receives },
        {
          wrote: (durationMs, ok) => {
            flush(durationMs, ok);
            watch('state', durationMs);
          },
          staged: receive,
          installed: install,
        },
      ),
    logWriteAgeMs: () => meters.log.ageMs(),
    stateWriteAgeMs: () => meters.state.ageMs(),
  };
}

/** Shows how long something took, and how often it failed. */
function timed(registry: Registry, name: string, what: string, bounds: readonly number[]): Observe {
  const duration = distributionOf(
    registry,
    `robustmq_meta_${name}_duration_seconds`,
    `How long ${what} took, failed ones included.`,
    bounds,
  );
  const failed = countOf(
    registry,
    `robustmq_meta_${name}_failures_total`,
    `How often ${what} failed.`,
  );
  return (durationMs, ok) => {
    duration.observe(durationMs / 1000);
    if (!ok) failed.value += 1;
  };
}

function showAge(registry: Registry, name: string, meter: WriteMeter): void {
  gaugeOf(
    registry,
    `robustmq_meta_${name}_age_seconds`,
    'How long the oldest unanswered write has been waiting for the disk; 0 when there is none.',
    () => (meter.ageMs() ?? 0) / 1000,
  );
}
