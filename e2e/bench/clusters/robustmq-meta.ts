/** This repository's server, with its defaults. It is asked over its own APIs. */
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { join } from 'node:path';
import { MetaServiceServiceClient } from '../../../proto/gen/meta/common.ts';
import { AdminServiceClient, Role, Standing } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import type { RangeResponse, Status } from '../../../proto/gen/robustmq/admin/v1/admin.ts';
import { rowKey } from '../../../server/state/row-keys.ts';
import { freeAddresses } from '../ports.ts';
import type { Workspace } from '../processes.ts';
import { until } from '../until.ts';
import { MEMBERS, type ClusterUnderTest, type Product } from './cluster.ts';
import { createMember, unlessFailed, type Member } from './member.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'server', 'main.ts');
const START_LIMIT_MS = 60_000;
const CATCH_UP_LIMIT_MS = 300_000;

interface Place {
  readonly client: string;
  readonly peer: string;
  readonly http: string;
}

type Callback<Reply> = (error: ServiceError | null, reply: Reply) => void;

const call = <Reply>(make: (callback: Callback<Reply>) => unknown): Promise<Reply> =>
  new Promise((resolve, reject) => {
    make((error, reply) => {
      if (error === null) resolve(reply);
      else reject(error);
    });
  });

/** A channel for one call: a member that was restarted is found again at once. */
async function admin<Reply>(
  peer: string,
  make: (client: AdminServiceClient, callback: Callback<Reply>) => unknown,
): Promise<Reply> {
  const client = new AdminServiceClient(peer, credentials.createInsecure());
  try {
    return await call<Reply>((callback) => make(client, callback));
  } finally {
    client.close();
  }
}

async function statusOf(peer: string): Promise<Status> {
  const { status } = await admin<{ readonly status: Status | undefined }>(
    peer,
    (client, callback) => client.status({}, callback),
  );
  if (status === undefined) throw new Error(`${peer} has no status`);
  return status;
}

async function serves(peer: string): Promise<boolean> {
  const range = { prefix: '', after: '', limit: 1, keysOnly: true, stale: false };
  await admin<RangeResponse>(peer, (client, callback) => client.range(range, callback));
  return true;
}

async function writes(endpoint: string): Promise<boolean> {
  const client = new MetaServiceServiceClient(endpoint, credentials.createInsecure());
  try {
    await call((callback) => client.set({ key: 'ready', value: 'yes' }, callback));
    return true;
  } finally {
    client.close();
  }
}

async function createPlaces(count: number): Promise<readonly Place[]> {
  const addresses = await freeAddresses(3 * count);
  return Array.from({ length: count }, (_, at) => ({
    client: addresses[3 * at] ?? '',
    peer: addresses[3 * at + 1] ?? '',
    http: addresses[3 * at + 2] ?? '',
  }));
}

/** A member that makes a new cluster, or one that joins the member at a peer address. */
function createServer(
  workspace: Workspace,
  directory: string,
  { client, peer, http }: Place,
  joined: string | undefined,
): Member {
  const origin = joined === undefined ? ['--bootstrap'] : ['--join', joined];
  const listen = ['--listen-client', client, '--listen-peer', peer, '--listen-http', http];
  const data = ['--data-dir', join(directory, 'data'), '--log-level', 'warn'];
  return createMember(workspace, directory, {
    bin: process.execPath,
    args: [MAIN, 'server', ...data, ...listen, ...origin],
  });
}

function isComplete({ configuration }: Status): boolean {
  const { members = [], outgoingVoterIds = [] } = configuration ?? {};
  const voters = members.filter(({ standing }) => standing === Standing.VOTER);
  return voters.length === MEMBERS && outgoingVoterIds.length === 0;
}

/** Who takes part, and how somebody is added. */
interface Roster {
  readonly members: readonly Member[];
  add(): Promise<Place>;
  stop(): Promise<void>;
}

/** Starts the members: the first makes the cluster, the others join it. */
function createRoster(workspace: Workspace, cluster: string, places: readonly Place[]): Roster {
  const all: Member[] = [];
  const start = (place: Place): Member => {
    const directory = workspace.directory(join(cluster, `m${all.length}`));
    const peer = all.length === 0 ? undefined : places[0]?.peer;
    const member = createServer(workspace, directory, place, peer);
    all.push(member);
    member.start();
    return member;
  };
  return {
    members: places.map(start),
    add: async () => {
      const [place] = await createPlaces(1);
      if (place === undefined) throw new Error('no place for a learner');
      start(place);
      return place;
    },
    stop: async () => {
      await Promise.all(all.map((member) => member.end('SIGKILL')));
    },
  };
}

function createCluster(places: readonly Place[], roster: Roster): ClusterUnderTest {
  const peers = places.map(({ peer }) => peer);
  const findLeader = (): Promise<{ readonly at: number; readonly status: Status }> =>
    until('robustmq-meta has a leader', START_LIMIT_MS, async () => {
      const answers = await Promise.allSettled(peers.map(statusOf));
      return answers
        .flatMap((each, at) => (each.status === 'fulfilled' ? [{ at, status: each.value }] : []))
        .filter(({ status }) => status.role === Role.LEADER)
        .sort((a, b) => b.status.term - a.status.term)[0];
    });
  return {
    target: 'robustmq',
    endpoints: places.map(({ client }) => client),
    staleEndpoints: peers,
    stalePrefix: rowKey('kv', ''),
    members: roster.members,
    leader: async () => (await findLeader()).at,
    transfer: async () => {
      const { at, status } = await findLeader();
      const configurationIndex = status.configuration?.index ?? 0;
      await admin<unknown>(peers[at] ?? '', (client, callback) =>
        client.transfer({ configurationIndex, memberId: 0 }, callback),
      );
    },
    serves: (at) => serves(peers[at] ?? ''),
    addLearner: async () => {
      const { status } = await findLeader();
      const { peer } = await roster.add();
      await until('the learner of robustmq-meta caught up', CATCH_UP_LIMIT_MS, async () => {
        const { appliedIndex } = await statusOf(peer);
        return appliedIndex >= status.commitIndex;
      });
    },
    stop: () => roster.stop(),
  };
}

async function ready(places: readonly Place[]): Promise<void> {
  await until('robustmq-meta has three voters', START_LIMIT_MS, async () =>
    isComplete(await statusOf(places[0]?.peer ?? '')),
  );
  await until('robustmq-meta writes', START_LIMIT_MS, () =>
    Promise.any(places.map(({ client }) => writes(client))),
  );
}

/** The server of this working copy. */
export function createRobustmqMeta(): Product {
  let clusters = 0;
  return {
    name: 'robustmq-meta',
    start: async (workspace) => {
      const places = await createPlaces(MEMBERS);
      const roster = createRoster(workspace, `robustmq-meta-${clusters++}`, places);
      await unlessFailed(roster.members, ready(places));
      return createCluster(places, roster);
    },
  };
}
