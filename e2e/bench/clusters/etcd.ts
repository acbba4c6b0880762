/** etcd, built from its Go module, with its defaults. It is asked over its JSON gateway. */
import { join } from 'node:path';
import { buildGoBinary } from '../../processes/go-binary.ts';
import { freeAddresses } from '../../processes/ports.ts';
import type { Node } from '../../processes/network.ts';
import type { Workspace } from '../../processes/workspace.ts';
import { until } from '../../processes/until.ts';
import { MEMBERS, type ClusterUnderTest, type Product } from './cluster.ts';
import { createMember, unlessFailed, type Member } from '../../processes/member.ts';

const START_LIMIT_MS = 60_000;
const CATCH_UP_LIMIT_MS = 300_000;
const REQUEST_LIMIT_MS = 5_000;

interface Place {
  readonly name: string;
  readonly client: string;
  readonly peer: string;
  /** Absent on loopback. */
  readonly node?: Node | undefined;
}

/** The gateway writes 64-bit numbers as strings. */
interface Status {
  readonly header: { readonly member_id: string };
  readonly leader?: string;
  readonly raftAppliedIndex: string;
  readonly raftTerm: string;
}

async function ask(endpoint: string, path: string, request: object): Promise<unknown> {
  const response = await fetch(`http://${endpoint}/v3/${path}`, {
    method: 'POST',
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

// The shapes that etcd documents for these paths.
const statusOf = async (endpoint: string): Promise<Status> =>
  (await ask(endpoint, 'maintenance/status', {})) as Status;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const initialCluster = (places: readonly Place[]): string =>
  places.map(({ name, peer }) => `${name}=http://${peer}`).join(',');

async function createPlaces(
  first: number,
  count: number,
  nodes: readonly Node[] = [],
): Promise<readonly Place[]> {
  const addresses = await freeAddresses(2 * count);
  return Array.from({ length: count }, (_, at) => ({
    name: `m${first + at}`,
    client: nodes[at]?.place.client ?? addresses[2 * at] ?? '',
    peer: nodes[at]?.place.peer ?? addresses[2 * at + 1] ?? '',
    node: nodes[at],
  }));
}

function createEtcdMember(
  workspace: Workspace,
  bin: string,
  directory: string,
  { name, client, peer, node }: Place,
  cluster: { readonly places: readonly Place[]; readonly state: 'new' | 'existing' },
): Member {
  const flags = {
    name,
    'data-dir': join(directory, 'data'),
    'listen-client-urls': `http://${client}`,
    'advertise-client-urls': `http://${client}`,
    'listen-peer-urls': `http://${peer}`,
    'initial-advertise-peer-urls': `http://${peer}`,
    'initial-cluster': initialCluster(cluster.places),
    'initial-cluster-state': cluster.state,
    'log-level': 'warn',
  };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const plain = { bin, args };
  return createMember(workspace, directory, node?.within(plain) ?? plain);
}

const serves = async (endpoint: string): Promise<boolean> => {
  await ask(endpoint, 'kv/range', { key: base64('any') });
  return true;
};

const writes = async (endpoint: string): Promise<boolean> => {
  await ask(endpoint, 'kv/put', { key: base64('ready'), value: base64('yes') });
  return true;
};

/** Who takes part, and how somebody is added. */
interface Roster {
  readonly members: readonly Member[];
  add(existing: readonly Place[]): Promise<Place>;
  stop(): Promise<void>;
}

function createCluster(places: readonly Place[], roster: Roster): ClusterUnderTest {
  const endpoints = places.map(({ client }) => client);
  /** What anyone who answers says of the leader. */
  const findLeader = (): Promise<Status> =>
    until('etcd has a leader', START_LIMIT_MS, async () => {
      const answers = await Promise.allSettled(endpoints.map(statusOf));
      const known = answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      // A member that is stopped or cut off from the others may still believe in itself.
      return known.find(({ leader, header }) => leader === header.member_id);
    });
  const leader = async (): Promise<number> => {
    const { header } = await findLeader();
    const ids = await Promise.all(endpoints.map((each) => statusOf(each).catch(() => undefined)));
    return ids.findIndex((status) => status?.header.member_id === header.member_id);
  };
  return {
    target: 'etcd',
    endpoints,
    staleEndpoints: endpoints,
    stalePrefix: '',
    members: roster.members,
    leader,
    term: async () => Number((await findLeader()).raftTerm),
    transfer: async () => {
      const at = await leader();
      const { header } = await statusOf(endpoints[(at + 1) % MEMBERS] ?? '');
      await ask(endpoints[at] ?? '', 'maintenance/transfer-leadership', {
        targetID: header.member_id,
      });
    },
    serves: (at) => serves(endpoints[at] ?? ''),
    addLearner: async () => {
      const { raftAppliedIndex } = await findLeader();
      const { client } = await roster.add(places);
      await until('the learner of etcd caught up', CATCH_UP_LIMIT_MS, async () => {
        const status = await statusOf(client);
        return Number(status.raftAppliedIndex) >= Number(raftAppliedIndex);
      });
    },
    stop: () => roster.stop(),
  };
}

/** Starts the members. */
function createRoster(
  workspace: Workspace,
  bin: string,
  cluster: string,
  places: readonly Place[],
): Roster {
  const all: Member[] = [];
  const start = (place: Place, known: readonly Place[], state: 'new' | 'existing'): Member => {
    const directory = workspace.directory(join(cluster, place.name));
    const member = createEtcdMember(workspace, bin, directory, place, { places: known, state });
    all.push(member);
    member.start();
    return member;
  };
  const members = places.map((place) => start(place, places, 'new'));
  return {
    members,
    add: async (existing) => {
      const [place] = await createPlaces(MEMBERS, 1);
      if (place === undefined) throw new Error('no place for a learner');
      const request = { peerURLs: [`http://${place.peer}`], isLearner: true };
      await ask(existing[0]?.client ?? '', 'cluster/member/add', request);
      start(place, [...existing, place], 'existing');
      return place;
    },
    stop: async () => {
      await Promise.all(all.map((member) => member.end('SIGKILL')));
    },
  };
}

/** Builds etcd. */
export function createEtcd(): Product {
  const bin = buildGoBinary(join(import.meta.dirname, '..', 'etcd'), 'go.etcd.io/etcd/server/v3');
  let clusters = 0;
  return {
    name: 'etcd',
    start: async (workspace, nodes) => {
      const places = await createPlaces(0, MEMBERS, nodes);
      const roster = createRoster(workspace, bin, `etcd-${clusters++}`, places);
      const cluster = createCluster(places, roster);
      const ready = until('etcd writes', START_LIMIT_MS, () => writes(places[0]?.client ?? ''));
      await unlessFailed(roster.members, ready);
      return cluster;
    },
  };
}
