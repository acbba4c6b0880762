import { Phase, ProgressState, Role } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { Progress, Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { NodePhase } from '../node/node.ts';
import type { Overview, OverviewAlarm, OverviewMember } from '../observe/overview.ts';
import type { Announcement } from '../ports/address-book.ts';
import type { RoleName } from '../raft/effect.ts';
import type { Member } from '../raft/membership/configuration.ts';
import type { AdminCalls } from './admin-calls.ts';
import { nowMs, wallMs } from './clocks.ts';
import type { Core } from './core.ts';
import { SERVER_VERSION } from './program.ts';

const PHASES: Readonly<Record<Phase, NodePhase | undefined>> = {
  [Phase.UNSPECIFIED]: undefined,
  [Phase.OPENING]: 'opening',
  [Phase.WAITING]: 'waiting',
  [Phase.RUNNING]: 'running',
  [Phase.REOPENING]: 'reopening',
  [Phase.REFUSED]: 'refused',
  [Phase.BROKEN]: 'broken',
  [Phase.STOPPED]: 'stopped',
};

const ROLES: Readonly<Record<Role, RoleName | undefined>> = {
  [Role.UNSPECIFIED]: undefined,
  [Role.FOLLOWER]: 'follower',
  [Role.PRE_CANDIDATE]: 'preCandidate',
  [Role.CANDIDATE]: 'candidate',
  [Role.LEADER]: 'leader',
  [Role.REMOVED]: 'removed',
  [Role.HALTED]: 'halted',
};

const PROGRESS: Readonly<Record<ProgressState, OverviewMember['progress']>> = {
  [ProgressState.UNSPECIFIED]: undefined,
  [ProgressState.PROBE]: 'probe',
  [ProgressState.REPLICATE]: 'replicate',
  [ProgressState.SNAPSHOT]: 'snapshot',
};

/** Asks every member how it is, this one too, all at once; who does not answer is shown as that. */
export async function createOverview(core: Core, admin: AdminCalls): Promise<Overview> {
  const { node, metrics, self } = core;
  const status = node.status();
  const members = status.configuration?.members ?? [];
  const answers = new Map<number, Status>();
  await Promise.all(
    members.map(async ({ id, directory }) => {
      const address = announcementOf(core, directory)?.peerAddress ?? '';
      if (address === '') return;
      // No answer is an answer, too.
      await admin.status(address).then(
        (answer) => answer.memberId === id && answers.set(id, answer),
        () => undefined,
      );
    }),
  );
  const leader = [...answers.values()]
    .filter(({ role }) => role === Role.LEADER)
    .sort((one, other) => other.term - one.term)[0];
  return {
    atMs: nowMs(),
    cluster: status.identity?.cluster,
    phase: status.phase,
    error: status.error?.message,
    member: status.identity?.member,
    version: SERVER_VERSION,
    clientAddress: self().clientAddress,
    term: status.term,
    leader: status.leader,
    commit: status.commit,
    applied: status.applied,
    durable: status.durable,
    lastLog: status.lastLog,
    outgoing: status.configuration?.outgoing ?? [],
    writesTotal: status.applied,
    readsTotal: metrics.requests.readsTotal(),
    members: members.map((member) =>
      memberOf(core, member, answers.get(member.id), leader?.progress ?? []),
    ),
    alarms: [...answers.values()].flatMap(alarmsOf),
  };
}

const announcementOf = ({ book, self }: Core, directory: string): Announcement | undefined =>
  self().directory === directory ? self() : book.find(directory);

function memberOf(
  core: Core,
  { id, directory, standing }: Member,
  said: Status | undefined,
  progress: readonly Progress[],
): OverviewMember {
  const announcement = announcementOf(core, directory);
  const fed = progress.find(({ memberId }) => memberId === id);
  return {
    id,
    standing,
    self: core.self().directory === directory,
    answered: said !== undefined,
    peerAddress: announcement?.peerAddress,
    clientAddress: announcement?.clientAddress,
    phase: said && PHASES[said.phase],
    role: said && ROLES[said.role],
    term: said?.term,
    leader: said?.leaderId === 0 ? undefined : said?.leaderId,
    commit: said?.commitIndex,
    applied: said?.appliedIndex,
    durable: said?.durableIndex,
    lastLog: said?.lastLogIndex,
    logBytes: said?.sizes?.logBytes,
    diskFreeBytes: said?.sizes?.diskFreeBytes,
    diskSizeBytes: undefined,
    version: said?.versions?.server,
    uptimeMs: said && wallMs() - said.startedMs,
    match: fed?.matchIndex,
    progress: fed && PROGRESS[fed.state],
    recent: fed?.recent,
    regressed: undefined,
  };
}

const alarmsOf = ({ memberId, alarms }: Status): readonly OverviewAlarm[] =>
  alarms.map(({ name, message }) => ({
    name,
    severity: 'critical',
    member: memberId,
    message,
    advice: undefined,
  }));
