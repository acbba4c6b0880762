import { Phase, ProgressState, Role } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Alarm, Progress, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { NodePhase, NodeStatus } from '../../node/node.ts';
import type { Announcement } from '../../ports/address-book.ts';
import type { RoleName } from '../../raft/effect.ts';
import { announcementOf } from './addresses.ts';
import { lagOf } from './catch-up.ts';
import type { Peer } from './catch-up.ts';
import { configurationMessage } from './configuration-message.ts';
import type { AdminParts } from './parts.ts';

type Parts = Pick<
  AdminParts,
  'book' | 'certificates' | 'facts' | 'node' | 'self' | 'startedMs' | 'versions'
>;

const PHASES = {
  opening: Phase.OPENING,
  waiting: Phase.WAITING,
  running: Phase.RUNNING,
  reopening: Phase.REOPENING,
  refused: Phase.REFUSED,
  broken: Phase.BROKEN,
  stopped: Phase.STOPPED,
} as const satisfies Record<NodePhase, Phase>;

const ROLES = {
  follower: Role.FOLLOWER,
  preCandidate: Role.PRE_CANDIDATE,
  candidate: Role.CANDIDATE,
  leader: Role.LEADER,
  removed: Role.REMOVED,
  halted: Role.HALTED,
} as const satisfies Record<RoleName, Role>;

const PROGRESS_STATES = {
  probe: ProgressState.PROBE,
  replicate: ProgressState.REPLICATE,
  snapshot: ProgressState.SNAPSHOT,
} as const satisfies Record<Peer['state'], ProgressState>;

/** What this member knows of itself and, while it leads, of the others. */
export function statusMessage(parts: Parts): Status {
  const status = parts.node.status();
  const facts = parts.facts();
  const self = parts.self();
  const leader = leaderOf(parts, status);
  const { configuration, configurationIndex, identity, role } = status;
  return {
    directory: self.directory,
    clusterId: identity?.cluster ?? '',
    memberId: identity?.member ?? 0,
    phase: PHASES[status.phase],
    error: status.error?.message ?? '',
    role: role === undefined ? Role.UNSPECIFIED : ROLES[role],
    term: status.term,
    leaderId: status.leader ?? 0,
    leaderClientAddress: leader?.clientAddress ?? '',
    leaderPeerAddress: leader?.peerAddress ?? '',
    commitIndex: status.commit,
    appliedIndex: status.applied,
    durableIndex: status.durable,
    stateHash: status.stateHash,
    firstLogIndex: status.firstLog,
    lastLogIndex: status.lastLog,
    lastLogTerm: status.lastLogTerm,
    configuration: configuration && configurationMessage(parts, configurationIndex, configuration),
    progress: status.peers.map((peer) => progressMessage(status, peer)),
    alarms: [...facts.alarms, ...status.peers.flatMap(alarmsOf)],
    versions: {
      ...parts.versions,
      command: facts.commandVersion,
      commandMax: self.commandVersionMax,
    },
    sizes: {
      logBytes: status.logBytes,
      stateRows: facts.stateRows,
      stateDiskBytes: facts.stateDiskBytes,
      diskFreeBytes: facts.diskFreeBytes,
    },
    clientAddress: self.clientAddress,
    peerAddress: self.peerAddress,
    startedMs: parts.startedMs,
    certificates: certificatesMessage(parts),
    brokerIds: facts.brokerIds.map(String),
  };
}

function leaderOf(parts: Parts, { configuration, leader }: NodeStatus): Announcement | undefined {
  const member = configuration?.members.find(({ id }) => id === leader);
  return member && announcementOf(parts, member.directory);
}

function certificatesMessage({ certificates }: Parts): Status['certificates'] {
  const known = certificates();
  return known && { own: known.own, authorities: [...known.authorities] };
}

const progressMessage = ({ commit }: NodeStatus, peer: Peer): Progress => ({
  memberId: peer.id,
  matchIndex: peer.match,
  state: PROGRESS_STATES[peer.state],
  recent: peer.recent,
  caughtUp: lagOf(commit, peer) === undefined,
  regressed: peer.regressed,
});

const alarmsOf = ({ id, regressed }: Peer): readonly Alarm[] =>
  regressed
    ? [
        {
          name: 'member_regressed',
          message:
            `The log of member ${id} ends before what it had acknowledged: its directory was put back to an older copy. ` +
            `It counts in no quorum. Remove member ${id}, empty its directory and add it as a new member.`,
        },
      ]
    : [];
