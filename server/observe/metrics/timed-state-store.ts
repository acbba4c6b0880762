import type { StateStore } from '../../ports/state-store.ts';
import type { Observe, WriteMeter } from './write-meter.ts';

/** What is told of a state store; each in milliseconds. */
export interface StateStoreObserver {
  /** A batch of rows. */
  readonly wrote: Observe;
  /** A snapshot was received, or was not. */
  readonly staged: Observe;
  /** A snapshot was put in force, or was not. */
  readonly installed: Observe;
}

/**
 * A state store whose writes are timed.
 *
 * @param writes of rows and installs; a disk that is stuck shows here.
 * @param receives of snapshots: these wait for the network, and prove nothing about the disk.
 */
export function createTimedStateStore(
  store: StateStore,
  { writes, receives }: { readonly writes: WriteMeter; readonly receives: WriteMeter },
  { wrote, staged, installed }: StateStoreObserver,
): StateStore {
  return {
    open: (done) => store.open(done),
    get: (key) => store.get(key),
    range: (prefix, after) => store.range(prefix, after),
    hash: () => store.hash(),
    write: (rows, position, done) => store.write(rows, position, writes.begin(done, wrote)),
    snapshot: () => store.snapshot(),
    scrub: () => store.scrub(),
    stage: (source, done) => store.stage(source, receives.begin(done, staged)),
    install: (snapshot, done) => store.install(snapshot, writes.begin(done, installed)),
    close: (done) => {
      store.close((outcome) => {
        writes.forget();
        receives.forget();
        done(outcome);
      });
    },
  };
}
