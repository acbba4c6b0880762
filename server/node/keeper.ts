import type { LogStore } from '../ports/log-store.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { Commit, Fetch } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import type { MemberId } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { createApplier } from './applier.ts';
import type { Applier, Told } from './applier.ts';
import { createCompaction } from './compaction.ts';
import type { Compaction } from './compaction.ts';
import type { EffectHandlers } from './effect-handlers.ts';
import { createInstalls } from './installs.ts';
import { createLogSize } from './log-size.ts';
import { createLogWriter } from './log-writer.ts';
import type { LogWriter } from './log-writer.ts';
import type { StateDigest } from './flusher.ts';
import type { NodeOptions, NodePorts } from './node.ts';
import { unfitState } from './opening.ts';
import type { Opened } from './opening.ts';
import type { Post } from './post.ts';
import { createSnapshotSender } from './snapshot-sender.ts';
import type { SnapshotSender } from './snapshot-sender.ts';
import { createStagedSnapshots } from './staged-snapshots.ts';
import type { StagedSnapshots } from './staged-snapshots.ts';

/** What a member keeps: its log and its state, on disk and on the way there. */
export interface Keeper {
  readonly applier: Applier;
  readonly compaction: Compaction;
  readonly staged: StagedSnapshots;
  readonly sender: SnapshotSender;
  readonly writer: LogWriter;
  readonly handlers: Pick<
    EffectHandlers,
    'commit' | 'compact' | 'fetch' | 'install' | 'persist' | 'roleChanged' | 'sendSnapshot'
  >;
  /** Begins and reports nothing any more. */
  stop(): void;
}

export interface KeeperSetup {
  readonly ports: NodePorts;
  readonly options: NodeOptions;
  readonly opened: Opened;
  readonly member: MemberId;
  readonly post: Post;
}

export interface KeeperEvents {
  readonly feed: (input: Input) => void;
  readonly failed: (error: StorageError) => void;
  applied(entry: Entry, told: Told, position: SnapshotPosition): void;
  /** The durable state stood where it was to be compared. */
  checked(digest: StateDigest): void;
  /** All entries that were committed at once are applied. */
  settled(position: SnapshotPosition): void;
  /** What came from another member was no snapshot for this one. */
  readonly notStaged: (from: MemberId, error: StorageError) => void;
  /** The state was replaced by a snapshot. */
  replaced(position: SnapshotPosition): void;
}

/** How finely the size of the log is known, as a part of its bound. */
const LOG_GRANULES = 64;

/** Takes charge of what one run has on disk, as it was opened. `events` hear of whatever the core or a caller waits for. */
export function createKeeper(
  { ports, options, opened, member, post }: KeeperSetup,
  events: KeeperEvents,
): Keeper {
  const [{ log, state, defer }, { feed, failed }] = [ports, events];
  let stopped = false;
  const size = createLogSize(opened, options.logBytesMax / LOG_GRANULES);
  const writer = createLogWriter(log, defer, {
    send: (message) => post.send(message),
    persisted: (token) => feed({ kind: 'persisted', token }),
    failed,
  });
  const compaction = createCompaction({ log, writer, size }, options, { feed, failed });
  const staged = createStagedSnapshots(state, events.notStaged);
  const applier = createApplier(ports, options, opened.state, {
    checked: (digest) => events.checked(digest),
    flushed: (durable) => {
      staged.discardThrough(durable);
      compaction.flushed(durable);
    },
    failed,
  });
  const installs = createInstalls(
    { state, log, writer, applier, staged, unfit: () => unfitState(ports, state) },
    {
      feed,
      failed,
      replaced: (position) => {
        size.reset(position.index);
        events.replaced(position);
      },
    },
  );
  const sender = createSnapshotSender(ports, member, post.address, feed);

  function commit({ entries }: Commit): void {
    for (const entry of entries) {
      // A snapshot that holds the entry is on its way into the store, or a caller has just stopped the node.
      if (applier.isReplacing() || stopped) return;
      events.applied(entry, applier.apply(entry), applier.position());
      applier.flushLarge();
    }
    events.settled(applier.position());
  }

  return {
    applier,
    compaction,
    staged,
    sender,
    writer,
    handlers: {
      commit,
      fetch: (effect) => fetch(log, effect, events, () => stopped),
      compact: (effect) => compaction.compact(effect),
      install: (effect) => installs.install(effect),
      persist: (effect) => {
        size.append(effect.entries);
        writer.persist(effect);
      },
      roleChanged: ({ role, term }) => sender.leads(role === 'leader' ? term : undefined),
      sendSnapshot: (effect) => sender.send(effect),
    },
    stop: () => {
      stopped = true;
      for (const part of [writer, compaction, staged, applier, installs, sender]) part.stop();
    },
  };
}

/** Reads what the core has not in memory any more. */
function fetch(
  log: LogStore,
  { to, term, after, bytesMax }: Fetch,
  { feed, failed }: Pick<KeeperEvents, 'failed' | 'feed'>,
  isStopped: () => boolean,
): void {
  log.read(after, bytesMax, (outcome) => {
    if (isStopped()) return;
    if (outcome.ok) feed({ kind: 'fetched', to, term, after, entries: outcome.value });
    else failed(outcome.error);
  });
}
