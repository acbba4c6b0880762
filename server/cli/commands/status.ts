/** `status`: the cluster at a glance. */
import { Option } from 'commander';
import type { Configuration, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { adviceOn } from '../advice.ts';
import type { Advice } from '../advice.ts';
import { toCliError } from '../cli-error.ts';
import { viewCluster } from '../cluster-view.ts';
import type { ClusterView, MemberView } from '../cluster-view.ts';
import type { ClientCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { printable, showAge, showBytes, showPairs, showTable } from '../output.ts';
import type { Result, Session } from '../session.ts';
import { phaseWord, roleWord, standingWord, trustWord } from '../words.ts';

const REDRAW_MS = 1_000;
const CLEAR = '\u001b[H\u001b[2J';

export const statusCommand: ClientCommand = {
  name: 'status',
  about:
    'Shows every member of the cluster, who leads, and what needs attention. Exit code 1 while the quorum is lost.',
  options: [new Option('--watch', 'again every second, until Ctrl-C; with -o json one line each')],
  examples: [
    'status',
    'status --watch --endpoints meta-0:1230,meta-1:1230',
    "status -o json | jq '.cluster.leader_id'",
  ],
  run: async (session, _args, { watch }) => (watch === true ? keepLooking(session) : look(session)),
};

async function look(session: Session): Promise<Result> {
  const view = await viewCluster(session.admin);
  const advice = adviceOn(view);
  const shown = { json: toJson(view, advice), text: toText(view, advice, session.nowMs()) };
  const isLost = advice.some(({ name }) => name === 'quorum_lost');
  return isLost ? { ...shown, exitCode: EXIT.failed } : shown;
}

/** A cluster that cannot be reached for a while is what one wants to see, so errors do not end it. */
async function keepLooking(session: Session): Promise<Result> {
  const { interrupt, io, json } = session;
  let first = true;
  while (!interrupt.aborted) {
    const seen = await look(session).catch((error: unknown) =>
      failedLook(toCliError(error).message),
    );
    if (!json && io.isTTY) io.stdout.write(CLEAR);
    else if (!json && !first) io.stdout.write('\n');
    first = false;
    io.stdout.write(`${json ? JSON.stringify(seen.json) : seen.text}\n`);
    await session.pause(REDRAW_MS);
  }
  // Everything has been printed.
  return { json: undefined, text: '' };
}

const failedLook = (message: string): Result => ({
  json: { error: { message } },
  text: printable(message),
});

function toText(view: ClusterView, advice: readonly Advice[], nowMs: number): string {
  const { witness, members } = view;
  const pairs: (readonly [string, string])[] = [
    ['cluster', witness.clusterId === '' ? 'none yet' : witness.clusterId],
    ['leader', leaderText(witness)],
    ['term', String(witness.term)],
    ['commit', String(witness.commitIndex)],
    ['membership', membershipText(witness.configuration)],
  ];
  const head = [
    ...['', 'ID', 'PEER ADDRESS', 'STANDING', 'PHASE', 'ROLE', 'TERM', 'APPLIED', 'LAG', 'LOG'],
    ...['DISK FREE', 'VERSION', 'UP'],
  ];
  const rows = members.map((member) => row(member, witness, nowMs));
  const notes = advice.map(({ message }) => `! ${printable(message)}`);
  return [
    showPairs(pairs),
    '',
    showTable(head, rows),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

const leaderText = ({ leaderId, leaderPeerAddress }: Status): string =>
  leaderId === 0 ? 'nobody' : `member ${leaderId} at ${leaderPeerAddress || 'unknown address'}`;

function membershipText(configuration: Configuration | undefined): string {
  if (configuration === undefined) return 'none';
  const { index, outgoingVoterIds, trust } = configuration;
  const moving = outgoingVoterIds.length > 0 ? ', a change of the voters is on its way' : '';
  return `index ${index}, trust ${trustWord(trust)}${moving}`;
}

function row(view: MemberView, witness: Status, nowMs: number): string[] {
  const { member, endpoint, status } = view;
  const id = member?.id ?? status?.memberId ?? 0;
  const standing = member === undefined ? 'no member' : standingWord(member.standing);
  const lead = [id !== 0 && id === witness.leaderId ? '*' : '', id === 0 ? '-' : String(id)];
  const where = endpoint === '' ? 'unknown' : endpoint;
  if (status === undefined) {
    return [...lead, where, standing, 'UNREACHABLE', ...Array<string>(8).fill('-')];
  }
  const { sizes, versions } = status;
  return [
    ...lead,
    where,
    standing,
    phaseWord(status.phase),
    roleWord(status.role),
    String(status.term),
    String(status.appliedIndex),
    id === 0 ? '-' : String(Math.max(0, witness.commitIndex - status.appliedIndex)),
    sizes === undefined ? '-' : showBytes(sizes.logBytes),
    sizes === undefined ? '-' : showBytes(sizes.diskFreeBytes),
    versions?.server ?? '-',
    showAge(Math.max(0, nowMs - status.startedMs)),
  ];
}

function toJson({ witness, members }: ClusterView, advice: readonly Advice[]): unknown {
  const { configuration } = witness;
  return {
    cluster: {
      cluster_id: witness.clusterId,
      leader_id: witness.leaderId,
      leader_peer_address: witness.leaderPeerAddress,
      leader_client_address: witness.leaderClientAddress,
      term: witness.term,
      commit_index: witness.commitIndex,
      configuration_index: configuration?.index ?? 0,
      outgoing_voter_ids: configuration?.outgoingVoterIds ?? [],
      trust: trustWord(configuration?.trust ?? 0),
    },
    members: members.map((member) => memberJson(member, witness.leaderId)),
    alarms: advice.map(({ memberId, name, message }) => ({ member_id: memberId, name, message })),
  };
}

function memberJson({ member, endpoint, status, why }: MemberView, leaderId: number): unknown {
  const id = member?.id ?? status?.memberId ?? 0;
  return {
    member_id: id,
    directory: member?.directory ?? status?.directory ?? '',
    standing: member === undefined ? null : standingWord(member.standing),
    priority: member?.priority ?? null,
    leader: id !== 0 && id === leaderId,
    peer_address: member?.peerAddress ?? status?.peerAddress ?? '',
    client_address: member?.clientAddress ?? status?.clientAddress ?? '',
    endpoint,
    reachable: status !== undefined,
    error: status?.error ?? why,
    ...(status === undefined ? {} : { status: statusJson(status) }),
  };
}

const statusJson = (status: Status): unknown => ({
  cluster_id: status.clusterId,
  phase: phaseWord(status.phase),
  role: roleWord(status.role),
  term: status.term,
  leader_id: status.leaderId,
  commit_index: status.commitIndex,
  applied_index: status.appliedIndex,
  durable_index: status.durableIndex,
  state_hash: status.stateHash,
  first_log_index: status.firstLogIndex,
  last_log_index: status.lastLogIndex,
  log_bytes: status.sizes?.logBytes ?? 0,
  state_rows: status.sizes?.stateRows ?? 0,
  state_disk_bytes: status.sizes?.stateDiskBytes ?? 0,
  disk_free_bytes: status.sizes?.diskFreeBytes ?? 0,
  version: status.versions?.server ?? '',
  command_version: status.versions?.command ?? 0,
  command_version_max: status.versions?.commandMax ?? 0,
  directory_format: status.versions?.directoryFormat ?? 0,
  started_ms: status.startedMs,
  certificate: status.certificates?.own ?? '',
  certificate_authorities: status.certificates?.authorities ?? [],
});
