/** The members of a run as processes, and which of them are impaired. */
import { rmSync } from 'node:fs';
import type { Status } from '../../proto/gen/robustmq/admin/v1/admin.ts';
import { startCluster } from '../local/local-cluster.ts';
import { settledVoters } from '../processes/admin.ts';
import { findLeader } from '../processes/leader.ts';
import { startServer, type ServerMember } from '../processes/server.ts';
import type { Workspace } from '../processes/workspace.ts';
import { createGround, type GroundSetup, type Site } from './ground.ts';
import type { Network } from '../processes/network.ts';

export interface FleetMember {
  readonly name: string;
  readonly server: ServerMember;
  readonly site: Site;
  /** Why it is no use now; undefined: it is fine. */
  impaired: 'joining' | 'killed' | 'stopped' | 'leaving' | 'sick' | 'cut' | undefined;
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
  /** On which they hear of each other; undefined: that of this machine. */
  readonly network: Network | undefined;
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
export async function createFleet(workspace: Workspace, setup: GroundSetup): Promise<Fleet> {
  const members: FleetMember[] = [];
  const accidents: string[] = [];
  const ground = createGround(workspace, setup);
  let recruited = FOUNDERS;
  const watch = (name: string, server: ServerMember, site: Site): FleetMember => {
    void server.failure.then((words) => accidents.push(`${name}: ${words}`));
    return { name, server, site, impaired: undefined };
  };
  const names = Array.from({ length: FOUNDERS }, (_, at) => `m${at + 1}`);
  const sites = await Promise.all(names.map((name) => ground.site(name)));
  const servers = await startCluster({
    workspace,
    places: sites.map(({ place }) => place),
    directory: (at) => sites[at]?.directory ?? '',
    flags: [...FLAGS, ...(sites[0]?.flags ?? [])],
    within: (at) => (command) => sites[at]?.within(command) ?? command,
  });
  sites.forEach((site, at) => {
    const [name, server] = [names[at], servers[at]];
    if (name !== undefined && server !== undefined) members.push(watch(name, server, site));
  });
  return {
    members,
    accidents,
    network: ground.network,
    clients: () =>
      members
        .filter(({ impaired }) => impaired !== 'joining')
        .map(({ server }) => server.place.client),
    look: () => look(members),
    recruit: async () => {
      const name = `m${++recruited}`;
      const site = await ground.site(name);
      const { directory, place, within } = site;
      const flags = [...FLAGS, ...site.flags];
      const origin = { kind: 'wait' } as const;
      const server = startServer(workspace, { directory, place, origin, flags, within });
      const member = watch(name, server, site);
      member.impaired = 'joining';
      members.push(member);
      return member;
    },
    dismiss: async (member) => {
      const at = members.indexOf(member);
      if (at >= 0) members.splice(at, 1);
      await member.site.disk?.heal();
      await member.server.end('SIGKILL');
      await member.site.clear();
      rmSync(member.server.directory, { recursive: true, force: true });
    },
  };
}

async function look(members: readonly FleetMember[]): Promise<View | undefined> {
  // Those that are stopped would only be waited for.
  const able = members.filter(({ impaired }) => impaired !== 'killed' && impaired !== 'stopped');
  const found = await findLeader(
    able.map((leader) => ({ leader, place: leader.server.place })),
    LOOK_LIMIT_MS,
  );
  return found && { leader: found.member.leader, status: found.status };
}

/** How many more members may fail while a majority of voters is left. */
export function mayFail({ members }: Fleet, { status }: View): number {
  const voters = settledVoters(status.configuration).length;
  // Who joins does not vote yet, so nothing is lost with it.
  const lost = members.filter(({ impaired }) => impaired !== undefined && impaired !== 'joining');
  return Math.floor((voters - 1) / 2) - lost.length;
}
