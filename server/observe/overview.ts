/**
 * The cluster at one moment, as one member sees it: what the status page shows.
 *
 * `undefined` says that nobody could tell, and is shown as that. In JSON such a field is absent.
 */
import type { NodePhase } from '../node/node.ts';
import type { RoleName } from '../raft/effect.ts';
import type { Standing } from '../raft/membership/configuration.ts';

/** A member, from its own Status, and from what the leader knows of it. */
export interface OverviewMember {
  readonly id: number;
  readonly standing: Standing;
  /** The member that made this overview. */
  readonly self: boolean;
  /** It answered just now. What it says of itself is undefined otherwise. */
  readonly answered: boolean;
  readonly peerAddress: string | undefined;
  readonly clientAddress: string | undefined;

  readonly phase: NodePhase | undefined;
  readonly role: RoleName | undefined;
  readonly term: number | undefined;
  /** Whom it follows. */
  readonly leader: number | undefined;
  readonly commit: number | undefined;
  readonly applied: number | undefined;
  readonly durable: number | undefined;
  readonly lastLog: number | undefined;
  readonly logBytes: number | undefined;
  readonly diskFreeBytes: number | undefined;
  readonly diskSizeBytes: number | undefined;
  readonly version: string | undefined;
  /** How long its process has been running. */
  readonly uptimeMs: number | undefined;

  /** By the leader: how far its log is known to match, how it is fed, and whether it was heard. */
  readonly match: number | undefined;
  readonly progress: 'probe' | 'replicate' | 'snapshot' | undefined;
  readonly recent: boolean | undefined;
  readonly regressed: boolean | undefined;
}

/** Something a person should look at. */
export interface OverviewAlarm {
  /** A stable name in snake case, such as `disk_space` or `member_regressed`. */
  readonly name: string;
  readonly severity: 'warning' | 'critical';
  /** Whom it is about; undefined: the cluster. */
  readonly member: number | undefined;
  /** What happened, in a sentence. */
  readonly message: string;
  /** What to do about it, in a sentence. */
  readonly advice: string | undefined;
}

export interface Overview {
  /** Milliseconds since an arbitrary moment, to make rates of counters; never goes back. */
  readonly atMs: number;
  readonly cluster: string | undefined;
  readonly phase: NodePhase;
  /** Why it does not run. */
  readonly error: string | undefined;
  readonly member: number | undefined;
  readonly version: string;
  /** Where brokers reach this member. */
  readonly clientAddress: string | undefined;
  readonly term: number;
  /** Known to this member in this term. */
  readonly leader: number | undefined;
  readonly commit: number;
  readonly applied: number;
  readonly durable: number;
  /** Where the log of this member ends. */
  readonly lastLog: number;
  /** A change of the voters is on its way: the voters before it. */
  readonly outgoing: readonly number[];
  /** Entries applied: the writes of the whole cluster, and the few that members make for themselves. */
  readonly writesTotal: number | undefined;
  /** Reads served here since the process started. */
  readonly readsTotal: number | undefined;
  /** Of the configuration in force, by id. */
  readonly members: readonly OverviewMember[];
  readonly alarms: readonly OverviewAlarm[];
}
