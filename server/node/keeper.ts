import type { StorageError } from '../ports/outcome.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { Commit, Fetch } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import type { Index, MemberId } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import { createApplier } from './applier.ts';
import type { Applier } from './applier.ts';
import { createCompaction } from './compaction.ts';
import type { Compaction } from './compaction.ts';
import type { EffectHandlers } from './effect-handlers.ts';
import { createInstalls } from './installs.ts';
import { createLogSize } from './log-size.ts';
import { createLogWriter } from './log-writer.ts';
import type { NodeOptions, NodePorts } from './node.ts';
import { unfitState } from './opening.ts';
import type { Opened } from './opening.ts';
import type { Post } from './post.ts';
import { createScrubber } from './scrubber.ts';
import { createSnapshotSender } from './snapshot-sender.ts';
import type { SnapshotSender } from './snapshot-sender.ts';
import { createStagedSnapshots } from './staged-snapshots.ts';
import { createStateChecks } from './state-checks.ts';
import type { StateChecks } from './state-checks.ts';

/** What a member keeps: its log and its state, on disk and on the way there. */
export interface Keeper {
  readonly applier: Applier;
  readonly checks: StateChecks;
  readonly compaction: Compaction;
  readonly handlers: Pick<
    EffectHandlers,
    'commit' | 'compact' | 'fetch' | 'install' | 'persist' | 'sendSnapshot'
  >;
  /** Sets the body of a snapshot aside. */
  stage(from: MemberId, body: SnapshotSource, done: (staged: boolean) => void): void;
  /** Puts a snapshot that was set aside in the place of a state that is wrong; see `Installs`. */
  rebuild(from: MemberId, snapshot: SnapshotPosition): void;
  /** Sends another member a snapshot for that. */
  readonly sendRebuild: SnapshotSender['rebuild'];
  tick(): void;
  /** Begins and reports nothing any more. */
  stop(): void;
}

export interface KeeperSetup {
  readonly ports: NodePorts;
  readonly options: NodeOptions;
  readonly opened: Opened;
  readonly member: MemberId;
  readonly post: Post;
  /** The entry that the log begins behind. */
  readonly logBase: () => Index;
}

export interface KeeperEvents {
  readonly feed: (input: Input) => void;
  readonly failed: (error: StorageError) => void;
  applied(entry: Entry, reply: Uint8Array, position: SnapshotPosition): void;
  /** All entries that were committed at once are applied. */
  settled(position: SnapshotPosition): void;
  /** The state was replaced by a snapshot. */
  replaced(position: SnapshotPosition): void;
  /** The state was replaced, and the run is over. */
  rebuilt(position: SnapshotPosition): void;
  /** A look at the whole state on disk is over; what it found wrong. */
  scrubbed(damage: StorageError | undefined): void;
}

/** How finely the size of the log is known, as a part of its bound. */
const LOG_GRANULES = 64;

export function createKeeper(
  { ports, options, opened, member, post, logBase }: KeeperSetup,
  events: KeeperEvents,
): Keeper {
  const { log, state, clock, defer } = ports;
  const { feed, failed } = events;
  let stopped = false;
  const size = createLogSize(opened, options.logBytesMax / LOG_GRANULES);
  const writer = createLogWriter(log, defer, {
    send: (message) => post.send(message),
    persisted: (token) => feed({ kind: 'persisted', token }),
    failed,
  });
  const compaction = createCompaction({ log, writer, size }, options, { feed, failed });
  const staged = createStagedSnapshots(state);
  const checks = createStateChecks();
  const scrubber = createScrubber(state, clock, options, (damage) => {
    checks.scrubbed(damage);
    events.scrubbed(damage);
  });
  const applier = createApplier(ports, options, opened.state, {
    checked: checks.checked,
    flushed: (durable) => {
      staged.discardThrough(durable);
      compaction.flushed(durable);
    },
    failed,
  });
  const installs = createInstalls(
    { state, log, writer, applier, staged, unfit: () => unfitState(ports, state), logBase },
    {
      feed,
      failed,
      replaced: (position) => {
        size.reset(position.index);
        checks.replaced();
        events.replaced(position);
      },
      rebuilt: (position) => events.rebuilt(position),
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

  function fetch({ to, term, after, bytesMax }: Fetch): void {
    log.read(after, bytesMax, (outcome) => {
      if (stopped) return;
      if (outcome.ok) feed({ kind: 'fetched', to, term, after, entries: outcome.value });
      else failed(outcome.error);
    });
  }

  return {
    applier,
    checks,
    compaction,
    handlers: {
      commit,
      fetch,
      compact: (effect) => compaction.compact(effect),
      install: (effect) => installs.install(effect),
      persist: (effect) => {
        size.append(effect.entries);
        writer.persist(effect);
      },
      sendSnapshot: (effect) => sender.send(effect),
    },
    stage: (from, body, done) => staged.stage(from, body, done),
    rebuild: (from, snapshot) => installs.rebuild(from, snapshot),
    sendRebuild: (to, term, done) => sender.rebuild(to, term, done),
    tick: () => {
      applier.tick();
      // A store that is being replaced is looked at when it is in force.
      if (!applier.isReplacing()) scrubber.tick();
    },
    stop: () => {
      stopped = true;
      const parts = [writer, compaction, staged, applier, installs, sender, scrubber];
      for (const part of parts) part.stop();
    },
  };
}
