/**
 * The content of a `ClusterStatusReply`, in JSON: each Raft group by its name, with the metrics that
 * openraft 0.9.24 has of it. Readers fail as a whole if one entry is not of this form.
 */
import { choice, map, option, string, struct, u64, unit } from '../layout/layout.ts';
import type { Infer } from '../layout/layout.ts';
import { LogId, Membership, Vote } from './raft.ts';

const RaftGroupStatus = struct('RaftGroupStatus', {
  running_state: struct('RunningState', { Ok: unit }),
  id: u64,
  current_term: u64,
  vote: Vote,
  last_log_index: u64,
  last_applied: LogId,
  snapshot: option(LogId),
  purged: option(LogId),
  state: choice('ServerState', 'Learner', 'Follower', 'Candidate', 'Leader', 'Shutdown'),
  current_leader: option(u64),
  millis_since_quorum_ack: option(u64),
  membership_config: struct('StoredMembership', { log_id: LogId, membership: Membership }),
  /** What the leader knows of each node's log; nothing on others. */
  replication: option(map(u64, option(LogId))),
});

export const ClusterStatus = map(string, RaftGroupStatus);
export type ClusterStatus = Infer<typeof ClusterStatus>;
