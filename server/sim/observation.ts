/** What the simulated world lets its properties see: everything, at the moment it happens. */
import type { Change } from '../raft/membership/configuration.ts';
import type { Effect } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import type { Index, MemberId, Term } from '../raft/ids.ts';
import type { Push } from '../state/resources/push.ts';
import type { CachedRows } from './brokers/broker-cache.ts';
import type { Input } from '../raft/input.ts';
import type { Raft } from '../raft/raft.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { BrokerAnswer } from '../controllers/brokers/broker-calls.ts';
import type { Will } from '../state/registry/will.ts';
import type { Rows } from '../ports/state-store.ts';
import type { StoredLog } from '../ports/log-store.ts';
import type { Request } from '../state/command.ts';
import type { Operation, OperationOutcome } from './clients/operation.ts';

/** A process of a member: which data directory, and which start of it. */
export interface Actor {
  readonly directory: string;
  /** Counts the starts of this directory from 1. */
  readonly incarnation: number;
}

export const isSameActor = (one: Actor, other: Actor): boolean =>
  one.directory === other.directory && one.incarnation === other.incarnation;

/** Where in the log something is told: by which entry, and which of its pushes that is. */
export interface Place {
  readonly index: Index;
  readonly at: number;
}

/** One record of an `UpdateCache`. */
export interface ToldRecord {
  readonly push: Push;
  /** Undefined of what was made for one broker alone, from the state. */
  readonly place: Place | undefined;
}

/** An `UpdateCache`. */
export interface Update {
  readonly by: Actor;
  /** The term in which that member led. */
  readonly lead: Term;
  /** … and how far its state was when it sent this. */
  readonly appliedTo: Index;
  /** … and how far at the last turn of its controller at least, which has seen so much. */
  readonly turnedTo: Index;
  readonly records: readonly ToldRecord[];
}

/** A process of a broker, by when it started, in Unix seconds. */
export interface BrokerLife {
  readonly broker: number;
  readonly startS: bigint;
}

export type BrokerEvent =
  /** A leader told a broker that it has heard it. */
  | { readonly kind: 'heard'; readonly broker: number }
  /** A process of a broker has started, and can be asked. */
  | { readonly kind: 'started'; readonly broker: number }
  /** A leader asked whether a broker is there; `inVain`: it is not, or its answer is lost. */
  | {
      readonly kind: 'asked';
      readonly by: Actor;
      readonly broker: number;
      readonly inVain: boolean;
    }
  /** The process of a broker is gone. */
  | { readonly kind: 'died'; readonly broker: number }
  /** A process that starts has listed records of one kind, in the state at `index`. */
  | (BrokerLife & { readonly kind: 'listed'; readonly index: Index; readonly isLast: boolean })
  /** An `UpdateCache` has reached a process; `rows` are live, as they are then: read, do not keep. */
  | (BrokerLife & {
      readonly kind: 'told';
      readonly update: Update;
      readonly rows: CachedRows;
    })
  /** The run is over, and this process is still there. */
  | (BrokerLife & { readonly kind: 'atRest'; readonly rows: CachedRows })
  /** A member asked a broker to publish a will. */
  | { readonly kind: 'willSent'; readonly actor: Actor; readonly will: Will }
  /** A broker published it, whether or not anybody learns of it. */
  | { readonly kind: 'willPublished'; readonly will: Will }
  /** A member learned what became of it. */
  | {
      readonly kind: 'willAnswered';
      readonly actor: Actor;
      readonly will: Will;
      readonly answer: BrokerAnswer['kind'];
    }
  /** A leader begins a transfer; until then it may have waited for so long. */
  | { readonly kind: 'handsOver'; readonly actor: Actor; readonly restMsMax: number };

