import type { LogStore } from '../ports/log-store.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { StagedSnapshot, StateStore } from '../ports/state-store.ts';
import type { Install } from '../raft/effect.ts';
import type { Input } from '../raft/input.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { Applier } from './applier.ts';
import type { LogWriter } from './log-writer.ts';
import type { StagedSnapshots } from './staged-snapshots.ts';

export interface InstallParts {
  readonly state: StateStore;
  readonly log: LogStore;
  readonly writer: LogWriter;
  readonly applier: Applier;
  readonly staged: StagedSnapshots;
  /** Why this program cannot go on from the state that is in force. */
  readonly unfit: () => StorageError | undefined;
}

export interface InstallEvents {
  feed(input: Input): void;
  failed(error: StorageError): void;
  /** The state was replaced; the log is not in line with it yet. */
  replaced(position: SnapshotPosition): void;
}

/** Puts received snapshots in force. */
export interface Installs {
  install(effect: Install): void;
  /** Begins and reports nothing any more. */
  stop(): void;
}

/**
 * State first, log second, and nothing is written in between. If a crash comes between them, the
 * state is marked `installed` and opening finishes the rest; the other way round there would be a
 * log without the state it begins at.
 */
export function createInstalls(
  { state, log, writer, applier, staged, unfit }: InstallParts,
  events: InstallEvents,
): Installs {
  let stopped = false;

  function replaceState(
    body: StagedSnapshot,
    position: SnapshotPosition,
    release: () => void,
  ): void {
    state.install(body, (outcome) => {
      if (stopped) return;
      if (!outcome.ok) {
        events.failed(outcome.error);
        return;
      }
      // Nothing of it was shown to anybody yet. The log is put in line by the program that opens it.
      const problem = unfit();
      if (problem !== undefined) {
        events.failed(problem);
        return;
      }
      applier.replaced(position);
      events.replaced(position);
      resetLog(position, release);
    });
  }

  function resetLog(position: SnapshotPosition, release: () => void): void {
    const { index, term } = position;
    log.reset({ index, term }, (outcome) => {
      if (stopped) return;
      if (!outcome.ok) {
        events.failed(outcome.error);
        return;
      }
      applier.endReplace();
      events.feed({ kind: 'installed', index, done: true });
      release();
    });
  }

  return {
    install: ({ from, snapshot }) => {
      writer.exclusive((release) => {
        const body = staged.take(from, snapshot);
        if (body === undefined) {
          events.feed({ kind: 'installed', index: snapshot.index, done: false });
          release();
          return;
        }
        applier.beginReplace(() => replaceState(body, snapshot, release));
      });
    },
    stop: () => {
      stopped = true;
    },
  };
}
