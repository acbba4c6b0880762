import type { LogStore } from '../../ports/log-store.ts';
import type { Observe, WriteMeter } from './write-meter.ts';

/**
 * A log store whose writes are timed.
 *
 * @param appended told of every append.
 */
export function createTimedLogStore(
  store: LogStore,
  meter: WriteMeter,
  appended: Observe,
): LogStore {
  return {
    open: (done) => store.open(done),
    append: (batch, done) => store.append(batch, meter.begin(done, appended)),
    read: (after, bytesMax, done) => store.read(after, bytesMax, done),
    compact: (through, done) => store.compact(through, meter.begin(done)),
    reset: (base, done) => store.reset(base, meter.begin(done)),
    close: (done) => {
      store.close((outcome) => {
        meter.forget();
        done(outcome);
      });
    },
  };
}
