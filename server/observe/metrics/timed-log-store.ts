import type { LogStore } from '../../ports/log-store.ts';
import type { Index } from '../../raft/ids.ts';
import type { Observe, WriteMeter } from './write-meter.ts';

/**
 * A log store whose writes are timed.
 *
 * @param appended told of every append.
 * @param written told up to which entry the log is on disk.
 */
export function createTimedLogStore(
  store: LogStore,
  meter: WriteMeter,
  appended: Observe,
  written: (index: Index) => void,
): LogStore {
  return {
    open: (done) =>
      store.open((outcome) => {
        if (outcome.ok) written(outcome.value.last);
        done(outcome);
      }),
    append: (batch, done) => {
      const last = batch.entries.at(-1);
      const ended: typeof done = (outcome) => {
        if (outcome.ok && last !== undefined) written(last.index);
        done(outcome);
      };
      store.append(batch, meter.begin(ended, appended));
    },
    read: (after, bytesMax, done) => store.read(after, bytesMax, done),
    compact: (through, done) => store.compact(through, meter.begin(done)),
    reset: (base, done) => {
      const ended: typeof done = (outcome) => {
        if (outcome.ok) written(base.index);
        done(outcome);
      };
      store.reset(base, meter.begin(ended));
    },
    close: (done) => {
      store.close((outcome) => {
        meter.forget();
        done(outcome);
      });
    },
  };
}
