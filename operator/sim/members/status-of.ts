import type { Configuration, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { PHASE, ROLE } from '../../plan/words.ts';
import type { Certificates } from '../../tls/certificates.ts';
import type { Fleet, Process } from './fleet.ts';
import { upOf } from './fleet.ts';
import { isCaughtUp } from './group.ts';
import type { Group } from './group.ts';

const OPENING = 1;
const FOLLOWER = 1;

/** What a member says of itself. */
export function statusOf(
  fleet: Fleet,
  certificates: Pick<Certificates, 'read'>,
  process: Process,
  nowMs: number,
): Status {
  const said = withoutCertificates(fleet, process, nowMs);
  return { ...said, certificates: certificatesOf(certificates, process) };
}

function certificatesOf(
  certificates: Pick<Certificates, 'read'>,
  { material }: Process,
): NonNullable<Status['certificates']> {
  return {
    own: certificates.read(material.certificate)[0]?.fingerprint ?? '',
    authorities: certificates.read(material.authorities).map(({ fingerprint }) => fingerprint),
  };
}

function withoutCertificates(fleet: Fleet, process: Process, nowMs: number): Status {
  const { directory } = process;
  if (process.opensMs > nowMs) return base(process, OPENING);
  if (directory.damaged) {
    return { ...base(process, PHASE.REFUSED), directory: '', error: 'checksum of entry 9' };
  }
  const group = fleet.groups.get(directory.group ?? '');
  if (group === undefined) return base(process, PHASE.WAITING);
  const configuration = knownTo(group, process, nowMs);
  const leads = group.leader === directory.uuid;
  const leader = configuration?.members.find(({ directory: uuid }) => uuid === group.leader);
  return {
    ...base(process, PHASE.RUNNING),
    clusterId: group.id,
    memberId: directory.memberId,
    role: directory.removed ? ROLE.REMOVED : leads ? ROLE.LEADER : FOLLOWER,
    term: leads ? group.term : directory.term,
    commitIndex: Math.min(group.commit, directory.match),
    leaderId: leader?.id ?? 0,
    lastLogIndex: directory.match,
    lastLogTerm: directory.term,
    configuration,
    progress: leads ? progressOf(fleet, group, nowMs) : [],
    alarms: directory.scarce ? [{ name: 'disk_space', message: 'little is left' }] : [],
  };
}

/** What a process that has just opened its directory takes to hear where the others are. */
const INTRODUCED_MS = 1_000;

/** A member that is behind knows the configuration of then. */
function knownTo(
  group: Group,
  { directory: { uuid, match }, opensMs }: Process,
  nowMs: number,
): Configuration | undefined {
  const known = group.configurations.filter(({ index }) => index <= match).at(-1);
  if (known === undefined || group.leader === uuid || nowMs >= opensMs + INTRODUCED_MS)
    return known;
  const members = known.members.map((member) =>
    member.directory === uuid ? member : { ...member, peerAddress: '' },
  );
  return { ...known, members };
}

function progressOf(fleet: Fleet, group: Group, nowMs: number): Status['progress'] {
  const up = upOf(fleet, nowMs);
  const members = group.configurations.at(-1)?.members ?? [];
  return members
    .filter(({ directory }) => directory !== group.leader)
    .map(({ id, directory: uuid }) => {
      const directory = up.get(uuid);
      return {
        memberId: id,
        matchIndex: directory?.match ?? 0,
        state: 2,
        recent: nowMs >= (group.heardMs.get(uuid) ?? 0) && directory?.group === group.id,
        caughtUp: isCaughtUp(group, directory),
        regressed: false,
      };
    });
}

const base = ({ directory, version, peerAddress }: Process, phase: Status['phase']): Status => ({
  directory: directory.uuid,
  clusterId: '',
  memberId: 0,
  phase,
  error: '',
  role: 0,
  term: 0,
  leaderId: 0,
  leaderClientAddress: '',
  leaderPeerAddress: '',
  commitIndex: 0,
  appliedIndex: 0,
  durableIndex: 0,
  stateHash: '',
  firstLogIndex: 1,
  lastLogIndex: 0,
  lastLogTerm: 0,
  configuration: undefined,
  progress: [],
  alarms: [],
  versions: { server: version, command: 1, commandMax: 1, directoryFormat: 1 },
  sizes: undefined,
  clientAddress: '',
  peerAddress,
  startedMs: 0,
  certificates: undefined,
  brokerIds: [],
});
