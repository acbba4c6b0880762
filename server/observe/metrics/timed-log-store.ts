import type { LogStore } from '../../ports/log-store.ts';
import type { Done } from '../../ports/outcome.ts';
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
  /** Tells of it once it is so. */
  const upTo =
    (index: Index | undefined, done: Done<void>): Done<void> =>
    (outcome) => {
      if (outcome.ok && index !== undefined) written(index);
      done(outcome);
    };
  return {
    open: (done) =>
      store.open((outcome) => {
        if (outcome.ok) written(outcome.value.last);
        done(outcome);
      }),
    append: (batch, done) =>
      store.append(batch, meter.begin(upTo(batch.entries.at(-1)?.index, done), appended)),
    read: (after, bytesMax, done) => store.read(after, bytesMax, done),
    compact: (through, done) => store.compact(through, meter.begin(done)),
    reset: (base, done) => store.reset(base, meter.begin(upTo(base.index, done))),
    close: (done) => {
      store.close((outcome) => {
        meter.forget();
        done(outcome);
      });
    },
  };
}
