/** The members of a run as processes, and which of them are impaired. */
import { rmSync } from 'node:fs';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { startCluster } from '../local/local-cluster.ts';
import { leaderAmong, settledVoters, statusesOf } from '../processes/admin.ts';
import { freePlaces } from '../processes/places.ts';
import { startServer, type ServerMember } from '../processes/server.ts';
import type { Workspace } from '../processes/workspace.ts';

export interface FleetMember {
  readonly name: string;
  readonly server: ServerMember;
  /** Why it is no use now; undefined: it is fine. */
  impaired: 'joining' | 'killed' | 'stopped' | 'leaving' | undefined;
}

/** What is known of the cluster from those that answer. */
export interface View {
  readonly leader: FleetMember;
  readonly status: Status;
}

export interface Fleet {
  readonly members: readonly FleetMember[];
  /** What happened that no fault explains. */
  readonly accidents: readonly string[];
  clients(): readonly string[];
  /** undefined while nobody leads, or the leader cannot be asked. */
  look(): Promise<View | undefined>;
  /** Starts a process with an empty directory, which waits for orders. */
  recruit(): Promise<FleetMember>;
  /** Ends a process for good, and deletes its directory. */
  dismiss(member: FleetMember): Promise<void>;
}

const FOUNDERS = 3;
const LOOK_LIMIT_MS = 500;
/** Small logs, so that members that were away or are new get snapshots. */
const FLAGS = ['--storage-log-max', '64KiB', '--log-format', 'json'];

/** Starts three members. */
export async function createFleet(workspace: Workspace): Promise<Fleet> {
  const members: FleetMember[] = [];
  const accidents: string[] = [];
  let recruited = FOUNDERS;
  const watch = (name: string, server: ServerMember): FleetMember => {
    void server.failure.then((words) => accidents.push(`${name}: ${words}`));
    return { name, server, impaired: undefined };
  };
  const servers = await startCluster({
    workspace,
    places: await freePlaces(FOUNDERS),
    directory: (at) => workspace.directory(`m${at + 1}`),
    flags: FLAGS,
  });
  members.push(...servers.map((server, at) => watch(`m${at + 1}`, server)));
  return {
    members,
    accidents,
    clients: () =>
      members
        .filter(({ impaired }) => impaired !== 'joining')
        .map(({ server }) => server.place.client),
    look: () => look(members),
    recruit: async () => {
      const [place] = await freePlaces(1);
      if (place === undefined) throw new Error('no ports are free');
      const name = `m${++recruited}`;
      const directory = workspace.directory(name);
      const origin = { kind: 'wait' } as const;
      const server = startServer(workspace, { directory, place, origin, flags: FLAGS });
      const member = watch(name, server);
      member.impaired = 'joining';
      members.push(member);
      return member;
    },
    dismiss: async (member) => {
      const at = members.indexOf(member);
      if (at >= 0) members.splice(at, 1);
      await member.server.end('SIGKILL');
      rmSync(member.server.directory, { recursive: true, force: true });
    },
  };
}

async function look(members: readonly FleetMember[]): Promise<View | undefined> {
  // Those that are stopped would only be waited for.
  const able = members.filter(({ impaired }) => impaired !== 'killed' && impaired !== 'stopped');
  const statuses = await statusesOf(
    able.map(({ server }) => server.place.peer),
    LOOK_LIMIT_MS,
  );
  const at = leaderAmong(statuses);
  if (at === undefined) return undefined;
  const [leader, status] = [able[at], statuses[at]];
  if (leader === undefined || status === undefined) return undefined;
  return { leader, status };
}

/** How many more members may fail while a majority of voters is left. */
export function mayFail({ members }: Fleet, { status }: View): number {
  const voters = settledVoters(status.configuration).length;
  // Who joins does not vote yet, so nothing is lost with it.
  const lost = members.filter(({ impaired }) => impaired !== undefined && impaired !== 'joining');
  return Math.floor((voters - 1) / 2) - lost.length;
}
