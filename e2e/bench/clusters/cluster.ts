/** What a benchmark does with a cluster, whoever made it. */
import type { Destination } from '../loadgen.ts';
import type { Workspace } from '../../processes/workspace.ts';
import type { Member } from '../../processes/member.ts';
import type { Node } from '../../processes/network.ts';

export const MEMBERS = 3;

/** A service that is measured. */
export interface Product {
  readonly name: string;
  /**
   * Starts three members with empty directories, on loopback or each on one of `nodes`; resolves when
   * a write succeeded.
   */
  start(workspace: Workspace, nodes?: readonly Node[]): Promise<ClusterUnderTest>;
}

/** A running cluster. Members are named by their place in `members`. */
export interface ClusterUnderTest {
  readonly target: Destination['target'];
  /** Where clients write and read, one for each member. */
  readonly endpoints: readonly string[];
  /** Where clients read what one member holds, without asking the others. */
  readonly staleEndpoints: readonly string[];
  /** What stands there before the key of a client. */
  readonly stalePrefix: string;
  readonly members: readonly Member[];
  /** Who leads. Waits for a leader. */
  leader(): Promise<number>;
  /** The term of the leader. Waits for a leader. */
  term(): Promise<number>;
  /** Hands leadership to another member; resolves when it did. */
  transfer(): Promise<void>;
  /** Whether a linearizable read through this very member succeeds now. */
  serves(at: number): Promise<boolean>;
  /** Adds an empty member as a learner, and resolves when it applied what was committed before. */
  addLearner(): Promise<void>;
  /** Ends all of it, at once. */
  stop(): Promise<void>;
}

/** Addresses of a cluster with the leader's first: there a client goes that does not look around. */
export async function leaderFirst(cluster: ClusterUnderTest): Promise<Destination> {
  const { target, endpoints } = cluster;
  const at = await cluster.leader();
  return { target, endpoints: [...endpoints.slice(at), ...endpoints.slice(0, at)] };
}
