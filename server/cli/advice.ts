/** What is wrong with a cluster, in full sentences, and what to do about it. */
import { Phase, Standing } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import type { ClusterView, MemberView } from './cluster-view.ts';

/** An alarm of a member, or one that shows only when all members are looked at. */
export interface Advice {
  /** 0: the cluster as a whole. */
  readonly memberId: number;
  readonly name: string;
  readonly message: string;
}

/** Everything that somebody should look at, the most pressing first. */
export const adviceOn = (view: ClusterView): readonly Advice[] => [
  ...quorumAdvice(view),
  ...leaderAdvice(view),
  ...view.members.flatMap((member) => foreignAdvice(view, member)),
  ...view.members.flatMap(memberAdvice),
];

const votes = ({ member }: MemberView): boolean =>
  member?.standing === Standing.VOTER || member?.standing === Standing.LEAVING;

function quorumAdvice({ members }: ClusterView): readonly Advice[] {
  const voters = members.filter(votes);
  const gone = voters.filter(({ status }) => status?.phase !== Phase.RUNNING);
  if (voters.length === 0 || gone.length * 2 < voters.length) return [];
  const message = `${gone.length} of ${voters.length} voters are not running or cannot be reached: without a majority nothing is written. Bring one of them back; only if they are lost for good, run \`robustmq-meta recover\`.`;
  return [{ memberId: 0, name: 'quorum_lost', message }];
}

function leaderAdvice({ witness }: ClusterView): readonly Advice[] {
  if (witness.clusterId === '' || witness.leaderId !== 0) return [];
  const message =
    'Nobody leads. An election takes a second or two; if this stays, look at the members that cannot be reached.';
  return [{ memberId: 0, name: 'no_leader', message }];
}

/** Whoever was asked along, or was added, and belongs to another cluster. */
function foreignAdvice({ witness }: ClusterView, view: MemberView): readonly Advice[] {
  const { member, endpoint, status } = view;
  const foreign = status?.clusterId ?? '';
  if (foreign === '' || witness.clusterId === '' || foreign === witness.clusterId) return [];
  const remedy =
    member === undefined
      ? 'Ask the members of one cluster at a time'
      : `It will never be member ${member.id}: remove that one, empty the data directory, start the process anew, and add it again`;
  const message = `The process at ${endpoint} belongs to another cluster, ${foreign}, and not to ${witness.clusterId}. ${remedy}.`;
  return [{ memberId: member?.id ?? 0, name: 'foreign_cluster', message }];
}

function memberAdvice(view: MemberView): readonly Advice[] {
  const { member, endpoint, status, why } = view;
  const memberId = member?.id ?? status?.memberId ?? 0;
  const name = memberId === 0 ? `The process at ${endpoint}` : `Member ${memberId}`;
  if (status === undefined) {
    const at = memberId === 0 || endpoint === '' ? '' : ` at ${endpoint}`;
    const message = `${name}${at} cannot be reached: ${why}. ${remedyOf(view, memberId)}`;
    return [{ memberId, name: 'member_unreachable', message }];
  }
  const own = status.alarms.map((alarm) => ({
    memberId,
    name: alarm.name,
    message: `${name}: ${alarm.message}`,
  }));
  const phase = phaseAdvice(status.phase, name, status.error);
  return phase === undefined ? own : [{ memberId, ...phase }, ...own];
}

const remedyOf = ({ displaced, endpoint }: MemberView, memberId: number): string =>
  displaced === true
    ? `If its directory was wiped, it is lost: \`robustmq-meta member remove ${memberId}\`, and let the process that is there now join as a new member, by \`robustmq-meta member add ${endpoint}\` unless it does so by itself.`
    : 'Look at its process and the network to it.';

function phaseAdvice(
  phase: Phase,
  name: string,
  error: string,
): Omit<Advice, 'memberId'> | undefined {
  const because = error === '' ? '' : ` It says: ${error}`;
  switch (phase) {
    case Phase.REFUSED:
      return { name: 'member_refused', message: `${name} does not take its directory.${because}` };
    case Phase.BROKEN:
      return {
        name: 'member_broken',
        message: `${name} found that something is impossible, and stopped. Start it anew and keep its log for a bug report.${because}`,
      };
    case Phase.REOPENING:
      return {
        name: 'member_reopening',
        message: `${name} had an error of its disk and opens its storage again.${because}`,
      };
    case Phase.WAITING:
      return {
        name: 'member_waiting',
        message: `${name} has an empty directory and waits for orders: \`robustmq-meta member add\` or \`robustmq-meta bootstrap\`.`,
      };
    case Phase.STOPPED:
    case Phase.UNSPECIFIED:
    case Phase.OPENING:
    case Phase.RUNNING:
      return undefined;
  }
}