export type Observation =
  /** A process was started on a directory; its core may boot later, or never. */
  | { readonly kind: 'started'; readonly atMs: number; readonly actor: Actor }
  /** The process is gone, cleanly or not. */
  | { readonly kind: 'stopped'; readonly atMs: number; readonly actor: Actor }
  /** The core of a member took a step. `raft` is live: read, do not keep. */
  | {
      readonly kind: 'stepped';
      readonly atMs: number;
      readonly actor: Actor;
      readonly member: MemberId;
      readonly input: Input;
      readonly effects: readonly Effect[];
      readonly raft: Raft;
    }
  /**
   * A member applied an entry to its replicated state. `stateHash`: of all rows after it.
   * `carriedOut`: a command did what it says, and was not only answered; `reply`: its answer.
   */
  | {
      readonly kind: 'applied';
      readonly atMs: number;
      readonly actor: Actor;
      readonly member: MemberId;
      readonly entry: Entry;
      readonly stateHash: string;
      readonly carriedOut: boolean;
      readonly reply: Uint8Array;
      /** What it changed, of a command that was carried out for brokers; else none. */
      readonly rows: Rows;
      /** What brokers are to be told of it. */
      readonly pushes: readonly Push[];
    }
  /** A member's state begins anew: from disk at start, or from an installed snapshot. */
  | {
      readonly kind: 'restored';
      readonly atMs: number;
      readonly actor: Actor;
      readonly member: MemberId;
      readonly position: SnapshotPosition;
      readonly stateHash: string;
      readonly cause: 'opened' | 'installed';
    }
  /** The synced content of a directory's log changed: what would be found after power loss. */
  | {
      readonly kind: 'durable';
      readonly atMs: number;
      readonly directory: string;
      readonly log: StoredLog;
    }
  /**
   * The fault injector changed a row on the disk of one member, or a member was given such a row in a
   * snapshot, or it finds one when it opens its state: that may be replaced from now on.
   */
  | {
      readonly kind: 'rotted';
      readonly atMs: number;
      readonly directory: string;
      readonly by: 'fault' | 'others' | 'before';
    }
  /** A snapshot of the leader took the place of a member's state. */
  | { readonly kind: 'rebuilt'; readonly atMs: number; readonly actor: Actor }
  /** All members of a cluster that has converged have applied as much: what their disks hold then. */
  | {
      readonly kind: 'compared';
      readonly atMs: number;
      readonly states: readonly {
        readonly directory: string;
        /** As it was kept with each change. */
        readonly hash: string;
        /** Of the rows that are there. */
        readonly recomputed: string;
      }[];
    }
  /** The fault injector replaced a directory's content: by nothing, or by an older copy. */
  | {
      readonly kind: 'replaced';
      readonly atMs: number;
      readonly directory: string;
      readonly by: 'nothing' | 'olderCopy';
    }
  /** A client began an operation on a member. `id` is unique in the run; `request`: its number, if it has one. */
  | {
      readonly kind: 'invoked';
      readonly atMs: number;
      readonly id: number;
      readonly client: number;
      readonly operation: Operation;
      readonly request: Request | undefined;
    }
  | {
      readonly kind: 'returned';
      readonly atMs: number;
      readonly id: number;
      readonly outcome: OperationOutcome;
    }
  /** An operator began a membership change, decided on the configuration at `expected`. */
  | {
      readonly kind: 'changeInvoked';
      readonly atMs: number;
      readonly id: number;
      readonly expected: Index;
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: 'changeReturned';
      readonly atMs: number;
      readonly id: number;
      readonly outcome: 'changed' | 'refused' | 'dropped' | 'unknown';
      readonly index: Index | undefined;
    }
  /** Something about a broker, or a will that one is to publish. */
  | { readonly kind: 'broker'; readonly atMs: number; readonly event: BrokerEvent }
  /** All faults are over; the cluster has until `untilMs` to converge and serve. */
  | { readonly kind: 'healed'; readonly atMs: number; readonly untilMs: number }
  /** The run is over. `converged`: all running members of the final configuration applied the same index, with one leader, and a client write and read succeeded after healing. */
  | {
      readonly kind: 'finished';
      readonly atMs: number;
      readonly converged: boolean;
      readonly why: string;
    };
