import type { Node } from '../../node/node.ts';
import type { AddressBook, Announcement } from '../../ports/address-book.ts';
import type { Identity } from '../../ports/identity.ts';
import type { LogPosition, MemberId } from '../../raft/ids.ts';
import type { IncomingCall } from '../../rpc/unary-handler.ts';

/** Who may call: `peer` is a member of the cluster, `operator` may do everything. */
export type CallerRole = 'peer' | 'operator';

/** By the SHA-256 of each, in hexadecimal digits. */
interface Certificates {
  readonly own: string;
  readonly authorities: readonly string[];
}

/** What is known of a caller before its request is looked at. */
export type Caller = Pick<IncomingCall<unknown>, 'metadata'>;

/** Something that a person has to know, as long as it lasts. */
export interface AdminAlarm {
  /** Stable, in snake case. */
  readonly name: string;
  /** What happened, to what, and what to do. */
  readonly message: string;
}

/** What a process knows of itself beside its node; cheap to tell. */
export interface AdminFacts {
  readonly stateRows: number;
  /** What the files of the state take; 0 while nobody knows. */
  readonly stateDiskBytes: number;
  readonly diskFreeBytes: number;
  /** The version of replicated commands in force; 0 while it is nobody yet. */
  readonly commandVersion: number;
  /** Those that are registered, in their order. */
  readonly brokerIds: readonly bigint[];
  /** Those of the node itself are added. */
  readonly alarms: readonly AdminAlarm[];
}

/** How this process logs. */
export interface LogLevel {
  get(): string;
  set(level: string): void;
}

/** What is to become of a member whose cluster has lost its quorum for good. */
export interface Recovery {
  /** As the operator names it. */
  readonly incident: string;
  readonly member: MemberId;
  /** Where its log ended when it was chosen: if anything has happened since, nothing is done. */
  readonly last: LogPosition;
}

/** Everything the admin service stands on; it does no I/O of its own. */
export interface AdminParts {
  readonly node: Pick<
    Node,
    | 'bootstrap'
    | 'change'
    | 'compact'
    | 'range'
    | 'read'
    | 'row'
    | 'snapshot'
    | 'status'
    | 'transfer'
  >;
  readonly book: Pick<AddressBook, 'find'>;
  /** This process, as it announces itself. */
  readonly self: () => Announcement;
  /**
   * Notes where the process on `directory` is said to be, so that it can be reached before it was
   * heard. What it says itself counts more, whenever it was said.
   */
  readonly introduce: (directory: string, peerAddress: string) => void;
  /** Asks the process at an address who it is, and notes what it says; rejects without an answer. */
  readonly discover: (peerAddress: string) => Promise<Announcement>;
  /** For whoever counts: a learner was to be a voter, and is one now or not. */
  readonly promoted: (done: boolean) => void;
  readonly facts: () => AdminFacts;
  readonly versions: { readonly server: string; readonly directoryFormat: number };
  /** What it proves itself with on the peer port by now, and whom it believes; undefined without TLS. */
  readonly certificates: () => Certificates | undefined;
  /** Unix time at which the process started. */
  readonly startedMs: number;
  /** Unix time in ms. */
  readonly wallMs: () => number;
  /** Goes on from what this directory holds, alone, as a new cluster. */
  readonly recover: (recovery: Recovery) => Promise<Identity>;
  /** A random one, never the same again. */
  readonly newClusterId: () => string;
  readonly logLevel: LogLevel;
  /** Why this caller may not act in this role; undefined when it may. */
  readonly authorize: (caller: Caller, role: CallerRole) => string | undefined;
  /** Runs `task` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, task: () => void) => () => void;
  /** An rpc failed by what nobody foresaw; its caller was told INTERNAL. */
  readonly unforeseen: (error: unknown) => void;
}
