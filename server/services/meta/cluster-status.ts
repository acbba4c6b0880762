/**
 * The status of the cluster, as brokers read it: that of three Raft groups, which are one here. What
 * they look for is who leads the first: in the original that is a broker, and so it is here.
 */
import { json } from '../../codec/layout/json.ts';
import { ClusterStatus } from '../../codec/robustmq/cluster-status.ts';
import type { NodeStatus } from '../../node/node.ts';
import { listAnnouncements } from '../../state/announcements.ts';
import { coordinator } from '../../state/registry/coordinator.ts';
import { readRecord } from '../../state/resources/records.ts';
import type { State } from './row.ts';

/** As the original names its groups. */
const GROUPS = ['metadata_0', 'offset_0', 'data_0'] as const;

const codec = json(ClusterStatus);

/** The broker that does what is to be done once. */
export const coordinatorOf = ({ row }: Pick<State, 'row'>): bigint | undefined =>
  readRecord(row, coordinator, [])?.node_id;

/** JSON, of the leader: nothing in it that brokers need is missing, as soon as there is one. */
export function clusterStatusText(state: State): string {
  const status = groupStatus(state.status(), addressesOf(state), coordinatorOf(state));
  return Buffer.from(codec.encode(new Map(GROUPS.map((group) => [group, status])))).toString();
}

/** Where members serve clients, by their directories. */
const addressesOf = ({ range }: Pick<State, 'range'>): ReadonlyMap<string, string> =>
  new Map(
    [...listAnnouncements(range)].map(({ directory, clientAddress }) => [directory, clientAddress]),
  );

type GroupStatus = ClusterStatus extends ReadonlyMap<string, infer Status> ? Status : never;

function groupStatus(
  status: NodeStatus,
  addresses: ReadonlyMap<string, string>,
  leader: bigint | undefined,
): GroupStatus {
  const member = BigInt(status.identity?.member ?? 0);
  const term = BigInt(status.term);
  const leader_id = { term, node_id: leader ?? member };
  const logId = (index: number) => ({ leader_id, index: BigInt(index) });
  const members = status.configuration?.members ?? [];
  const voters = members.filter(({ standing }) => standing === 'voter').map(({ id }) => BigInt(id));
  return {
    running_state: { Ok: null },
    id: member,
    current_term: term,
    vote: { leader_id, committed: true },
    last_log_index: BigInt(status.lastLog),
    last_applied: logId(status.applied),
    snapshot: undefined,
    purged: undefined,
    state: 'Leader',
    current_leader: leader,
    millis_since_quorum_ack: 0n,
    membership_config: {
      log_id: logId(status.configurationIndex),
      membership: {
        configs: [voters],
        nodes: new Map(
          members.map(({ id, directory }) => [
            BigInt(id),
            { node_id: BigInt(id), rpc_addr: addresses.get(directory) ?? '' },
          ]),
        ),
      },
    },
    replication: new Map(status.peers.map(({ id, match }) => [BigInt(id), logId(match)])),
  };
}
