import type { Configuration, Change } from '../raft/membership/configuration.ts';
import type { Effect, RoleName } from '../raft/effect.ts';
import type { Entry } from '../raft/entry.ts';
import type { Index, MemberId, Term } from '../raft/ids.ts';
import type { Input } from '../raft/input.ts';
import type { StateReport } from '../raft/message.ts';
import type { Options } from '../raft/options.ts';
import type { Raft } from '../raft/raft.ts';
import type { SnapshotPosition } from '../raft/snapshot-position.ts';
import type { Clock, Defer } from '../ports/clock.ts';
import type { Identity } from '../ports/identity.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { Machine, ReadRange, ReadRow, StateProblem } from '../ports/machine.ts';
import type { StorageError } from '../ports/outcome.ts';
import type { SnapshotSource } from '../ports/snapshot-source.ts';
import type { StateHash } from '../ports/state-hash.ts';
import type { Push } from '../state/resources/push.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Transport, TransportHandler } from '../ports/transport.ts';
import type {
  BootstrapOutcome,
  ChangeOutcome,
  CompactOutcome,
  ProposeOutcome,
  ReadOutcome,
  TransferOutcome,
} from './outcome.ts';

/** What a node stands on. */
export interface NodePorts {
  readonly log: LogStore;
  readonly state: StateStore;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly defer: Defer;
  readonly machine: Machine;
  /** Which states the machine cannot go on from; none when absent. */
  readonly stateProblem?: StateProblem;
}

/** Settings of a node; those of its core among them. */
export interface NodeOptions {
  readonly core: Options;
  /** UUID of the data directory. */
  readonly directory: string;
  /** Commands that a cluster begins with which this member founds. */
  readonly founding?: readonly Uint8Array[];
  /**
   * Any safe integer; starts the sequences of random election timeouts and of contexts. Another
   * one at every start of the process: a read's context must never be used again.
   */
  readonly seed: number;
  /** Applied rows are made durable after this long … */
  readonly flushIntervalMs: number;
  /** … or when this much has gathered. */
  readonly flushBytesMax: number;
  /** The log is compacted when it holds more than this behind the durable state. */
  readonly logBytesMax: number;
  /** A snapshot transfer holds the log back up to this. */
  readonly logBytesHeldMax: number;
  /** Pause between two looks at the whole state on disk … */
  readonly scrubIntervalMs: number;
  /** … and how fast they are. */
  readonly scrubBytesPerSecond: number;
  /** A proposal, change or read without an outcome is reported as unknown or timed out after this. */
  readonly requestTimeoutMs: number;
  /** Pause before a store that failed is opened again. */
  readonly reopenPauseMs: number;
}

/** What a node is doing. */
export type NodePhase =
  'opening' | 'waiting' | 'running' | 'reopening' | 'refused' | 'broken' | 'stopped';

/** A member as its process and its operators see it. */
export interface NodeStatus {
  readonly phase: NodePhase;
  /** Why it is `refused`, `reopening` or `broken`; for the first two a StorageError. */
  readonly error: Error | undefined;
  readonly identity: Identity | undefined;
  readonly role: RoleName | undefined;
  readonly term: Term;
  readonly leader: MemberId | undefined;
  readonly commit: Index;
  readonly applied: Index;
  readonly durable: Index;
  /** Of all rows as they are at `durable`; empty unless running. */
  readonly stateHash: StateHash;
  /** What this member found where the state was to be compared, oldest first. */
  readonly reports: readonly StateReport[];
  /** What the last look at the whole state on disk found wrong. */
  readonly damage: StorageError | undefined;
  readonly lastLog: Index;
  /** Term of the entry at `lastLog`: with it, says which of two logs is further. */
  readonly lastLogTerm: Term;
  readonly firstLog: Index;
  /** What the log holds, on disk or on the way there. */
  readonly logBytes: number;
  readonly configuration: Configuration | undefined;
  readonly configurationIndex: Index;
  /** Messages that were not for this directory, cluster and member, since the node was created. */
  readonly misaddressed: number;
  /** On a leader: per follower. */
  readonly peers: readonly {
    readonly id: MemberId;
    readonly match: Index;
    readonly state: 'probe' | 'replicate' | 'snapshot';
    /** It has answered this leader, and last within an election timeout. */
    readonly recent: boolean;
    /** Its log ends before what it has acknowledged: an older copy was put back. */
    readonly regressed: boolean;
    /** As `reports`, of the follower. */
    readonly reports: readonly StateReport[];
  }[];
}

/** What a node tells whoever watches it: metrics, logs, the simulator's properties. */
export interface NodeObserver {
  /** After each step of the core, before the effects are carried out. */
  stepped?(input: Input, effects: readonly Effect[], raft: Raft): void;
  /** A snapshot of the leader took the place of a state that was not that of the majority. */
  rebuilt?(position: SnapshotPosition): void;
  /** A look at the whole state on disk is over; what it found wrong. */
  scrubbed?(damage: StorageError | undefined): void;
  /** An entry was applied to the overlay, and brokers are to be told of this, in this order. */
  applied?(entry: Entry, pushes: readonly Push[]): void;
  /** The state begins anew: as found on disk when a core starts, or as a snapshot installed. */
  restored?(position: SnapshotPosition, cause: 'opened' | 'installed', row: ReadRow): void;
  /** A snapshot that was on its way here came to nothing. */
  notStaged?(from: MemberId, error: StorageError): void;
}

/**
 * The driver of one member: feeds inputs to the core, carries its effects out on the ports, applies
 * committed entries, and answers callers. It owns no timer: call `tick` at least every half
 * heartbeat interval.
 */
export interface Node extends TransportHandler {
  tick(): void;
  /** Makes an empty directory the first and only voter of a new cluster. */
  bootstrap(cluster: string, done: (outcome: BootstrapOutcome) => void): void;
  propose(command: Uint8Array, done: (outcome: ProposeOutcome) => void): void;
  /** Linearizable read barrier; on a follower it asks the leader. */
  read(done: (outcome: ReadOutcome) => void): void;
  change(expected: Index, changes: readonly Change[], done: (outcome: ChangeOutcome) => void): void;
  transfer(to: MemberId | undefined, done: (outcome: TransferOutcome) => void): void;
  /**
   * Deletes from the log all that is in the durable state, but for what a member in contact with
   * this leader still needs, up to `logBytesHeldMax`; the member keeps no reserve as it does by itself.
   */
  compact(done: (outcome: CompactOutcome) => void): void;
  /**
   * While it leads: replaces the state of another member, however far that has come, by a snapshot of
   * its own. The member keeps log and vote. `delivered`: it has the snapshot whole.
   */
  rebuild(member: MemberId, done: (delivered: boolean) => void): void;
  /** Free space fell below, or rose above, the mark. */
  storageSpace(low: boolean): void;
  /** The applied state: call inside the callback of `read`, or for a stale read. Throws StorageError `closed` unless running. */
  readonly row: ReadRow;
  /** As `row`, for all rows with a prefix. */
  readonly range: ReadRange;
  /**
   * What of the state is durable now; the caller closes it. Lost when the node stops. Throws
   * StorageError `closed` unless running.
   */
  snapshot(): SnapshotSource;
  status(): NodeStatus;
  /** Stops at once, as SIGKILL would, but closes the stores. All open calls end as unknown. */
  stop(done: () => void): void;
}
