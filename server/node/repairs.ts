import type { Defer, Clock } from '../ports/clock.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { MemberId } from '../raft/ids.ts';
import { baseOf } from '../raft/log/log.ts';
import type { Message, Snapshot } from '../raft/message.ts';
import { leaderOf, termOf } from '../raft/raft.ts';
import type { Raft } from '../raft/raft.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { Keeper } from './keeper.ts';
import { createScrubber } from './scrubber.ts';
import type { ScrubLimits } from './scrubber.ts';
import { createStateChecks } from './state-checks.ts';
import type { StateChecks } from './state-checks.ts';

export interface RepairParts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly defer: Defer;
  readonly raft: Raft;
  readonly keeper: Pick<Keeper, 'applier' | 'sender' | 'staged' | 'writer'>;
}

export interface RepairEvents {
  failed(error: StorageError): void;
  /** The state was replaced and does not go with what is in memory: the stores must be opened anew. */
  rebuilt(position: SnapshotPosition): void;
  /** A look at the whole state on disk is over; what it found wrong. */
  scrubbed(damage: StorageError | undefined): void;
}

/** What members find out about their states, and how one that is wrong is replaced. */
export interface Repairs {
  readonly checks: StateChecks;
  /** Notes what a message says of its sender's state. */
  heard(message: Message): void;
  /** While it leads: replaces the state of another member by its own. Not while the core is being stepped. */
  send(member: MemberId, done: (delivered: boolean) => void): void;
  /**
   * Takes a snapshot of the leader in the place of a state that has come further perhaps, and leaves
   * the log as it is. What is behind the snapshot is applied again, once the stores are opened anew.
   */
  receive(message: Snapshot, body: SnapshotSource, done: (accepted: boolean) => void): void;
  tick(): void;
  /** Begins and reports nothing any more. */
  stop(): void;
}

/** Looks after the state of one run: scrubs it within `limits`, and replaces it when a leader says so. */
export function createRepairs(
  { state, clock, defer, raft, keeper }: RepairParts,
  limits: ScrubLimits,
  events: RepairEvents,
): Repairs {
  const { applier, sender, staged, writer } = keeper;
  const checks = createStateChecks();
  const scrubber = createScrubber(state, clock, limits, (damage) => {
    checks.scrubbed(damage);
    events.scrubbed(damage);
  });
  let stopped = false;

  function replace(from: MemberId, snapshot: SnapshotPosition): void {
    // Now: what is not behind the durable state is of no use otherwise, and soon freed.
    const body = staged.take(from, snapshot);
    if (body === undefined) return;
    writer.exclusive((release) => {
      if (stopped) return;
      // Between state and log there must be no gap. A later snapshot will do.
      if (snapshot.index < baseOf(raft.log).index) {
        body.discard();
        release();
        return;
      }
      applier.beginReplace(() => {
        state.install(body, (outcome) => {
          if (stopped) return;
          if (outcome.ok) events.rebuilt(snapshot);
          else events.failed(outcome.error);
        });
      });
    });
  }

  return {
    checks,
    heard: (message) => {
      if (message.kind !== 'heartbeatReply' || message.state === undefined) return;
      // Said in an earlier term, it may be of a state that was replaced since.
      if (raft.role.kind === 'leader' && message.term === termOf(raft)) {
        checks.heard(message.from, message.state);
      }
    },
    send: (member, done) => {
      if (raft.role.kind === 'leader') sender.rebuild(member, termOf(raft), done);
      else defer(() => done(false));
    },
    receive: (message, body, done) => {
      if (message.term !== termOf(raft) || leaderOf(raft) !== message.from) {
        body.close();
        done(false);
        return;
      }
      staged.stage(message.from, body, (isStaged) => {
        done(isStaged);
        if (isStaged) replace(message.from, message.snapshot);
      });
    },
    tick: () => {
      // A store that is being replaced is looked at when it is in force.
      if (!applier.isReplacing()) scrubber.tick();
    },
    stop: () => {
      stopped = true;
      scrubber.stop();
    },
  };
}
