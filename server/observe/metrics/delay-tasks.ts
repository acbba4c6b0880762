/**
 * RobustMQ's names for what its MetaService does at a later moment: the end of sessions, and the
 * publication of wills. Here they are rows of the state, and only the leader of then counts them; so
 * sums over all members say what one process of the original would.
 *
 * Its sweeps are no delay tasks there, so they are none here. A session cannot fail to end: its
 * series is there for dashboards, and stays 0.
 */
import type { Registry } from 'prom-client';
import type { Applied, Machine, ReadRange, ReadRow } from '../../ports/machine.ts';
import { decodeCommand } from '../../state/command-codec.ts';
import { rowsWith } from '../../state/resources/key.ts';
import { viewRecords } from '../../state/resources/records.ts';
import { timer } from '../../state/registry/timer.ts';
import type { Timer } from '../../state/registry/timer.ts';
import { fireTimers, goesOff } from '../../state/registry/will.ts';
import { distributionsOf, LONG_SECONDS } from './distribution.ts';
import { countOf, countsOf } from './series.ts';

export interface DelayTaskMeter {
  /** The same machine; timers that its commands set and that go off are counted while `leads`. */
  watch(machine: Machine, leads: () => boolean): Machine;
  /** What came of asking a broker to publish a will. */
  readonly willAnswered: (published: boolean) => void;
}

const TASK_TYPES = {
  session: 'MQTTSessionExpire',
  lastWill: 'MQTTLastwillExpire',
} as const satisfies Record<Timer['kind'], string>;

const TIMER_ROWS = rowsWith(timer.table, []);

export function createDelayTaskMeter(registry: Registry): DelayTaskMeter {
  const { created, session, lastWill } = showDelayTasks(registry);

  function wentOff({ kind, due_ms }: Timer, atMs: number): void {
    const task = kind === 'session' ? session : lastWill;
    task.latency.observe(Math.max(0, atMs - Number(due_ms)) / 1_000);
    // A will is only due now: it is done when a broker has published it.
    if (kind === 'session') session.executed.value += 1;
  }

  return {
    watch: (machine, leads) => (read, command, index, range) => {
      const applied = machine(read, command, index, range);
      const touched = timersIn(applied);
      if (touched.length === 0 || !leads()) return applied;
      for (const key of touched) {
        const isSet = applied.rows.get(key) !== undefined;
        if (isSet && read(key) === undefined) created.value += 1;
      }
      for (const { timer: each, atMs } of firedBy(command, touched, applied, read, range)) {
        wentOff(each, atMs);
      }
      return applied;
    },
    willAnswered: (published) => {
      (published ? lastWill.executed : lastWill.failed).value += 1;
    },
  };
}

const timersIn = ({ rows }: Applied): readonly string[] =>
  [...rows.keys()].filter((key) => key.startsWith(TIMER_ROWS));

/** Timers that a command lets go off; those that it calls off are none. */
function firedBy(
  command: Uint8Array,
  touched: readonly string[],
  { rows }: Applied,
  read: ReadRow,
  range: ReadRange,
): readonly { readonly timer: Timer; readonly atMs: number }[] {
  const gone = touched.filter((key) => rows.get(key) === undefined);
  if (gone.length === 0) return [];
  const decoded = decodeCommand(command);
  if (decoded.kind !== 'change' || decoded.operation !== fireTimers.name) return [];
  const before = viewRecords(read, range);
  return gone.flatMap((key) => {
    const row = read(key);
    const each = row && timer.codec.decode(row);
    return each && goesOff(before, each) ? [{ timer: each, atMs: decoded.timeMs }] : [];
  });
}

function showDelayTasks(registry: Registry) {
  const created = countOf(
    registry,
    'delay_task_created_total',
    'Timers of sessions and wills that were set while this member led.',
  );
  const executed = countsOf(
    registry,
    'delay_task_executed_total',
    'Sessions whose time was over that ended, and wills that a broker has published.',
  );
  const failed = countsOf(
    registry,
    'delay_task_execute_failed_total',
    'Wills that a broker was asked to publish, and did not, or may not have: each attempt.',
  );
  const latency = distributionsOf(
    registry,
    'delay_task_schedule_latency_seconds',
    'How long after their time timers went off.',
    LONG_SECONDS,
  );
  const task = (kind: Timer['kind']) => {
    const labels = { task_type: TASK_TYPES[kind] };
    return { executed: executed(labels), failed: failed(labels), latency: latency(labels) };
  };
  return { created, session: task('session'), lastWill: task('lastWill') };
}
